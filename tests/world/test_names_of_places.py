"""What a name means: codes and towns, countries and airfields, placeholders; never another thing of that spelling."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import airportsdata
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import forceflow as ff
from forceflow.blanks import BLANK_WORDS
from forceflow.world.geography.countries import all_countries
from forceflow.world.geography.gazetteer import direction
from forceflow.world.geography.known_places import _ADDED as OWN_PLACES
from forceflow.world.geography.known_places import places
from forceflow.world.names import fold

ROWS = airportsdata.load("ICAO")
CODES = {fold(code) for row in ROWS.values() for code in (row["icao"], row["iata"]) if code}
ROW = {
    "mode": "air",
    "platform": "C-17",
    "origin": "Ramstein",
    "start": "2024-12-08",
    "movements": 1,
}


@pytest.fixture
def atlas() -> Iterator[None]:
    """What a test adds is forgotten after it."""
    before = dict(OWN_PLACES)
    yield
    OWN_PLACES.clear()
    OWN_PLACES.update(before)


def towns_that_are_codes() -> list[str]:
    texts = {row[key] for row in ROWS.values() for key in ("city", "name")}
    return sorted(
        text for text in texts if len(text) > 2 and fold(text) in CODES and not text.isupper()
    )


# -- towns and codes -----------------------------------------------------------------------------------------------


def test_no_town_is_read_as_the_code_of_another_field() -> None:
    towns = towns_that_are_codes()
    assert {"Sirt", "Lima"} <= set(towns)
    assert len(towns) > 100
    for text in towns:
        try:
            place = ff.find_place(text)
        except (ff.errors.AmbiguousNameError, ff.errors.UnknownNameError) as error:
            assert isinstance(error, ff.errors.AmbiguousNameError) or "It names " in str(error)  # noqa: PT017
            continue
        assert fold(text) in {
            fold(name) for name in (place.name.removesuffix(" Airport"), place.name, *place.aliases)
        }
        if place.source == "airportsdata" and place.id not in places():
            row = ROWS[place.id]
            assert fold(text) in {
                fold(row["city"]),
                fold(row["name"]),
                fold(row["name"].removesuffix(" Airport")),
            }


def test_what_decides_between_a_town_and_a_code() -> None:
    assert (ff.find_place("Sirt").id, ff.find_place("Sirt").country) == ("HLGD", "LY")
    assert ff.find_place("SIRT").country == "BR"  # an ICAO code in capitals is an id
    assert ff.find_place("LIMA").country == "IT"
    with pytest.raises(ff.errors.AmbiguousNameError, match="Jorge Chavez"):
        ff.find_place("Lima")
    assert ff.find_place("Niš").id == ff.find_place("nis").id == "LYNI"
    with pytest.raises(
        ff.errors.AmbiguousNameError, match=r"Simberi.*Nis Airport|Nis Airport.*Simberi"
    ):
        ff.find_place("NIS")  # an IATA code, and a city in a table in capitals
    assert ff.find_place("UFA").id == "UWUU"  # code and city are one field
    assert ff.find_place(" JFK ").id == "KJFK"
    for name, code in (
        ("Goa", "Genova"),
        ("Bar", "Boao"),
        ("eddf", "Frankfurt"),
        ("Jfk", "Kennedy"),
    ):
        with pytest.raises(
            ff.errors.UnknownNameError, match=rf"As a code of .*{code}.* in capitals"
        ):
            ff.find_place(name)


def test_every_icao_code_in_capitals_is_its_field() -> None:
    for code in list(ROWS)[::23]:
        assert ff.find_place(code).id == code


# -- countries -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "code"),
    [
        *(
            ("Canada", "CA"),
            ("Norway", "NO"),
            ("USA", "US"),
            ("U.S.", "US"),
            ("United States of America", "US"),
        ),
        *(
            ("UK", "GB"),
            ("Great Britain", "GB"),
            ("England", "GB"),
            ("China", "CN"),
            ("PR China", "CN"),
        ),
        *(
            ("Taiwan", "TW"),
            ("DR Congo", "CD"),
            ("DRC", "CD"),
            ("Republic of the Congo", "CG"),
            ("Kosovo", "XK"),
        ),
        *(
            ("Ivory Coast", "CI"),
            ("Cote d'Ivoire", "CI"),
            ("Georgia", "GE"),
            ("Jordan", "JO"),
            ("Chad", "TD"),
        ),
        *(
            ("Niger", "NE"),
            ("Nigeria", "NG"),
            ("Guinea", "GN"),
            ("Equatorial Guinea", "GQ"),
            ("Peru", "PE"),
        ),
        *(
            ("Lebanon", "LB"),
            ("Cuba", "CU"),
            ("Mexico", "MX"),
            ("Oman", "OM"),
            ("OMAN", "OM"),
            ("Togo", "TG"),
        ),
        *(
            ("Sudan", "SD"),
            ("South Sudan", "SS"),
            ("Kuwait", "KW"),
            ("Luxembourg", "LU"),
            ("Monaco", "MC"),
        ),
        *(
            ("Panama", "PA"),
            ("Guatemala", "GT"),
            ("Turkey", "TR"),
            ("Türkiye", "TR"),
            ("UAE", "AE"),
        ),
        *(
            ("Viet Nam", "VN"),
            ("Burma", "MM"),
            ("Czech Republic", "CZ"),
            ("Holland", "NL"),
            ("Swaziland", "SZ"),
        ),
        *(
            ("Republic of Korea", "KR"),
            ("DPRK", "KP"),
            ("Lao PDR", "LA"),
            ("Cape Verde", "CV"),
            ("Palestine", "PS"),
        ),
        *(
            ("Deutschland", "DE"),
            ("Германия", "DE"),
            ("Україна", "UA"),
            ("Egypte", "EG"),
            ("مصر", "EG"),
            ("DEU", "DE"),
        ),
        *(
            ("Bosnia and Herzegovina", "BA"),
            ("North Macedonia", "MK"),
            ("East Timor", "TL"),
            ("Vatican City", "VA"),
        ),
    ],
)
def test_a_country_is_a_region(name: str, code: str) -> None:
    place = ff.find_place(name)
    assert (place.kind, place.country, place.status) == ("region", code, "prior")
    assert ff.find_place(place.id) == place
    assert ff.find_place(name.upper()) == place


@pytest.mark.parametrize(
    ("name", "place_id"),
    [
        *(
            ("Russia", "russia"),
            ("Russian Federation", "russia"),
            ("Russland", "russia"),
            ("Syria", "syria"),
        ),
        *(
            ("Syrian Arab Republic", "syria"),
            ("Libya", "libya"),
            ("Mali", "mali"),
            ("MALI", "mali"),
        ),
        *(
            ("Djibouti", "djibouti"),
            ("Singapore", "singapore"),
            ("Republic of Singapore", "singapore"),
        ),
        *(("Malta", "valletta"), ("Panama Canal", "panama"), ("Gibraltar", "gibraltar")),
    ],
)
def test_a_place_of_our_own_stands_for_its_country(name: str, place_id: str) -> None:
    assert ff.find_place(name).id == place_id


@pytest.mark.parametrize("name", ["Congo", "Korea", "FRA", "CAN", "RUS", "CAR", "GBR"])
def test_a_name_or_code_of_several_is_ambiguous(name: str) -> None:
    with pytest.raises(ff.errors.AmbiguousNameError):
        ff.find_place(name)


def test_every_country_is_found_by_each_of_its_names_and_never_as_an_airfield() -> None:
    assert len(all_countries()) > 240
    assert {row["country"] for row in ROWS.values()} <= set(all_countries())
    for code, nation in all_countries().items():
        for name in nation.names:
            place = ff.find_place(name)
            assert (place.kind, place.country) in {
                ("region", code),
                ("port", code),
                *([("strait", "")] if code == "GI" else []),
            }, name
        assert ff.find_place(code, kind="region").country == code
        assert ff.find_place(nation.codes[0], kind="region").country == code
        region = ff.find_place(nation.name, kind="region")
        assert ff.find_place(region.id, kind="region") == region


def test_landlocked_countries_are_those_of_the_united_nations_and_kosovo() -> None:
    """44 states (32 of them the developing ones of UN-OHRLLS); the Caspian is no sea that a ship leaves."""
    locked = {code for code, nation in all_countries().items() if nation.landlocked}
    # UN-OHRLLS
    developing = "AF AM AZ BT BO BW BF BI CF TD ET KZ KG LA LS MW ML MN NP NE MK MD PY RW SS SZ TJ TM UG UZ ZM ZW"
    assert locked == {*developing.split(), *"AD AT BY CH CZ HU LI LU RS SK SM VA".split(), "XK"}


@pytest.mark.parametrize(
    "name", ["Norway airport", "Canada Airport", "Jordan Airport", "Lebanon airport"]
)
def test_the_airport_of_a_country_is_not_one_elsewhere(name: str) -> None:
    with pytest.raises(ff.errors.UnknownNameError):
        ff.find_place(name)
    assert ff.find_place("Luxembourg airport").id == "ELLX"
    assert ff.find_place("Djibouti airport").country == "DJ"


@pytest.mark.parametrize("name", ["Europe", "Africa", "Central Asia", "Western Africa"])
def test_a_part_of_the_world_is_refused_with_the_reason(name: str) -> None:
    with pytest.raises(ff.errors.UnknownNameError, match="part of the world; give the country"):
        ff.find_place(name)


def test_two_letters_are_a_country_only_where_a_region_is_wanted() -> None:
    with pytest.raises(ff.errors.UnknownNameError, match="For the country write Germany"):
        ff.find_place("DE")
    assert ff.find_place("DE", kind="region").name == "Germany"


def test_countries_are_ends_of_movements() -> None:
    rows = [{**ROW, "destination": name} for name in ("Germany", "Russia", "Niger", "Syria")]
    events = ff.from_frame(pd.DataFrame(rows), theatre=["NE"])
    assert [event.direction for event in events] == ["external", "external", "inbound", "external"]
    assert [event.direction for event in ff.from_frame(pd.DataFrame(rows))][-1] == "inbound"
    ships = [
        {
            **ROW,
            "mode": "sea",
            "platform": "Sparta II",
            "origin": "Tartus",
            "destination": "Germany",
        }
    ]
    assert ff.from_frame(pd.DataFrame(ships))[0].direction == "outbound"
    with pytest.raises(ff.errors.UnknownNameError, match="unknown theatre 'XQ'"):
        direction("Tartus", "Germany", ["XQ"])


def test_routes_to_countries() -> None:
    by_air = ff.route("Ramstein", "Niger", mode="air")
    assert by_air.distance_km == pytest.approx(
        ff.route("Ramstein", "Niamey", mode="air").distance_km, rel=0.25
    )
    assert "region" in by_air.notes[0]
    assert by_air.notes[0] in by_air._repr_html_()
    assert (
        ff.route("Ramstein", "Luxembourg", mode="air").destination.id == "ELLX"
    )  # its one international airport
    assert ff.route("Ramstein", "ELLX", mode="air").notes == ()
    for name in ("Niger", "Mali", "Chad", "Switzerland", "Kosovo", "Belarus"):
        with pytest.raises(ff.NoRouteError, match="has no coast"):
            ff.route("Tartus", name, mode="sea")
    for name, ports in (
        ("Germany", "Bremerhaven"),
        ("Panama", "the nearest known are Port-au-Prince"),
        ("interior positions", "Tartus"),
    ):
        with pytest.raises(
            ff.errors.RouteError, match=f"region without a port.*{ports}"
        ) as refused:
            ff.route("Tartus", name, mode="sea")
        assert not isinstance(refused.value, ff.NoRouteError)
    assert ff.route("Tartus", "Russia", mode="sea").destination.id == "baltiysk"


# -- airspaces -----------------------------------------------------------------------------------------------------


def test_every_iso_code_is_an_airspace_or_is_refused_by_its_name() -> None:
    held = set()
    for code, nation in all_countries().items():
        try:
            (area,) = ff.route("FAOR", "YSSY", mode="air", closed=[code], opened=()).closed
            held.add(code)
            assert area
        except ff.NoRouteError:
            held.add(code)  # an end lies in it
        except ff.errors.UnknownNameError:
            with pytest.raises(
                ff.errors.UnknownNameError,
                match=f"{re.escape(nation.name)} is too small for the map",
            ):
                ff.route("FAOR", "YSSY", mode="air", closed=[code])
    assert {"DJ", "FR", "NO", "XK", "SY", "LB", "CY", "QA"} <= held
    assert len(held) == 175  # of 177 outlines, Northern Cyprus and Somaliland have no code
    for name in ("XQ", "TBC", "Turky"):
        with pytest.raises(ff.errors.UnknownNameError, match="airspace"):
            ff.route("FAOR", "YSSY", mode="air", closed=[name])


# -- placeholders --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", sorted({*BLANK_WORDS, "TBC", "Unk", " n/a ", "(unknown)", "—"} - {"", "-", "*"})
)
def test_a_placeholder_is_blank_and_never_a_thing(word: str) -> None:
    for door in (
        ff.find_place,
        ff.find_platform,
        lambda name: ff.route("Tartus", name, mode="sea"),
        lambda name: ff.route(name, "Hmeimim", mode="air"),
        lambda name: ff.route("Hmeimim", "Bamako", mode="air", via=name),
    ):
        with pytest.raises(ff.errors.UnknownNameError, match=r"(place|platform) is blank") as error:
            door(word)
        assert error.value.suggestions == []
    with pytest.raises(ff.errors.RouteError, match="id and names"):
        ff.add_place(ff.world.Place(word, "a camp", "airfield", 1.0, 1.0))


# -- places of one's own -------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("atlas")
def test_a_place_of_ones_own_may_stand_for_its_country_only() -> None:
    germany = ff.world.Place(
        "mine", "Germany", "region", 50.0, 8.6, country="DE", airfield="EDDF", port="hamburg"
    )
    assert ff.add_place(germany).airfield == "EDDF"
    assert ff.find_place("germany").id == "mine"
    assert ff.route("Tartus", "Germany", mode="sea").destination.id == "hamburg"
    with pytest.raises(ff.errors.RouteError, match=r"'Norway' is Norway .* already"):
        ff.add_place(replace(germany, id="other", name="Norway"))
    with pytest.raises(ff.errors.RouteError, match="no ISO 3166 alpha-2 code"):
        ff.add_place(replace(germany, country="Germany"))


# -- any text ------------------------------------------------------------------------------------------------------

TEXT = st.one_of(
    st.text(max_size=12),
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=4),
    st.sampled_from(sorted({row["city"] for row in ROWS.values()})[::7]).map(str.swapcase),
)


@settings(max_examples=40, deadline=None)
@given(TEXT)
@example("")
@example("\x00")
@example("ß" * 40)
@example("(")
@example("airport")
@example(" airport")
def test_any_text_is_a_place_that_has_the_name_or_an_error_of_ours(text: str) -> None:
    try:
        place = ff.find_place(text)
    except ff.ForceflowError:
        return
    names = {fold(name) for name in (place.id, place.name, *place.aliases)}
    names |= {name.removesuffix("airport").removesuffix("airfield") for name in names}
    if place.id in ROWS:
        names |= {fold(ROWS[place.id]["iata"]), fold(ROWS[place.id]["city"])}
    assert fold(text) in names or fold(text).removesuffix("airport") in names


@pytest.mark.usefixtures("atlas")
@settings(max_examples=15, deadline=None)
@given(TEXT, TEXT)
def test_any_text_at_the_other_doors_is_used_or_refused_in_words(text: str, other: str) -> None:
    for ask in (
        lambda: ff.find_platform(text),
        lambda: ff.route(text, other, mode="air"),
        lambda: ff.route("Tartus", text, mode="sea", closed=[other]),
        lambda: ff.route("EDDF", "OLBA", mode="air", closed=[text]),
        lambda: ff.route("Damascus", "Homs", mode="road", closed=[text]),
        lambda: ff.add_place(ff.world.Place(text, other, "city", 1.0, 1.0, country=other[:2])),
    ):
        try:
            ask()
        except ff.ForceflowError:
            continue


def test_the_gazetteer_names_no_country_for_something_else() -> None:
    for place in places().values():
        for name in (place.id, place.name):
            found = ff.find_place(name)
            assert found.id == place.id or place.id == "panama"
