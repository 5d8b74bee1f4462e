"""Places: every spelling in the record is found, positions are sourced, theatres decide the direction."""

from __future__ import annotations

import contextlib
import tomllib
from pathlib import Path

import airportsdata
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forceflow.errors import AmbiguousNameError, RouteError, UnknownNameError
from forceflow.world.places import Place, direction, find_place, fold, place_for, places, read_data, theatres

OURS = sorted(places().values(), key=lambda place: place.id)
SPELLINGS = [(p.id, n) for p in OURS for n in (p.id, p.name, *p.aliases) if fold(n) != "tripoli"]


@pytest.mark.parametrize(
    ("name", "place_id"),
    [
        *[
            (name, "OSLK")
            for name in (
                "Hmeimim",
                "Khmeimim",
                "Humaymim",
                "Hemeimeem",
                "HMEIMIM",
                "hmeimim air base",
                "Bassel al-Assad",
                "Latakia airbase",
                "Latakia (Hmeimim)",
                "OSLK",
                "ltk",
                "Хмеймим",
                "حميميم",
            )
        ],
        ("al-Khadim", "HL59"),
        ("Al Khadim", "HL59"),
        ("al-Khadim (Libya)", "HL59"),
        ("Tartus", "tartus"),
        ("Tartous", "tartus"),
        ("Tartous Port", "tartus"),
        ("Baltiysk", "baltiysk"),
        ("Baltijsk", "baltiysk"),
        ("Baltiisk", "baltiysk"),
        ("Damascus", "damascus"),
        ("Qudsaya", "qudsaya"),
        ("Qamishli", "OSKL"),
        ("Qamishli airport", "OSKL"),
        ("Latakia", "latakia"),
        ("T-4", "tiyas"),
        ("Tiyas", "tiyas"),
        ("Homs", "homs"),
        ("Kobanê", "kobani"),
        ("Sarrin", "sarrin"),
        ("Ain Issa", "ain_issa"),
        ("Moscow", "moscow"),
        ("Chkalovsky", "UUMU"),
        ("Ulyanovsk", "UWLW"),
        ("Nizhny Novgorod", "UWGG"),
        ("Makhachkala", "URML"),
        ("Privolzhsky", "privolzhsky"),
        ("Al-Jufra", "HL69"),
        ("Al-Jufra (Libya)", "HL69"),
        ("Tobruk", "tobruk"),
        ("Benghazi", "benghazi"),
        ("Bamako", "GABS"),
        ("Tehran", "OIIE"),
        ("Minsk", "UMMS"),
        ("Novorossiysk", "novorossiysk"),
        ("Kaliningrad", "kaliningrad"),
        ("St Petersburg", "st_petersburg"),
        ("Port Said (declared)", "port_said"),
        ("Bosphorus", "bosphorus"),
        ("Storebælt", "great_belt"),
        ("Øresund", "oresund"),
        ("Syria", "syria"),
        ("Russia", "russia"),
        ("eastern Libya", "eastern_libya"),
        ("interior positions", "interior_positions"),
        ("Frankfurt am Main", "EDDF"),
        ("Incirlik", "LTAG"),
    ],
)
def test_spellings_of_the_record(name: str, place_id: str) -> None:
    assert find_place(name).id == place_id


def test_kinds() -> None:
    assert find_place("Hmeimim").kind == "airfield"
    assert find_place("Tartus").kind == "port"
    assert find_place("Bosphorus").kind == "strait"
    assert find_place("Qudsaya").kind == "garrison"
    assert find_place("Damascus").kind == "city"
    assert find_place("Libya").kind == "region"


def test_kind_narrows_and_a_place_comes_back_as_it_is() -> None:
    assert find_place("Damascus", kind="city").id == "damascus"
    assert find_place("Damascus", kind="airfield").id == "OSDI"
    place = find_place("Tartus")
    assert find_place(place) is place
    with pytest.raises(UnknownNameError, match="unknown port 'Damascus'"):
        find_place("Damascus", kind="port")
    with pytest.raises(UnknownNameError, match="kind of place 'harbour'"):
        find_place("Tartus", kind="harbour")  # type: ignore[arg-type]


def test_unknown_names_suggest_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown place 'Tartuz'; did you mean .*Tartus|Tartous") as caught:
        find_place("Tartuz")
    assert any(name.startswith("tart") for name in map(str.casefold, caught.value.suggestions))
    with pytest.raises(UnknownNameError, match="Frankfurt"):
        find_place("Frankfurt am Mainn")
    with pytest.raises(UnknownNameError):
        find_place("")


def test_suggestions_name_each_place_once_and_longer_names_first() -> None:
    with pytest.raises(UnknownNameError) as error:
        find_place("Khmeimi")
    assert error.value.suggestions[0] == "Hmeimim"
    assert len({find_place(name).id for name in error.value.suggestions}) == len(error.value.suggestions)
    with pytest.raises(UnknownNameError) as error:
        find_place("Frankfurt")
    assert "Frankfurt am Main" in error.value.suggestions
    assert all(name.startswith("Frankfurt") for name in error.value.suggestions)
    with pytest.raises(UnknownNameError, match=r"unknown place 'q{30}'$"):
        find_place("q" * 30)


