"""Ships end at ports and aircraft at airfields, at every door; theatres are read in one way."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

import forceflow as ff
from forceflow.world import direction, find_end, read_theatre, route
from forceflow.world.geography.geodesy import geodesic_km
from forceflow.world.geography.known_places import places

ROW = {
    "mode": "sea",
    "platform": "cargo ship",
    "origin": "Odesa",
    "start": "2022-08-01",
    "movements": 1,
}


def rows(**changes: Any) -> tuple[ff.FlowEvent, ...]:
    return ff.from_frame(pl.DataFrame([{**ROW, **changes}]))


@pytest.mark.parametrize(
    ("name", "port"),
    [
        ("Venice", "venice"), ("Ghent", "ghent"), ("Varna", "varna"), ("Burgas", "burgas"), ("Naples", "naples"),
        ("Yuzhny", "pivdennyi"), ("Yuzhne", "pivdennyi"), ("Chornomorsk", "chornomorsk"), ("Tekirdağ", "tekirdag"),
        ("Beirut airport", "beirut"), ("LBWN", "varna"), ("Italy", "italy"), ("Syria", "syria"),
    ],
)  # fmt: skip
def test_a_voyage_ends_at_the_port_of_the_name(name: str, port: str) -> None:
    """Venice was an airfield in Florida, Ghent one in New York State, Varna and Burgas their airports."""
    (event,) = rows(destination=name)
    assert event.destination == port


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "KVNC",
            r"row 0: destination: Venice Municipal Airport .* is an airfield; a voyage ends at a port: .*add_place",
        ),
        ("Ramstein", r"the nearest known are Antwerp \(\d+ km\)"),
        ("LFML", "give Marseille or Fos-sur-Mer"),
        ("Hmeimim", "give Tartus or Latakia"),
        ("Damascus", "is a city; a voyage ends at a port"),
    ],
)
def test_a_voyage_to_an_airfield_or_a_city_is_refused_with_the_ports_near_it(
    name: str, message: str
) -> None:
    with pytest.raises(ff.errors.FrameError, match=message):
        rows(destination=name)
    with pytest.raises(ff.errors.RouteError, match="a voyage ends at a port"):
        route("Odesa", name, mode="sea")


def test_a_voyage_of_a_claim_ends_at_a_port_too(tmp_path: Any) -> None:
    text = """
[report]
id = "a"
publisher = "A newsroom"
title = "What we saw"
published = "2022-08-03"
grade = "B2"
grade_reason = "Own reporters on the spot."

[events]
v = "A grain ship"

[[claims]]
id = "a-1"
kind = "movement"
text = "One ship left."
mode = "sea"
platform = "bulk carrier"
quantity = "1"
unit = "sailings"
start = 2022-08-01
stop = 2022-08-02
origin = "Odesa"
destination = "PLACE"
locator = "paragraph 1"
event = "v"
"""
    file = tmp_path / "a.toml"
    file.write_text(text.replace("PLACE", "KVNC"))
    with pytest.raises(
        ff.errors.ReportError,
        match=r"claim 'a-1'.*destination.*is an airfield; a voyage ends at a port",
    ):
        ff.read_reports(file)
    file.write_text(text.replace("PLACE", "Beirut airport"))
    (event,) = ff.merge_claims(ff.read_reports(file))
    assert event.destination == "beirut"


def test_a_flight_to_a_port_ends_at_its_airfield_or_is_refused() -> None:
    (event,) = ff.from_frame(
        pl.DataFrame([{**ROW, "mode": "air", "platform": "C-17", "destination": "Varna"}])
    )
    assert route(event.origin, event.destination, mode="air").destination.id == "LBWN"
    with pytest.raises(
        ff.errors.FrameError,
        match=r"Chornomorsk .* is a port without an airfield.*Odesa International Airport",
    ):
        ff.from_frame(
            pl.DataFrame([{**ROW, "mode": "air", "platform": "C-17", "destination": "Chornomorsk"}])
        )


def test_a_place_of_ones_own_may_name_its_port() -> None:
    ff.add_place(ff.world.Place("dunaquay", "Duna Quay", "port", 45.2, 29.7, country="RO"))
    ff.add_place(
        ff.world.Place(
            "dunafield", "Duna Field", "airfield", 45.2, 29.6, country="RO", port="dunaquay"
        )
    )
    assert find_end("Duna Field", "sea").id == "dunaquay"
    assert find_end("Duna Field", "air").id == "dunafield"


@pytest.mark.parametrize("country", ["Italy", "Turkey", "Egypt", "Ukraine", "Panama", "Denmark"])
def test_only_ports_are_offered_as_ports(country: str) -> None:
    with pytest.raises(ff.errors.RouteError, match="give the port") as refused:
        route("Odesa", country, mode="sea")
    straits = [place.name for place in places().values() if place.kind == "strait"]
    assert not [name for name in straits if name in str(refused.value)]


@pytest.mark.parametrize(
    ("port", "latitude", "longitude"),
    [("Chornomorsk", 46.33, 30.65), ("Pivdennyi", 46.62, 31.0), ("Varna", 43.2, 27.92), ("Ravenna", 44.42, 12.22),
     ("Damietta", 31.47, 31.76), ("Derince", 40.75, 29.83), ("Ghent", 51.08, 3.73)],
)  # fmt: skip
def test_ports_of_the_grain_corridor_lie_where_maps_have_them(
    port: str, latitude: float, longitude: float
) -> None:
    """Positions to 0.05 degrees from pages about the ports, against those of the file."""
    found = find_end(port, "sea")
    assert geodesic_km((found.longitude, found.latitude), (longitude, latitude)) < 6
    assert route("Odesa", "Derince", mode="sea").passages == ("bosphorus",)


@pytest.mark.parametrize(
    "theatre",
    [
        "Niger",
        "niger",
        "NE",
        "ne",
        "NER",
        ["Niger"],
        ("NE",),
        {"NER"},
        "NE,ML",
        "Niger, Mali",
        ["ML", "Niger"],
    ],
)
def test_one_reader_of_theatres(theatre: Any) -> None:
    assert "NE" in read_theatre(theatre)
    assert direction("Niamey", "EDDF", theatre) == "outbound"
    row = {**ROW, "mode": "air", "platform": "C-17", "origin": "Niamey", "destination": "EDDF"}
    (event,) = ff.from_frame(pl.DataFrame([row]), theatre=theatre)
    assert event.direction == "outbound"


def test_theatres_of_the_file_come_before_countries_and_wrong_ones_are_refused() -> None:
    assert read_theatre("Syria") == {"syria"}
    assert read_theatre(["SY", "libya"]) == {"SY", "libya"}
    with pytest.raises(
        ff.errors.AmbiguousNameError, match=r"DR Congo \(CD\); Republic of the Congo \(CG\)"
    ):
        read_theatre("Congo")
    wrong: tuple[Any, ...] = ("", [], None, 5, b"NE", "XX", ["NE", "XX"], [3], "Niger,Atlantis")
    for theatre in wrong:
        with pytest.raises(ff.errors.UnknownNameError, match="Give a country by name or ISO code"):
            read_theatre(theatre)
    with pytest.raises(ff.errors.UnknownNameError, match="Atlantis"):
        rows(destination="Varna", direction="outbound", theatre=None) and ff.merge_claims(
            (), theatre="Atlantis"
        )
