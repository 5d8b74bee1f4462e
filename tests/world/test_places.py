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
from forceflow.quantity.units import KM_PER_NM
from forceflow.world.geography.ends import place_for
from forceflow.world.geography.gazetteer import direction, find_place
from forceflow.world.geography.geodesy import geodesic_km
from forceflow.world.geography.known_places import places
from forceflow.world.geography.place import Place
from forceflow.world.geography.routes import route
from forceflow.world.geography.theatres import theatres
from forceflow.world.names import fold, read_data

OURS = sorted(places().values(), key=lambda place: place.id)
SPELLINGS = [
    (p.id, n)
    for p in OURS
    for n in (p.id, p.name, *p.aliases)
    if fold(n) not in ("tripoli", "panama")
]


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
    with pytest.raises(
        UnknownNameError, match=r"unknown place 'Tartuz'; did you mean .*Tartus|Tartous"
    ) as caught:
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
    assert len({find_place(name).id for name in error.value.suggestions}) == len(
        error.value.suggestions
    )
    with pytest.raises(UnknownNameError) as error:
        find_place("Frankfurt")
    assert "Frankfurt am Main" in error.value.suggestions
    assert all(name.startswith("Frankfurt") for name in error.value.suggestions)
    with pytest.raises(UnknownNameError, match=r"unknown place 'q{30}'$"):
        find_place("q" * 30)


@pytest.mark.parametrize("word", ["unknown", "Unknown", "n/a", "unspecified"])
def test_no_place_is_guessed_for_a_word_that_stands_for_none(word: str) -> None:
    with pytest.raises(UnknownNameError) as error:
        find_place(word)
    assert error.value.suggestions == []


def test_a_large_airport_comes_before_strips_of_its_name() -> None:
    with pytest.raises(AmbiguousNameError) as several:
        find_place("Delhi")
    assert "VIDP" in several.value.suggestions[0]
    rows = airportsdata.load("ICAO")
    strips = [
        row["name"]
        for row in rows.values()
        if row["city"].startswith("Frankfurt") and not row["iata"]
    ]
    with pytest.raises(UnknownNameError) as error:
        find_place("Frankfurt")
    assert len(error.value.suggestions) > 1
    assert not set(error.value.suggestions) & {name.removesuffix(" Airport") for name in strips}


def test_a_country_is_answered_with_places_in_it() -> None:
    rows = airportsdata.load("ICAO")
    for country, code in {"India": "IN", "Pakistan": "PK", "Nepal": "NP", "Germany": "DE"}.items():
        assert (find_place(country).kind, find_place(country).country) == ("region", code)
        with pytest.raises(UnknownNameError) as error:
            find_place(country, kind="airfield")
        assert error.value.suggestions
        for name in error.value.suggestions:
            fields = {row["country"] for row in rows.values() if row["name"] == name}
            assert code in fields or find_place(name).country == code
    with pytest.raises(UnknownNameError) as error:
        find_place("Nepal", kind="port")
    assert error.value.suggestions == []


def test_of_fields_that_share_a_city_those_with_an_iata_code_come_first() -> None:
    with pytest.raises(AmbiguousNameError) as error:
        find_place("Paris")
    shown = error.value.suggestions
    fields = [
        airportsdata.load("ICAO")[text.split("(")[1].split(",")[0]] for text in shown if "(" in text
    ]
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


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Singapore",
            "Colombo",
            "Kolkata",
            "Chittagong",
            "Karachi",
            "Jebel Ali",
            "Aqaba",
            "Port Sudan",
            "Djibouti",
        ),
        *(
            "Mombasa",
            "Durban",
            "Douala",
            "Lagos",
            "Cotonou",
            "Abidjan",
            "Dakar",
            "Port Said",
            "Port of Suez",
            "Beirut",
        ),
        *(
            "Mersin",
            "Iskenderun",
            "Piraeus",
            "Constanta",
            "Odesa",
            "Marseille",
            "Fos",
            "Toulon",
            "Antwerp",
        ),
        *("Rotterdam", "Bremerhaven", "Gdansk"),
    ],
)
def test_ports_a_relief_shipment_passes(name: str) -> None:
    port = find_place(name)
    assert (port.kind, port.status) == ("port", "read")
    code = next(
        alias for alias in port.aliases if len(alias) == 5 and alias.isupper() and alias.isascii()
    )
    assert code.startswith(port.country)
    assert find_place(code) is port


