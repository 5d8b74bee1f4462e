"""How long others took, what share never ended, and how far behind a plan: printed figures, laws, wrong input."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forceflow as ff
from cases import CASES
from forceflow.errors import EstimateError
from forceflow.forecasting.end_times import against_plan, end_times


def of(name: str) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    case = CASES[name]
    return case["inputs"], case["outputs"], {"rtol": case["rtol"], "atol": case["atol"]}


def test_kaplan_meier_and_rate_of_the_freireich_trial() -> None:
    given, wanted, near = of("kaplan_meier_freireich_6mp")
    found = end_times(given["time"], given["event"])
    np.testing.assert_array_equal(found.at, wanted["at"])
    np.testing.assert_allclose(found.going_on, wanted["S"], **near)
    total, rate, near = of("exponential_mle_freireich")
    assert (sum(given["event"]), sum(given["time"])) == (total["events"], total["total_time"])
    ends = (found.per_day.middle, found.per_day.low, found.per_day.high)
    np.testing.assert_allclose(ends, [rate["rate"], rate["garwood_lo"], rate["garwood_hi"]], **near)


def test_share_that_never_ends() -> None:
    given, wanted, near = of("mixture_cure_exponential")
    found = end_times(given["time"], given["event"])
    mine = (found.never, found.per_day_of_others, found.negative_log_likelihood)
    np.testing.assert_allclose(mine, [wanted["cure"], wanted["rate"], wanted["nll"]], **near)
    assert "never ends: 54%" in str(found)
    # All ended: one rate, and no share is left.
    all_ended = end_times([3.0, 5.0, 10.0], [1, 1, 1])
    assert all_ended.never == 0
    assert all_ended.per_day_of_others == pytest.approx(3 / 18)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.floats(1, 100), st.booleans()), min_size=1, max_size=12),
    st.floats(0.1, 50),
)
def test_units_do_not_matter(rows: list[tuple[float, bool]], unit: float) -> None:
    days, ended = [t for t, _ in rows], [True, *(e for _, e in rows[1:])]
    one, other = end_times(days, ended), end_times([t * unit for t in days], ended)
    assert 0 <= one.never < 1
    assert other.never == pytest.approx(one.never, abs=1e-6)
    assert other.per_day_of_others * unit == pytest.approx(one.per_day_of_others, rel=1e-6)
    assert (np.diff(one.going_on) < 0).all()


def test_earned_value_and_earned_schedule() -> None:
    given, wanted, near = of("evm_eac")
    found = against_plan([given["PV"], given["BAC"]], done=given["EV"], at=1, spent=given["AC"])
    names = (
        "yield",
        "share_of_plan",
        "cost_at_yield",
        "cost_at_plan",
        "cost_at_both",
        "yield_needed",
    )
    keys = ("CPI", "SPI", "EAC_cpi", "EAC_atypical", "EAC_cpi_spi", "TCPI_bac")
    np.testing.assert_allclose(
        [found[name] for name in names], [wanted[key] for key in keys], **near
    )
    given, wanted, near = of("earned_schedule_lipke")
    found = against_plan(given["PV"], done=given["EV"], at=given["AT"])
    mine = (found["earned_periods"], found["pace"], found["periods_at_completion"])
    np.testing.assert_allclose(mine, [wanted["ES"], wanted["SPI_t"], wanted["IEAC_t"]], **near)
    assert "yield" not in found


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: end_times([1.0, 2.0], [True]), "days above 0"),
        (lambda: end_times([0.0], [True]), "days above 0"),
        (lambda: end_times([1.0], [False]), "at least one"),
        (lambda: against_plan([3, 2], done=1, at=1), "more than the one before"),
        (lambda: against_plan([3, 5], done=6, at=1), "done lies above 0"),
        (lambda: against_plan([3, 5], done=2, at=0), "at is 1 or more"),
    ],
)
def test_bad_input(call: Any, words: str) -> None:
    with pytest.raises(ff.errors.EstimateError, match=words):
        call()


DURATIONS: list[Any] = [
    [10, 20, 30, 400, 400], [10.0, 20, "30", "400.0", Decimal(400)], np.array([10, 20, 30, 400, 400]),
    pd.to_timedelta([10, 20, 30, 400, 400], unit="D"), [dt.timedelta(days=d) for d in (10, 20, 30, 400, 400)],
    pd.Series(pd.to_timedelta([10, 20, 30, 400, 400], unit="D")), np.array([10, 20, 30, 400, 400], "timedelta64[D]"),
    np.array([240, 480, 720, 9600, 9600], "timedelta64[h]"),
    pl.Series([dt.timedelta(days=d) for d in (10, 20, 30, 400, 400)]),
]  # fmt: skip
ENDED: list[Any] = [
    [1, 1, 1, 0, 0], [True, True, True, False, False], ["yes", "YES", "y", "no", "N"], ["1", "true", 1.0, "0", 0.0],
    np.array([1, 1, 1, 0, 0], dtype=bool), pd.Series([1, 1, 1, 0, 0]), pl.Series(["yes", "yes", "yes", "no", "no"]),
    pd.array([True, True, True, False, False], dtype="boolean"),
]  # fmt: skip


def test_durations_and_yes_or_no_in_any_type() -> None:
    wanted = end_times(DURATIONS[0], ENDED[0])
    assert (round(wanted.never, 2), round(wanted.per_day_of_others, 3)) == (0.4, 0.05)
    for days in DURATIONS:
        assert end_times(days, ENDED[0]).never == wanted.never
        assert end_times(days, ENDED[0]).per_day == wanted.per_day
    for ended in ENDED:
        assert end_times(DURATIONS[0], ended).never == wanted.never


@pytest.mark.parametrize(
    ("days", "ended", "words"),
    [
        ([10, -1], [1, 0], "^days, row 1: a number of days above 0"),
        ([10, 0], [1, 0], "days, row 1"),
        ([10, float("nan")], [1, 0], "days, row 1"),
        ([10, float("inf")], [1, 0], "days, row 1"),
        ([10, None], [1, 0], "days, row 1"),
        ([10, pd.NaT], [1, 0], "days, row 1"),
        ([10, "ten"], [1, 0], "days, row 1.*got 'ten'"),
        ([10, "10 days"], [1, 0], "days, row 1"),
        ([10, dt.date(2024, 1, 1)], [1, 0], "days, row 1"),
        ([10, pd.Timestamp("2024-01-01")], [1, 0], "days, row 1"),
        ([10, True], [1, 0], "days, row 1"),
        ([[10, 20]], [1, 0], "days is one list"),
        ("10", [1], "days is one list"),
        ([10, 20], [1, "maybe"], "^ended, row 1: true or false was wanted, got 'maybe'"),
        ([10, 20], [1, None], "^ended, row 1: yes or no was wanted"),
        ([10, 20], [1, "n/a"], "^ended, row 1"),
        ([10, 20], [1, 2], "^ended, row 1"),
        ([10, 20], [1], "got 2 days, 1 of ended"),
        ([10, 20], [0, "no"], "0 that ended"),
    ],
)
def test_times_that_are_none_are_refused_in_words(days: Any, ended: Any, words: str) -> None:
    with pytest.raises(EstimateError, match=words):
        end_times(days, ended)
