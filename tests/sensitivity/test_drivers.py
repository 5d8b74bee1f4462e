"""Drivers, the next look and scenarios: against closed forms and by law."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from importlib import import_module
from typing import Any

import numpy as np
import pytest

import forceflow as ff
from cases import CASES
from forceflow.flows.event_draws import PERSON_T, UNCOUNTED_COLUMN, prepare
from forceflow.flows.quantile_tables import tabulate
from forceflow.sensitivity.drivers import totals_of
from forceflow.sensitivity.flow_inputs import observed_part


@pytest.fixture(scope="module")
def moved(events: tuple[ff.FlowEvent, ...]) -> ff.Estimate:
    return ff.estimate_tonnage(events, direction="outbound", draws=1_000, seed=7)


def test_log_variance_shares_of_a_product(
    moved: ff.Estimate, events: tuple[ff.FlowEvent, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Count, payload and load factor log-normal with gsd 1.3, 1.15, 1.1: the shares of a sum of logs."""
    case = CASES["sobol_log_product"]
    shares = case["outputs"]["S"]
    one = next(event for event in events if event.event_id == "libya-14dec")
    flows = prepare([one])
    count, payload, load = (ff.Quantity.lognormal(1.0, gsd) for gsd in case["inputs"]["gsd"])
    made = replace(
        flows,
        tables=tabulate([count, payload, load]),
        counts=np.array([0]),
        loads=np.array([[0, 1, 2]]),
    )
    module = import_module("forceflow.sensitivity.drivers")
    monkeypatch.setattr(module, "_flows_of", lambda estimate: (made, "tonnes"))
    found = {driver.name: driver for driver in ff.drivers(moved, draws=8_192)}
    assert found["count of libya-14dec"].total == pytest.approx(shares[0], abs=0.02)
    assert found["load of An-124"].total == pytest.approx(shares[1] + shares[2], abs=0.02)


def test_drivers_are_ranked_and_named(moved: ff.Estimate) -> None:
    found = ff.drivers(moved, draws=1_024)
    totals = [driver.total for driver in found]
    assert totals == sorted(totals, reverse=True)
    assert found[0].name == "load of Sparta II"
    assert found[0].low <= found[0].total <= found[0].high
    assert ff.drivers(moved, draws=1_024) == found
    assert "%" in str(found[0])


def test_what_a_source_says_of_several_events_is_one_driver(
    events: tuple[ff.FlowEvent, ...],
) -> None:
    one = replace(
        next(e for e in events if e.event_id == "libya-14dec"),
        movements=ff.Quantity.parse("dozens"),
    )
    many = tuple(replace(one, event_id=f"s{i}", roots=("paper",)) for i in range(3))
    estimate = ff.estimate_tonnage(many, measure="movements", draws=1_000, seed=7)
    names = {driver.name for driver in ff.drivers(estimate, draws=512)}
    assert "what paper says" in names


def test_a_look_never_widens_and_a_cloudy_one_is_worth_less(moved: ff.Estimate) -> None:
    clear = ff.next_look(moved, draws=4_096)
    assert all(0 <= look.gain <= 1 and look.expected_width <= look.width + 1e-9 for look in clear)
    name = "load of Sparta II"
    cloudy = ff.next_look(moved, success={name: 0.4}, draws=4_096)
    gain = {look.what: look.gain for look in clear}
    for look in cloudy:
        expected = gain[look.what] * (0.4 if "Sparta II" in look.what else 1)
        assert look.gain == pytest.approx(expected, rel=1e-6)
    with pytest.raises(ff.errors.EstimateError, match="not there"):
        ff.next_look(moved, success={"load of Titanic": 1.0})
    with pytest.raises(ff.errors.EstimateError, match="probability"):
        ff.next_look(moved, success={name: 2.0})


def test_a_look_that_errs_is_worth_less(moved: ff.Estimate) -> None:
    name, what = (
        "load of Sparta II",
        "learn the load of Sparta II (draught, weighbridge, or a manifest)",
    )

    def gain(**given: Any) -> float:
        return next(look.gain for look in ff.next_look(moved, **given) if look.what == what)

    sharp, blurred, blind = gain(), gain(error_share={name: 0.3}), gain(error_share={name: 30.0})
    assert sharp > blurred + 0.05
    assert blurred > 0.05 > blind
    for bad in (-0.1, float("inf")):
        with pytest.raises(ff.errors.EstimateError, match="error_share"):
            ff.next_look(moved, error_share={name: bad})
    with pytest.raises(ff.errors.EstimateError, match="error_share names what is not there"):
        ff.next_look(moved, error_share={"load of Titanic": 0.1})


