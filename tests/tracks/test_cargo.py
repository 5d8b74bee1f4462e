"""Draught to tonnes: laws, the closed form, bad input, and the calls whose cargo was published."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import forceflow as ff
from forceflow.errors import TracksError, UnknownNameError
from forceflow.tracks import cargo_from_draught, tonnes_per_cm
from forceflow.tracks.draught_voyages import draught_voyages, known_immersions, share_held
from forceflow.tracks.hull import Draws, hull_priors, read_tracks_data
from forceflow.world.platforms.vessels import Vessel

LEVELS = np.linspace(0, 1, 21)
PLAIN: dict[str, Any] = {"length_m": 120.5, "beam_m": 20.5, "deadweight_t": 8_000.0}
"""A ship whose sizes are not whole, so that they are taken as exact."""

BARE: dict[str, Any] = {"waterplane_coefficient": 0.8, "ballast_share": 0.0, "reading": "mean"}
"""No priors but those of typing and stores."""

ROLES = ("general cargo", "bulk carrier", "tanker", "ro-ro", "container ship", "landing ship")

tenths = st.integers(10, 120).map(lambda tenth: tenth / 10)
hulls = st.fixed_dictionaries(
    {
        "length_m": st.floats(60, 300),
        "beam_m": st.floats(10, 50),
        "deadweight_t": st.none() | st.floats(500, 300_000),
        "role": st.none() | st.sampled_from(ROLES),
        "reading": st.sampled_from(["mean", "deepest", "either"]),
    }
)


def loaded(arrival: float, departure: float, **how: Any) -> ff.Quantity:
    return cargo_from_draught(None, arrival, departure, draws=200, **how)


@given(hull=hulls, arrival=tenths, departure=tenths, deeper=st.integers(1, 40))
def test_a_deeper_departure_is_never_less_cargo(
    hull: dict[str, Any], arrival: float, departure: float, deeper: int
) -> None:
    less = loaded(arrival, departure, **hull).quantile(LEVELS)
    more = loaded(arrival, departure + deeper / 10, **hull).quantile(LEVELS)
    assert (more >= less - 1e-6).all()


@given(hull=hulls, arrival=tenths, departure=tenths)
def test_cargo_lies_between_nothing_and_what_fits(
    hull: dict[str, Any], arrival: float, departure: float
) -> None:
    tonnes = loaded(arrival, departure, **hull).quantile(LEVELS)
    assert tonnes.min() >= 0
    if hull["deadweight_t"] is not None:
        assert tonnes.max() < hull["deadweight_t"]
    if departure <= arrival:
        assert tonnes.max() == 0


def test_the_cap_is_reached_and_is_the_deadweight_less_what_is_no_cargo() -> None:
    full = loaded(3.0, 12.0, **PLAIN)
    share = hull_priors()["any"]["cargo_share"]
    assert full.quantile(0.0) >= share.low * 8_000
    assert full.quantile(1.0) <= share.high * 8_000
    np.testing.assert_allclose(full.best, share.best * 8_000, rtol=0.01)


def test_a_ship_of_the_catalogue_is_capped_by_her_own_share() -> None:
    ship = ff.find_platform("Ursa Major")
    assert isinstance(ship, Vessel)
    full = cargo_from_draught(ship, 3.0, 10.0)
    most = ship.deadweight_t.high * ship.cargo_share.high
    assert full.quantile(1.0) <= most
    assert full.quantile(0.0) >= ship.deadweight_t.low * ship.cargo_share.low


@given(hull=hulls, arrival=tenths, departure=tenths)
def test_a_discharge_is_a_loading_backwards(
    hull: dict[str, Any], arrival: float, departure: float
) -> None:
    ashore = loaded(arrival, departure, change="discharged", **hull)
    on_board = loaded(departure, arrival, **hull)
    assert ashore.params == on_board.params


@pytest.mark.parametrize(("arrival", "departure"), [(5.2, 6.8), (4.0, 6.0), (8.1, 9.3)])
@pytest.mark.parametrize(("water", "density"), [("sea", 1.025), ("fresh", 1.0)])
def test_without_priors_it_is_the_closed_form(
    arrival: float, departure: float, water: Any, density: float
) -> None:
    tonnes = loaded(arrival, departure, water=water, **PLAIN, **BARE)
    by_hand = 120.5 * 20.5 * 0.8 * density * (departure - arrival)
    # What is left are two typed draughts, a few centimetres each, and stores of 1 % of the deadweight or so.
    np.testing.assert_allclose(tonnes.best, by_hand, atol=0.02 * 8_000)
    per_m = 120.5 * 20.5 * 0.8 * density
    spread = 2 * (0.05 + 0.15) * per_m + 0.03 * 8_000
    assert by_hand - spread <= tonnes.quantile(0.0) < tonnes.quantile(1.0) <= by_hand + spread


@pytest.mark.parametrize("water", ["sea", "fresh"])
def test_tonnes_per_cm_is_the_closed_form_for_a_known_waterplane(water: Any) -> None:
    density = {"sea": 1.025, "fresh": 1.0}[water]
    per_cm = tonnes_per_cm(length_m=120.5, beam_m=20.5, waterplane_coefficient=0.8, water=water)
    np.testing.assert_allclose(
        per_cm.quantile(LEVELS), 120.5 * 20.5 * 0.8 * density / 100, rtol=1e-12
    )
    assert per_cm.unit == "t/cm"


def test_brackish_water_lies_between_the_two() -> None:
    fresh, brackish, sea = (
        tonnes_per_cm("Baltic Leader", water=water).quantile(LEVELS)
        for water in ("fresh", "brackish", "sea")
    )
    assert (fresh <= brackish).all()
    assert (brackish <= sea).all()
    assert brackish[10] < sea[10]


def test_ballast_comes_on_top() -> None:
    none = loaded(5.0, 6.5, **PLAIN, waterplane_coefficient=0.8, ballast_share=0.0, reading="mean")
    some = loaded(5.0, 6.5, **PLAIN, waterplane_coefficient=0.8, ballast_share=0.2, reading="mean")
    np.testing.assert_allclose(some.best - none.best, 0.2 * 8_000, rtol=0.05)


def test_a_change_within_the_rounding_is_next_to_no_ballast() -> None:
    tiny = loaded(5.0, 5.1, **PLAIN)
    assert tiny.low == 0
    assert tiny.high < 0.2 * 8_000


def test_the_deepest_draught_hides_more_than_the_mean() -> None:
    mean, either, deepest = (
        loaded(5.0, 6.2, **PLAIN, reading=reading).best for reading in ("mean", "either", "deepest")
    )
    assert mean < either < deepest


def test_whole_metres_are_rounded_ones() -> None:
    rounded = tonnes_per_cm(length_m=120, beam_m=20, waterplane_coefficient=0.8)
    exact = tonnes_per_cm(
        length_m=ff.Quantity.exactly(120),
        beam_m=ff.Quantity.exactly(20.0001),
        waterplane_coefficient=0.8,
    )
    ends = rounded.quantile([0.0, 1.0])
    assert 119.5 * 19.5 * 0.8 * 1.025 / 100 <= ends[0] < ends[1] <= 120.5 * 20.5 * 0.8 * 1.025 / 100
    assert ends[1] - ends[0] > np.ptp(exact.quantile([0.0, 1.0])) * 1.5


def test_the_role_of_a_ship_that_says_nothing_goes_by_length() -> None:
    short: dict[str, Any] = {"length_m": 149.4, "beam_m": 22.3}
    long: dict[str, Any] = {"length_m": 150.1, "beam_m": 22.3}
    assert tonnes_per_cm(**short) == tonnes_per_cm(**short, role="general cargo")
    assert tonnes_per_cm(**long) == tonnes_per_cm(**long, role="bulk carrier")
    assert tonnes_per_cm(**short).best < tonnes_per_cm(**long).best


def test_words_and_unit() -> None:
    tonnes = cargo_from_draught("Ursa Major", 5.2, 6.8)
    assert tonnes.unit == "t"
    assert tonnes.words == "draught 5.2 to 6.8 m"
    assert str(tonnes).endswith("from 'draught 5.2 to 6.8 m'")
    ashore = cargo_from_draught("Ursa Major", 6.8, 5.2, change="discharged")
    assert ashore.words == "draught 6.8 to 5.2 m"
    assert cargo_from_draught("Ursa Major", 6.8, 5.2) == ff.Quantity.exactly(
        0.0, unit="t", words="draught 6.8 to 5.2 m"
    )


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others() -> None:
    once, again = (cargo_from_draught("Baltic Leader", 5.0, 6.4, seed=7) for _ in range(2))
    other = cargo_from_draught("Baltic Leader", 5.0, 6.4, seed=8)
    assert once == again
    assert once != other
    np.testing.assert_allclose(once.best, other.best, rtol=0.05)


def test_kept_draws_cannot_be_written_to() -> None:
    values = Draws(3, 100).of(ff.Quantity.between(1, 2), "test")
    with pytest.raises(ValueError, match="read-only"):
        values[0] = 9.0


def test_own_particulars_replace_those_of_the_catalogue() -> None:
    wider = tonnes_per_cm("Baltic Leader", beam_m=24.5)
    assert wider.best / tonnes_per_cm("Baltic Leader").best == pytest.approx(24.5 / 20, rel=0.02)
    # Nobody published her beam; AIS sends it.
    with_beam = cargo_from_draught("Sparta II", 5.2, 6.8, beam_m=20)
    assert 0 < with_beam.low < with_beam.high < 10_500 * 0.95


# -- bad input ----------------------------------------------------------------------------------------------------

HULL: dict[str, Any] = {"length_m": 127, "beam_m": 20}


@pytest.mark.parametrize("end", [0, 1])
@pytest.mark.parametrize(
    ("value", "words"),
    [
        (25.5, "25.5 or more"),
        (0, "not available"),
        (0.0, "not available"),
        (-3.0, "above 0 and below 25.5"),
        (114.0, "tenths of a metre"),
        (math.nan, "above 0 and below 25.5"),
        (math.inf, "above 0 and below 25.5"),
        (None, "in metres"),
        ("6.2", "in metres"),
        (True, "in metres"),
    ],
)
def test_a_draught_that_says_nothing_is_refused(end: int, value: Any, words: str) -> None:
    draughts: list[Any] = [5.0, 6.0]
    draughts[end] = value
    name = ("arrival", "departure")[end]
    with pytest.raises(TracksError, match=words) as caught:
        cargo_from_draught(None, *draughts, **HULL)
    assert str(caught.value).startswith(name)


@pytest.mark.parametrize(
    ("vessel", "sizes", "words"),
    [
        (None, {}, "length_m is needed, and no vessel named: give length_m= and beam_m="),
        (None, {"length_m": 127}, "beam_m is needed, and no vessel named: give length_m="),
        ("Sparta II", {}, "beam_m is needed, and the catalogue has none for Sparta II: give"),
        (None, {"length_m": 0, "beam_m": 20}, "length_m must lie above 0"),
        (None, {"length_m": 127, "beam_m": math.nan}, "finite"),
        (None, {"length_m": 20, "beam_m": 127}, "beam_m must lie above 0 and be at most 90"),
        (None, {"length_m": 20, "beam_m": 27}, "beam 27 m is not below length 20 m"),
        (None, {**HULL, "deadweight_t": -1}, "deadweight_t must lie above 0"),
        (None, {**HULL, "role": "ferry"}, "no priors for role 'ferry'; there are general cargo"),
        ("An-124", {}, "is no ship but of kind 'aircraft'"),
    ],
)
def test_a_ship_that_cannot_be_used_says_what_would_have_worked(
    vessel: str | None, sizes: dict[str, Any], words: str
) -> None:
    with pytest.raises(ff.ForceflowError, match=words):
        cargo_from_draught(vessel, 5.0, 6.0, **sizes)


def test_an_unknown_name_says_that_own_particulars_would_do() -> None:
    with pytest.raises(
        UnknownNameError, match=r"did you mean .*For any other ship give None and give length_m"
    ):
        cargo_from_draught("Spartta", 5.0, 6.0)


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ({"change": "moved"}, "change must be one of loaded, discharged"),
        ({"water": "salt"}, "water must be one of sea, brackish, fresh"),
        ({"reading": "aft"}, "reading must be one of mean, deepest, either"),
        ({"ballast_share": 30}, "ballast_share is a share from 0 to 1"),
        ({"waterplane_coefficient": (0.8, 1.2)}, "waterplane_coefficient is a share from 0 to 1"),
        ({"draws": 10}, "draws must be a whole number of at least 100"),
        ({"seed": -1}, "seed must be a whole number of at least 0"),
        ({"seed": 1.5}, "seed must be a whole number"),
    ],
)
def test_an_option_that_is_none_is_refused(option: dict[str, Any], words: str) -> None:
    with pytest.raises(TracksError, match=words):
        cargo_from_draught(None, 5.0, 6.0, **HULL, **option)


# -- held to ------------------------------------------------------------------------------------------------------

TESTS = tuple(voyage for voyage in draught_voyages() if not voyage.sets_prior)


@pytest.mark.parametrize("typed", ["mean", "deepest"])
@pytest.mark.parametrize("as_ais", [False, True])
def test_the_80_percent_range_holds_about_80_percent_of_published_cargoes(
    typed: str, as_ais: bool
) -> None:
    assert len(TESTS) >= 8
    held = share_held(TESTS, 0.8, typed=typed, as_ais=as_ais)
    # Two binomial standard deviations of 34 calls either way.
    assert abs(held - 0.8) <= 2 * math.sqrt(0.8 * 0.2 / len(TESTS))


@pytest.mark.parametrize("reading", ["mean", "deepest"])
def test_the_range_is_right_where_the_reading_is_known(reading: Any) -> None:
    held = share_held(TESTS, 0.8, typed=reading, reading=reading)
    assert 0.8 - 0.14 <= held <= 0.8 + 0.15


def test_the_middle_is_not_biased() -> None:
    ratio = [voyage.estimate(reading="mean").best / voyage.cargo_t for voyage in TESTS]
    assert 0.93 < np.median(ratio) < 1.07


def test_without_ballast_most_cargoes_are_missed_from_below() -> None:
    naive = []
    for voyage in TESTS:
        change = abs(voyage.mean_m[1] - voyage.mean_m[0])
        naive.append(0.85 * 1.025 * voyage.length_m * voyage.beam_m * change / voyage.cargo_t)
    assert np.median(naive) < 0.75


@pytest.mark.parametrize("ship", known_immersions(), ids=lambda ship: ship.ship)
def test_published_tonnes_per_cm(ship: Any) -> None:
    per_cm = tonnes_per_cm(length_m=ship.length_m, beam_m=ship.beam_m, role=ship.role)
    assert ship.tonnes_per_cm == pytest.approx(per_cm.best, rel=0.06)


def test_every_row_is_whole_and_names_a_source_that_was_read() -> None:
    data = read_tracks_data("draught_voyages.toml")
    for row in (*data["voyage"], *data["immersion"]):
        source = data["sources"][row["source"]]
        assert source["status"] == "read"
        assert source["title"]
        assert source["url"].startswith("http")
    for voyage in draught_voyages():
        deeper = voyage.mean_m[1] > voyage.mean_m[0]
        assert deeper == (voyage.change == "loaded")
        assert 0 < voyage.beam_m < voyage.length_m
        assert voyage.deadweight_t is None or voyage.cargo_t <= 1.01 * voyage.deadweight_t
    assert len({(voyage.ship, voyage.date) for voyage in draught_voyages()}) == len(
        draught_voyages()
    )


def test_every_prior_names_a_source_of_its_file() -> None:
    sources = read_tracks_data("hull_priors.toml")["sources"]
    for table in hull_priors().values():
        for figure in table.values():
            assert figure.source in sources
            assert 0 <= figure.high <= 2
