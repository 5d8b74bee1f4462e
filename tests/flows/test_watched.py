"""Which days were watched, in which bins clumps are looked for, and numbers that are none."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from scipy import stats
from test_rate import FIRST, daily, flights, many_draws, rate_of

import forceflow as ff
from forceflow.flows.counts.dispersion import dispersion_test, inflation_posterior
from forceflow.flows.event_counts import clumping


def dated(*days: int, **given: Any) -> tuple[ff.Sortie, ...]:
    return tuple(flights(1, start=float(day), is_stream=False, **given) for day in days)


@many_draws
def test_the_days_that_were_watched() -> None:
    """Four flights in a hundred days, whatever lies between the first and the last of them."""
    given: dict[str, Any] = {
        "between": ("2025-01-01", "2025-04-11"),
        "dispersion": "poisson",
        "draws": 40_000,
    }
    wanted = stats.gamma(4.5, scale=1 / 100).ppf([0.05, 0.5, 0.95])
    for every in ("1w", "1mo", "1y"):
        found = rate_of(dated(20, 24, 33, 40), every=every, **given)
        np.testing.assert_allclose(list(found.per_day), wanted, rtol=0.03)
        assert found.exposure_days.sum() == pytest.approx(100)
        assert (found.starts[0], found.stops[-1]) == (FIRST, FIRST + dt.timedelta(days=100))
    # A stream cut in the middle counts by half, an event outside not at all, and both are said.
    cut = rate_of(
        (*daily([2] * 20), *dated(200)), **{**given, "between": ("2025-01-11", "2025-01-21")}
    )
    assert cut.per_day.middle == pytest.approx(2, rel=0.1)
    assert any("11 of 21 events lie outside" in note for note in cut.notes)
    half = rate_of((flights(60, days=60),), **{**given, "between": ("2025-01-31", "2025-03-02")})
    np.testing.assert_allclose(
        list(half.per_day), stats.gamma(30.5, scale=1 / 30).ppf([0.05, 0.5, 0.95]), rtol=0.03
    )
    assert any("reach beyond" in note for note in half.notes)


@many_draws
def test_a_span_nobody_gave_is_read_from_the_gaps() -> None:
    """Inverse sampling: four flights leave three gaps, and Gamma(3) over the days from the first to the last."""
    found = rate_of(dated(20, 24, 33, 40), dispersion="poisson", every="1y", draws=40_000)
    wanted = stats.gamma(3, scale=1 / 21).ppf([0.05, 0.5, 0.95])
    np.testing.assert_allclose(list(found.per_day), wanted, rtol=0.03)
    np.testing.assert_allclose([found.low[0], found.middle[0], found.high[0]], wanted, rtol=0.03)
    assert any("between=(start, stop)" in note for note in found.notes)
    zeros = (flights(0, start=0), flights(0, start=60))  # somebody looked, and saw none
    one_end = rate_of(
        (*dated(20, 24, 33, 40), zeros[0]), dispersion="poisson", every="1y", draws=40_000
    ).per_day
    loose = 40 / 41  # the day of the zero was watched; the rest is drawn
    assert one_end.middle == pytest.approx(
        stats.gamma(4, scale=1 / (41 * loose)).median(), rel=0.05
    )
    both = rate_of((*dated(20, 24, 33, 40), *zeros), dispersion="poisson", every="1y", draws=40_000)
    np.testing.assert_allclose(
        list(both.per_day), stats.gamma(4.5, scale=1 / 61).ppf([0.05, 0.5, 0.95]), rtol=0.03
    )
    assert not any("was not given" in note for note in both.notes)


def test_spans_that_cannot_be_watched() -> None:
    with pytest.raises(ff.errors.EstimateError, match=r"one dated event .* between="):
        rate_of(dated(3))
    assert rate_of(dated(3), between=("2025-01-01", "2025-02-01")).per_day.high < 0.3
    for bad, message in (
        (("2025-02-01", "2025-02-01"), "stop is the day after"),
        (("2025-05-01", "2025-06-01"), "no event lies between"),
        (("soon", "2025-06-01"), "no date"),
        (7, "half-open"),
    ):
        with pytest.raises(ff.errors.EstimateError, match=message):
            rate_of(dated(3, 5), between=bad)


@pytest.mark.parametrize("counts", [[0, 7, 0, 0, 9, 1, 0, 0, 8, 0, 0, 6] * 2, [3, 2, 4, 1] * 15])
def test_the_rate_of_the_span_is_the_same_for_every_width(counts: list[int]) -> None:
    """Clumps are looked for in bins of the record's own, so that a wider bin hides none."""
    rates = [rate_of(daily(counts), every=every) for every in ("1d", "3d", "1w", "2w", "1mo")]
    assert len({tuple(found.dispersion.items()) for found in rates}) == 1
    for found in rates[1:]:
        np.testing.assert_allclose(list(found.per_day), list(rates[0].per_day), rtol=1e-9)


def test_versions_of_the_counts_weigh_as_often_as_they_come() -> None:
    """Nineteen even versions and one of bursts: the test is that of the even ones, and so is most of the inflation."""
    even, bursts = [3, 4, 2, 3, 4, 3, 2, 4], [0, 25, 0, 0, 0, 0, 0, 0]
    rows, ones = np.array([even] * 19 + [bursts]), np.ones(8)
    test, used, phi = clumping(
        rows, ones, dispersion="negative-binomial", draws=20_000, seed=1, way="outbound"
    )
    assert test == dispersion_test(even)
    assert used == "negative-binomial"
    assert np.mean(phi > 4) == pytest.approx(
        0.05 * inflation_posterior(bursts, poisson=0)[6:].sum(), abs=0.02
    )


def test_numbers_that_are_none() -> None:
    for given, message in (
        ({"detection": 1.5}, "detection"),
        ({"detection": "half"}, "detection"),
        ({"observed_days": [1]}, "observed_days"),
        ({"observed_days": {"2025-01-01": "x"}}, "share of 2025-01-01"),
        ({"seed": 1.5}, "seed"),
        ({"seed": None}, "seed"),
    ):
        with pytest.raises(ff.errors.EstimateError, match=message):
            rate_of(daily([3, 4]), **given)
    with pytest.raises(ff.errors.EstimateError, match="given twice: e0"):
        rate_of((*daily([3]), *daily([3])))


def test_a_share_of_one_is_none() -> None:
    events = daily([3] * 10)
    for all_seen in (1.0, {"air": 1.0}):
        assert rate_of(events, detection=all_seen).per_day == rate_of(events).per_day
    assert rate_of(events, detection=0.5).per_day.middle == pytest.approx(
        2 * rate_of(events).per_day.middle
    )


def test_shares_of_modes_are_drawn_apart() -> None:
    share = ff.Detection(0.3, 0.8)
    air, sea = (share.draw(2_000, seed=7, mode=mode) for mode in ("air", "sea"))
    assert abs(np.corrcoef(air, sea)[0, 1]) < 0.1


@many_draws
def test_people_on_flights_nobody_counted_are_kept() -> None:
    lost = flights(0, days=10, personnel=ff.Quantity.exactly(80))
    assert list(rate_of((lost,), measure="personnel").per_day) == pytest.approx([8, 8, 8])