def test_a_watcher_at_a_place_sees_all_that_leaves_it(events: tuple[ff.FlowEvent, ...]) -> None:
    """Two alike streams of one type, known loads: half of the variance is in each, all of it in their sum."""
    one = replace(
        next(e for e in events if e.event_id == "libya-14dec"),
        movements=ff.Quantity(10, 20, 60),
        is_stream=True,
    )
    two = tuple(replace(one, event_id=f"s{i}", roots=(f"paper {i}",)) for i in range(2))
    estimate = ff.estimate_tonnage(two, measure="movements", draws=1_000, seed=7)
    gain = {look.what: look.gain for look in ff.next_look(estimate)}
    both = next(
        gain[what] for what in gain if what.startswith("count all movements at Hmeimim (air)")
    )
    assert both > 0.999
    for i in range(2):
        alone = next(
            gain[what] for what in gain if what.startswith(f"count the movements of s{i} ")
        )
        assert alone == pytest.approx(0.5, abs=0.03)
    assert len(gain) == 4  # two streams, and the two ends of their way
    heavy = (two[0], replace(two[1], tonnes=ff.Quantity(100, 200, 300)))
    known = ff.next_look(ff.estimate_tonnage(heavy, draws=1_000, seed=7))
    assert not [look.what for look in known if look.what.startswith("count all")]


def test_counting_flights_tells_nothing_of_their_load(events: tuple[ff.FlowEvent, ...]) -> None:
    """Tonnes are count x load: knowing the count leaves E[count**2] V(load), knowing the load E[load**2] V(count)."""
    count = ff.Quantity(10, 20, 60)
    one = replace(
        next(e for e in events if e.event_id == "libya-14dec"), movements=count, is_stream=True
    )
    n = count.quantile((np.arange(20_000) + 0.5) / 20_000)
    load = totals_of(observed_part(prepare([one]), "load of An-124"), 7, 8_192)
    total = (n**2).mean() * (load**2).mean() - (n.mean() * load.mean()) ** 2
    gain = {
        look.what.split(" (")[0]: look.gain
        for look in ff.next_look(ff.estimate_tonnage([one], draws=500, seed=7))
    }
    assert gain["count the movements of libya-14dec"] == pytest.approx(
        n.var() * load.mean() ** 2 / total, abs=0.03
    )
    assert gain["learn the load of An-124"] == pytest.approx(
        load.var() * n.mean() ** 2 / total, abs=0.03
    )


def test_what_was_published_of_an_event_is_named_as_it_was(
    events: tuple[ff.FlowEvent, ...],
) -> None:
    """Nobody who counts flights learns a published tonnage: what varies is named, and so is the look at it."""
    flight = replace(
        next(e for e in events if e.event_id == "libya-14dec"), movements=ff.Quantity(10, 20, 60)
    )
    column = next(e for e in events if e.event_id == "damascus-convoy")
    people = ff.Quantity(100, 200, 300)
    flight = replace(flight, roots=())
    told = (
        replace(flight, event_id="a"),
        replace(flight, event_id="b", tonnes=ff.Quantity(100, 200, 300)),
        replace(flight, event_id="c", movements=ff.Quantity.nothing(""), personnel=people),
        replace(column, event_id="d", vehicles=ff.Quantity(50, 100, 200)),
    )
    estimate = ff.estimate_tonnage(told, draws=500, seed=7)
    names = {driver.name for driver in ff.drivers(estimate, draws=500)}
    assert {name for name in names if not name.startswith("load")} == {
        "count of a",
        "tonnes of b",
        "personnel of c",
        "vehicles of d",
        "mass of a person",
        "mass of military vehicles",
    }
    looks = [
        look.what.split(" (")[0]
        for look in ff.next_look(estimate, success={"tonnes of b": 0.5}, draws=500)
    ]
    assert {what for what in looks if not what.startswith("learn")} == {
        "count the movements of a",
        "weigh the load of b",
        "count the personnel of c",
        "count the vehicles of d",
    }


def test_the_load_of_people_is_not_that_of_their_aircraft(moved: ff.Estimate) -> None:
    """People flown out on flights nobody counted weigh `PERSON_T` each: that, and no payload, could be learnt."""
    flows = prepare(moved.used)
    assert "person" in flows.platform_names
    seen = totals_of(observed_part(flows, "mass of a person"), 7, 4_096)
    assert PERSON_T.low <= seen.min() < seen.max() <= PERSON_T.high
    assert np.median(seen) == pytest.approx(float(PERSON_T.quantile(0.5)), rel=0.03)


def _columns(**more: Any) -> tuple[ff.FlowEvent, ...]:
    """Nine columns of trucks that nobody counted."""
    start = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    given: dict[str, Any] = {"movements": ff.Quantity.exactly(1), "platform": "truck", **more}
    return tuple(
        ff.Convoy(
            event_id=f"column-{i}",
            origin="Damascus",
            destination="Tartus",
            start=start + dt.timedelta(days=i),
            stop=start + dt.timedelta(days=i + 1),
            direction="outbound",
            **given,
        )
        for i in range(9)
    )


