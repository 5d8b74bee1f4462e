"""What stands behind a number decides what it counts: another thing, a size, a rate or a magnitude is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import forceflow as ff
from forceflow import Quantity
from forceflow.cli import app
from forceflow.cli.common import amount_of
from forceflow.errors import QuantityError
from forceflow.evidence.reports import read_number
from forceflow.flows.counts.poisson import poisson_interval, rate_ratio
from forceflow.forecasting.end_times import against_plan
from forceflow.lift.bridges.amounts import as_quantity
from forceflow.quantity.single import one_number
from forceflow.quantity.tokens import normal

# -- another thing than the one wanted --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "unit", "word"),
    [
        ("500 troops", "flights", "troops"),
        ("12 trucks", "movements", "trucks"),
        ("500 trucks", "personnel", "trucks"),
        ("one battalion", "personnel", "battalion"),
        ("two battalions of soldiers", "personnel", "battalions"),
        ("30 families", "personnel", "families"),
        ("3 Il-76", "personnel", "il-76"),
        ("300 soldiers", "vehicles", "soldiers"),
        ("5 containers", "vehicles", "containers"),
        ("8 flights", "vehicles", "flights"),
        ("30 trucks", "families", "trucks"),
        ("5 km", "personnel", "km"),
        ("5 trucks", "km of vehicles", "trucks"),
        ("120 people a day", "movements", "people"),
    ],
)
def test_a_number_of_other_things_is_refused_by_the_printed_noun(
    words: str, unit: str, word: str
) -> None:
    with pytest.raises(QuantityError, match=re.escape(f"{words!r}")) as refused:
        read_number(words, unit=unit)
    assert word in str(refused.value)
    assert "give" in str(refused.value)


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        ("12 Russian military trucks carrying soldiers", "vehicles"),
        ("12 planes loaded with trucks", "movements"),
        ("12 ships", "flights"),
        ("12 evacuees", "personnel"),
        ("12 crew", "personnel"),
        ("12 buses", "vehicles"),
        ("12 families", "families"),
        ("12 bananas", "vehicles"),
        ("12 Il-76", "movements"),
        ("12 fighters", "personnel"),
    ],
)
def test_a_number_of_the_things_wanted_is_read(words: str, unit: str) -> None:
    assert read_number(words, unit=unit).params == (12.0,)


def test_a_measured_unit_is_converted_also_where_it_is_no_mass() -> None:
    assert read_number("41 miles", unit="km of vehicles").best == pytest.approx(41 * 1.609344)
    assert read_number("90 minutes", unit="hours").best == pytest.approx(1.5)


@pytest.mark.parametrize("words", ["-", "n/a", "TBC", "unknown", "\u2014"])
def test_a_placeholder_is_no_number(words: str) -> None:
    assert not read_number(words, unit="tonnes").has_content
    assert read_number(words, unit="tonnes").words == words


@pytest.mark.parametrize("count", ["8 trucks", "8 t", "8 flights", "8 people"])
def test_a_fleet_is_a_number_of_aircraft(count: str) -> None:
    given_ = [
        "capacity",
        "Hmeimim",
        "al-Khadim",
        "--onload",
        "3",
        "--offload",
        "2",
        "--fleet",
        f"Il-76MD={count}",
    ]
    result = CliRunner().invoke(app, given_)
    assert result.exit_code != 0
    with pytest.raises(
        QuantityError, match="cannot be turned into aircraft; give a number of aircraft"
    ):
        amount_of(count, "aircraft", "--fleet Il-76MD")


# -- rows and marks ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("100 000 200 000", "one number or 2 in a row; write '100 000; 200 000'"),
        ("100 000 150 000 200 000", "one number or 3 in a row; write '100 000; 150 000; 200 000'"),
        ("1 234,567", "more than one way"),
        ("2 747", "2 of type 747"),
    ],
)
def test_a_row_that_may_be_one_number_is_refused_at_every_door(words: str, why: str) -> None:
    for read in (Quantity.of, Quantity.parse, lambda text: amount_of(text, "t", "--stock")):
        with pytest.raises(QuantityError) as refused:
            read(words)
        assert words in str(refused.value)
    with pytest.raises(QuantityError, match=why):
        Quantity.of(words)


def test_the_row_with_the_marks_that_the_message_names_is_read() -> None:
    row = Quantity.of("100 000; 150 000; 200 000")
    assert (row.low, row.best, row.high) == (100_000, 150_000, 200_000)
    assert Quantity.of("2,747").best == 2747


# -- hedges -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        ("<2", 1, 1),
        ("fewer than 10", 1, 9),
        ("under 10 trucks", 1, 9),
        ("under 10 t", 0, 10),
        ("<40", 0, 40),
    ],
)
def test_fewer_than_n_of_a_small_count_is_at_most_one_less(
    words: str, low: float, high: float
) -> None:
    quantity = Quantity.of(words)
    assert (quantity.family, quantity.params) == ("at_most", (low, high))


def test_a_rate_below_one_a_day_is_a_rate() -> None:
    assert Quantity.parse("less than one flight a day").params == (0.0, 1.0)


def test_an_amount_without_a_unit_is_in_the_unit_of_its_argument() -> None:
    bare, written = (
        as_quantity("up to 6", name="x", unit="h"),
        as_quantity("up to 6 h", name="x", unit="h"),
    )
    assert bare.params == written.params
    assert amount_of("12 hours a day", "h", "--hours", daily=True).best == 12.0
    with pytest.raises(QuantityError, match="cannot be turned into h"):
        amount_of("12 hours a day", "h", "--hours")


# -- numbers in Python ------------------------------------------------------------------------------------------------

_FIVE, _SIX = Quantity.exactly(5, unit="t"), Quantity.exactly(6, unit="t")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Quantity.of((1, None)),  # type: ignore[arg-type]
        lambda: Quantity.of((1, 2, pd.NA)),  # type: ignore[arg-type]
        lambda: Quantity.of((1, (2, 3))),  # type: ignore[arg-type]
        lambda: Quantity.of(("5 t", "6 kg"), unit="t"),  # type: ignore[arg-type]
        lambda: Quantity.of(np.timedelta64(5, "h")),
        lambda: Quantity(1, None, 3),  # type: ignore[arg-type]
        lambda: Quantity.between(1, None),  # type: ignore[arg-type]
        lambda: Quantity.at_least("5"),  # type: ignore[arg-type]
        lambda: Quantity.pool(["5 t"]),  # type: ignore[list-item]
        lambda: Quantity.pool([5, 6]),  # type: ignore[list-item]
        lambda: Quantity.pool(None),  # type: ignore[arg-type]
        lambda: Quantity.pool([_FIVE, _SIX], weights=[float("nan"), 1]),
        lambda: Quantity.pool([_FIVE, _SIX], weights=["a", "b"]),  # type: ignore[list-item]
        lambda: _FIVE.plus(5),  # type: ignore[arg-type]
        lambda: _FIVE.by(5),  # type: ignore[arg-type]
        lambda: _FIVE.times("a"),  # type: ignore[arg-type]
        lambda: _FIVE.quantile("a"),
        lambda: ff.Detection("0.3", 0.8),  # type: ignore[arg-type]
        lambda: poisson_interval("5"),  # type: ignore[arg-type]
        lambda: rate_ratio((5, None), (3, 1)),  # type: ignore[arg-type]
        lambda: rate_ratio(5, (3, 1)),  # type: ignore[arg-type]
        lambda: against_plan([1, 2], done="1", at=1),  # type: ignore[arg-type]
        lambda: against_plan([1, 2], done=1, at=1.5),  # type: ignore[arg-type]
        lambda: ff.quantity.verbal_probability(None, scale="Kent"),  # type: ignore[arg-type]
        lambda: one_number("1 to 2", name="total"),
        lambda: one_number("5 kg", name="total", unit="t"),
        lambda: one_number((1, 2), name="total"),
    ],
)
def test_what_is_no_number_is_refused_in_words(make: Callable[[], Any]) -> None:
    with pytest.raises((QuantityError, ff.errors.EstimateError)) as refused:
        make()
    assert "\n" not in str(refused.value)


def test_shares_and_totals_of_the_estimates_are_numbers() -> None:
    events = ff.merge_claims(ff.load_reports("syria-2024"))
    for detection in ((0.3, 0.8), "0.3", {"air": (0.3, 0.8)}):
        with pytest.raises(
            ff.errors.EstimateError, match=r"write a range as Detection\(0.3, 0.8\)"
        ):
            ff.estimate_rate(events, detection=detection, draws=100, seed=1)  # type: ignore[arg-type]
    for name in ("drift_gsd", "tail_share"):
        wrong: Any = {name: "3.5"}
        with pytest.raises(QuantityError, match=f"{name} must be a number, got '3.5'"):
            ff.estimate_withdrawal(events, stock_t=35_000, draws=100, seed=1, **wrong)


def test_texts_in_a_tuple_and_a_total_are_read_as_everywhere() -> None:
    assert Quantity.of(("5,000", "6 000"), unit="t").params == (5000.0, 6000.0)  # type: ignore[arg-type]
    kabul = ff.load_drawdown("kabul-2021")
    answers = {
        str(ff.forecast(kabul, horizon=2, total=total, draws=100, seed=1))
        for total in (130_000, "130,000", Quantity.exactly(130_000))
    }
    assert len(answers) == 1
    result = CliRunner().invoke(
        app, ["backtest", "kabul-2021", "--total", "130,000", "--draws", "100"]
    )
    assert result.exit_code == 0, result.output
    assert CliRunner().invoke(app, ["backtest", "kabul-2021", "--total", "1 to 2"]).exit_code != 0


# -- any text ---------------------------------------------------------------------------------------------------------

_PIECES = st.sampled_from(
    [
        *"0123456789",
        *" ,.';:/()&+x",
        "100",
        "000",
        "12",
        " 747",
        "trucks",
        " t",
        " of ",
        " km",
        " more",
        "kg",
        " per ",
    ]
)


@given(st.lists(_PIECES, min_size=1, max_size=12).map("".join))
@settings(max_examples=500)
def test_an_exact_number_has_the_digits_that_were_printed(words: str) -> None:
    """No word in these texts multiplies, so without its marks the text holds the number that was read and no other."""
    for read in (Quantity.parse, Quantity.of, lambda text: read_number(text, unit="vehicles")):
        try:
            quantity = read(words)
        except QuantityError:
            continue
        if quantity.family != "point" or not re.search(r"\d", words):
            continue
        plain = re.sub(
            r"(?<=\d)[ ,'](?=\d)", "", re.sub(r"(?!x\d)[a-z]+\d[\w.]*", "", words)
        )  # "t72" is a type
        plain = plain.replace(".", "") if re.search(r"\d\.\d{3}\.\d{3}", plain) else plain
        assert [float(found) for found in re.findall(r"\d*\.?\d+", plain)] == [quantity.best]


_LETTERS = st.characters(categories=("Lu", "Ll", "Lo"), min_codepoint=0x80)


@given(
    st.text(_LETTERS, min_size=1, max_size=6),
    st.sampled_from(["3 {}", "3{}", "about 3 {} men", "2 to 3 {}"]),
)
@settings(max_examples=200)
def test_letters_of_other_scripts_behind_a_number_are_never_a_unit(word: str, pattern: str) -> None:
    if not normal(word).isascii() and normal(word).strip():
        with pytest.raises(QuantityError):
            Quantity.of(pattern.format(word))