def test_of_fields_that_share_a_city_those_with_an_iata_code_come_first() -> None:
    with pytest.raises(AmbiguousNameError) as error:
        find_place("Paris")
    shown = error.value.suggestions
    fields = [airportsdata.load("ICAO")[text.split("(")[1].split(",")[0]] for text in shown if "(" in text]
    assert any(field["icao"] == "LFPG" for field in fields)
    coded = [bool(field["iata"]) for field in fields]
    assert coded == sorted(coded, reverse=True)


def test_ambiguity_lists_the_candidates() -> None:
    with pytest.raises(AmbiguousNameError) as caught:
        find_place("Tripoli")
    assert "tripoli_ly" in str(caught.value)
    assert "tripoli_lb" in str(caught.value)
    assert find_place("tripoli_lb").country == "LB"
    with pytest.raises(AmbiguousNameError, match=r"\d+ more"):
        find_place("Springfield")


def test_each_name_of_ours_means_one_place_of_a_kind() -> None:
    seen: dict[tuple[str, str], str] = {}
    for place in OURS:
        for name in (place.id, place.name, *place.aliases):
            if fold(name) == "tripoli":
                continue
            assert seen.setdefault((fold(name), ""), place.id) == place.id, name


def test_positions_are_sourced() -> None:
    known = {*read_data("places.toml")["sources"], "sea-network"}
    for place in OURS:
        assert place.source in known, place.id
        assert place.status in ("read", "recalled", "prior"), place.id
        assert -90 < place.latitude < 90, place.id
        assert -180 <= place.longitude < 180, place.id
        if place.status == "prior":
            assert len(place.note) > 10, f"{place.id}: a prior states its reason"
        if place.source == "memory":
            assert place.status == "recalled", place.id


def test_airfields_stand_where_airportsdata_has_them() -> None:
    rows = airportsdata.load("ICAO")
    checked = [place for place in OURS if place.source == "airportsdata"]
    assert len(checked) > 25
    for place in checked:
        assert place.latitude == pytest.approx(rows[place.id]["lat"], abs=2e-3), place.id
        assert place.longitude == pytest.approx(rows[place.id]["lon"], abs=2e-3), place.id
        assert place.country == rows[place.id]["country"], place.id


def test_all_airfields_are_found_by_code() -> None:
    for code in ("EDDF", "KJFK", "OERK", "YSSY"):
        place = find_place(code)
        assert (place.id, place.kind, place.source) == (code, "airfield", "airportsdata")


def test_regions_stand_at_stated_places() -> None:
    hmeimim = find_place("Hmeimim")
    syria = find_place("Syria")
    assert (syria.latitude, syria.longitude) == (hmeimim.latitude, hmeimim.longitude)
    assert place_for(syria, "air").id == "OSLK"
    assert place_for(syria, "sea").id == "tartus"
    assert place_for(find_place("eastern Libya"), "sea").id == "tobruk"
    with pytest.raises(RouteError, match="no port"):
        place_for(hmeimim, "sea")
    with pytest.raises(RouteError, match="strait"):
        place_for(find_place("Bosphorus"), "road")


@pytest.mark.parametrize(
    ("origin", "destination", "answer"),
    [
        ("Damascus", "Hmeimim", "internal"),
        ("Hmeimim", "Qamishli", "internal"),
        ("Hmeimim", "al-Khadim", "outbound"),
        ("Tartus", "Baltiysk", "outbound"),
        ("Tartus", "off Tartus", "internal"),
        ("Chkalovsky", "Hmeimim", "inbound"),
        ("Russia", "Syria", "inbound"),
        ("al-Khadim", "Bamako", "external"),
    ],
)
def test_direction(origin: str, destination: str, answer: str) -> None:
    assert direction(origin, destination) == answer
    assert direction(find_place(origin), find_place(destination), theatre="syria") == answer


def test_theatres_are_data() -> None:
    assert "syria" in find_place("OSDI").theatres
    assert "syria" in find_place("OSAP").theatres
    assert direction("Hmeimim", "al-Khadim", "libya") == "inbound"
    with pytest.raises(UnknownNameError, match="theatre"):
        direction("Damascus", "Hmeimim", theatre="siria")
    for theatre in theatres().values():
        for place_id in theatre.places:
            assert theatre.id in find_place(place_id).theatres


def test_every_place_of_the_seeds_is_found() -> None:
    folder = Path(__file__).resolve().parents[1] / "seeds"
    names: set[str] = set()
    for file in folder.rglob("*.toml"):
        for claim in tomllib.loads(file.read_text(encoding="utf-8")).get("claim", ()):
            names.update(name for key in ("origin", "destination") if isinstance(name := claim.get(key), str) and name)
    for name in names:
        assert isinstance(find_place(name), Place), name


@settings(deadline=None)
@given(
    st.sampled_from([(p.id, n) for p in OURS for n in (p.id, p.name, *p.aliases) if fold(n) != "tripoli"]), st.data()
)
def test_case_blanks_and_punctuation_do_not_matter(pair: tuple[str, str], data: st.DataObject) -> None:
    place_id, name = pair
    noise = data.draw(st.sampled_from(["-", " ", "'", "_", ".", ""]))
    spelt = noise.join(data.draw(st.sampled_from([name, name.upper(), name.lower(), name.title()])))
    if fold(spelt) == fold(name):  # a few letters, as in German, change their number with the case
        assert find_place(spelt).id == place_id


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=30))
def test_any_text_finds_a_place_or_says_why_not(name: str) -> None:
    with contextlib.suppress(UnknownNameError):
        assert isinstance(find_place(name), Place)