def test_uncounted_columns_hang_on_their_vehicles_and_not_on_the_mass_of_one() -> None:
    """tonnes = 9 x vehicles x mass; of a product of two independent inputs the shares of the log variance add to 1."""
    moved = ff.estimate_tonnage(_columns(), draws=8_192, seed=7)
    mass = ff.find_platform("truck").mass_t  # type: ignore[union-attr]
    levels = (np.arange(20_000) + 0.5) / 20_000
    vehicles, each = UNCOUNTED_COLUMN.quantile(levels), mass.quantile(levels)
    wide, narrow = np.log(vehicles).var(), np.log(each).var()
    found = {driver.name: driver.total for driver in ff.drivers(moved, draws=4_096)}
    assert found == {
        "vehicles per column of truck": pytest.approx(wide / (wide + narrow), abs=0.02),
        "mass of truck": pytest.approx(narrow / (wide + narrow), abs=0.02),
    }
    looks = {look.what.split(" (")[0]: look for look in ff.next_look(moved)}
    counted = looks["count the vehicles of a column of truck"]
    left = 9 * np.sqrt((vehicles**2).mean() * each.var())
    assert counted.expected_width == pytest.approx(left, rel=0.1)
    assert counted.gain > 0.8 > looks["learn the mass of truck"].gain
    given = ff.estimate_tonnage(_columns(vehicles=ff.Quantity.exactly(33)), draws=8_192, seed=7)
    assert [driver.name for driver in ff.drivers(given, draws=512)] == ["mass of truck"]


def test_vehicles_of_uncounted_columns_hang_on_the_vehicles_per_column() -> None:
    moved = ff.estimate_tonnage(_columns(), measure="vehicles", draws=512, seed=7)
    (only,) = ff.drivers(moved, draws=512)
    assert only.name == "vehicles per column"
    assert only.total == pytest.approx(1.0, abs=0.05)
    assert (
        ff.next_look(moved, draws=512)[0].what
        == "count the vehicles of a column (imagery, or a witness)"
    )


def test_the_type_that_flew_is_an_input_of_its_own() -> None:
    start = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    event = ff.Sortie(
        event_id="one", platform="An-26 + An-124", origin="Hmeimim", destination="al-Khadim", start=start,
        stop=start + dt.timedelta(days=9), direction="outbound", movements=ff.Quantity.exactly(10),
    )  # fmt: skip
    moved = ff.estimate_tonnage([event], draws=4_096, seed=7)
    found = {driver.name: driver.total for driver in ff.drivers(moved, draws=2_048)}
    assert set(found) == {"mix of types of one", "load of An-26", "load of An-124"}
    # Loads of some 3 t and some 55 t: which of them flew decides.
    assert max(found, key=lambda name: found[name]) == "mix of types of one"
    looks = ff.next_look(moved, draws=4_096)
    assert looks[0].what == "learn which types carried one (imagery, or trackers)"


def test_scenarios_share_their_draws(events: tuple[ff.FlowEvent, ...]) -> None:
    without = tuple(event for event in events if event.event_id != "khadim-air-bridge")
    both = ff.compare({"all": events, "no air bridge": without}, draws=2_000, seed=7)
    gap = both.differences["no air bridge"]
    alone = ff.estimate_tonnage([e for e in events if e not in without], draws=2_000, seed=7).total
    assert gap.middle == pytest.approx(-alone.middle, rel=0.02)
    apart = both.totals["all"].high - both.totals["all"].low
    assert gap.high - gap.low < apart / 3
    assert both.to_frame().height == 2
    assert "less all" in str(both)
    assert "<table>" in both._repr_html_()
    listed: Any = [events, without]
    with pytest.raises(ff.errors.EstimateError, match="events by name, got list"):
        ff.compare(listed, seed=7)
    with pytest.raises(ff.errors.EstimateError, match="two or more"):
        ff.compare({"all": events}, seed=7)
    with pytest.raises(ff.errors.EstimateError, match="no outbound"):
        ff.compare(
            {"all": events, "none": [e for e in events if e.direction == "internal"]}, seed=7
        )


def test_what_does_not_vary_has_no_drivers(events: tuple[ff.FlowEvent, ...]) -> None:
    one = next(event for event in events if event.event_id == "libya-14dec")
    fixed = ff.estimate_tonnage((one,), measure="movements", draws=500, seed=7)
    for ask in (ff.drivers, ff.next_look):
        with pytest.raises(ff.errors.EstimateError, match="varies"):
            ask(fixed)
    rate = ff.estimate_rate(events, draws=500, seed=7)
    with pytest.raises(ff.errors.EstimateError, match="estimate_tonnage"):
        ff.drivers(rate)