@pytest.mark.parametrize(
    ("spelt", "port"),
    [
        ("Calcutta", "kolkata"),
        ("Chattogram", "chittagong"),
        ("Anvers", "antwerp"),
        ("Gdańsk", "gdansk"),
        ("Constanța", "constanta"),
        ("Odessa", "odesa"),
        ("Одеса", "odesa"),
        ("İskenderun", "iskenderun"),
        ("Marseille-Fos", "fos"),
        ("Muqdisho", "mogadishu"),
        ("Jidda", "jeddah"),
        ("Port au Prince", "port_au_prince"),
    ],
)
def test_ports_are_found_by_local_spellings(spelt: str, port: str) -> None:
    assert find_place(spelt).id == port


def test_a_port_is_a_port_by_sea_and_its_airfield_by_air() -> None:
    rows = airportsdata.load("ICAO")
    served = [place for place in OURS if place.kind == "port" and place.airfield]
    assert len(served) > 40
    for port in served:
        assert place_for(port, "sea") is port
        field = place_for(port, "air")
        assert (field.id, field.kind, field.country) == (port.airfield, "airfield", port.country)
        assert rows[port.airfield]["iata"] or port.airfield in places(), port.id
        apart = geodesic_km((port.longitude, port.latitude), (field.longitude, field.latitude))
        assert apart < 80, port.id
    assert find_place("Singapore airport").id == "WSSS"
    assert find_place("Beirut Airport").id == "OLBA"


@pytest.mark.parametrize(
    ("origin", "destination", "closed", "published_nm"),
    [
        (
            "Aden",
            "Singapore",
            "",
            3_631,
        ),  # Admiralty Distance Tables, quoted by haindavakeralam.com (2007)
        ("Jeddah", "Constanta", "", 1_698),  # seapace.com, influences of the Suez Canal
        ("Jeddah", "Constanta", "suez", 11_771),  # the same, round the Cape
        ("Hamburg", "Singapore", "", 8_377),  # studyboard0.blogspot.com (2021)
        ("Hamburg", "Singapore", "suez", 11_864),  # the same, round the Cape
    ],
)
def test_voyages_between_the_ports_have_published_lengths(
    origin: str, destination: str, closed: str, published_nm: float
) -> None:
    """The lines of the network are some 1 to 3 % longer than the tables."""
    way = route(origin, destination, mode="sea", closed=(closed,) if closed else ())
    assert way.distance_km / KM_PER_NM == pytest.approx(published_nm, rel=0.04)
    assert ("suez" in way.passages) == (origin != "Aden" and not closed)


def test_suez_saves_singapore_to_rotterdam_what_is_published() -> None:
    """Nearly 3,500 nm (asiaone.com, of ships that went round the Cape)."""
    usual, cape = (
        route("Singapore", "Rotterdam", mode="sea", closed=shut) for shut in ((), ("suez",))
    )
    assert (cape.distance_km - usual.distance_km) / KM_PER_NM == pytest.approx(3_500, rel=0.03)


def test_a_name_of_port_and_airfield_is_the_one_the_mode_needs() -> None:
    by_sea, by_air = (route("Singapore", "Kolkata", mode=mode) for mode in ("sea", "air"))
    assert (by_sea.origin.kind, by_sea.destination.kind) == ("port", "port")
    assert (by_air.origin.id, by_air.destination.id) == ("WSSS", "VECC")
    assert by_air.distance_km < by_sea.distance_km
    assert by_sea.passages == ("malacca",)


def test_every_port_is_reached_by_sea() -> None:
    for port in (place for place in OURS if place.kind == "port" and place.id != "singapore"):
        assert 0 < route("Singapore", port, mode="sea").distance_km < 25_000, port.id


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
    with pytest.raises(RouteError, match=r"a voyage ends at a port: give Tartus or Latakia"):
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
        direction("Damascus", "Hmeimim", theatre="sirya")
    for theatre in theatres().values():
        for place_id in theatre.places:
            assert theatre.id in find_place(place_id).theatres


def test_every_place_of_the_seeds_is_found() -> None:
    folder = Path(__file__).resolve().parents[2] / "seeds"
    names: set[str] = set()
    for file in folder.rglob("*.toml"):
        for claim in tomllib.loads(file.read_text(encoding="utf-8")).get("claims", ()):
            names.update(claim[key] for key in ("origin", "destination") if claim.get(key))
    assert len(names) > 20
    for name in names:
        assert isinstance(find_place(name), Place), name


@settings(deadline=None)
@given(
    st.sampled_from(
        [
            (p.id, n)
            for p in OURS
            for n in (p.id, p.name, *p.aliases)
            if fold(n) not in ("tripoli", "panama")
        ]
    ),
    st.data(),
)
def test_case_blanks_and_punctuation_do_not_matter(
    pair: tuple[str, str], data: st.DataObject
) -> None:
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
