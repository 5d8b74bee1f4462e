"""What a user enters: one reading for Python, tables and the command line, with units and without doubt of its own."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import forceflow as ff
from forceflow import Quantity
from forceflow.cli.common import amount_of
from forceflow.errors import QuantityError
from forceflow.evidence.reports import read_number
from forceflow.quantity.units import same_unit, unit_factor

ROOT = Path(__file__).parents[2]
ROW = {
    "mode": "air", "platform": "Il-76MD", "origin": "OSLK", "destination": "HL59", "start": "2024-12-08",
    "movements": 1,
}  # fmt: skip


def cell(measure: str, value: Any) -> Quantity:
    (event,) = ff.from_frame(pd.DataFrame([{**ROW, measure: value}]))
    found = getattr(event, measure)
    assert isinstance(found, Quantity)
    return found


# -- the rule for round numbers ---------------------------------------------------------------------------------------

ROUND = (
    "20",
    "20 t",
    "1,200",
    "1 200",
    "1200",
    "1'200",
    "1.2 thousand",
    "twenty",
    "a hundred",
    "half a million",
)
NOT_ROUND = ("21", "9", "123", "1,234", "2.5", "twelve", "15", "1210", "0", "5")


@pytest.mark.parametrize("words", ROUND)
def test_a_round_number_is_about_in_print_and_exact_when_entered(words: str) -> None:
    printed, entered = Quantity.parse(words), Quantity.of(words)
    assert printed.family == "lognormal"
    assert (entered.low, entered.high) == (entered.best, entered.best)
    assert printed.params[0] == entered.best
    assert Quantity.parse(words, round_numbers="exact").params == entered.params
    assert Quantity.parse(f"about {words}") != entered
    assert Quantity.of(f"about {words}").params == Quantity.parse(words).params


@pytest.mark.parametrize("words", NOT_ROUND)
def test_another_number_is_exact_in_both(words: str) -> None:
    assert Quantity.parse(words).params == Quantity.of(words).params
    assert Quantity.parse(words).family == Quantity.of(words).family == "point"


def test_round_numbers_is_one_of_two_words() -> None:
    with pytest.raises(QuantityError, match="round_numbers is 'about' or 'exact', got 'no'"):
        Quantity.parse("20", round_numbers="no")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "typed", [1200, 1200.0, "1200", "1,200", "1 200", "1'200", "1.2 thousand", "1.2k", "１２００"]
)
def test_the_way_a_number_is_typed_does_not_change_it(typed: Any) -> None:
    for found in (cell("personnel", typed), Quantity.of(typed), amount_of(str(typed), "t")):
        assert (found.low, found.best, found.high) == (1200.0, 1200.0, 1200.0)


def test_a_plain_number_of_a_text_column_equals_that_of_a_number_column() -> None:
    assert cell("personnel", "1,200") == cell("personnel", 1200)
    assert cell("movements", "20").family == cell("movements", "20 flights").family == "point"
    assert cell("movements", "about 20").family == "lognormal"


# -- the command line -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "ends"),
    [
        ("12,500", (12_500, 12_500, 12_500)),
        ("7 500", (7_500, 7_500, 7_500)),
        ("1 500 000", (1_500_000, 1_500_000, 1_500_000)),
        ("100 000", (100_000, 100_000, 100_000)),
        ("12 kg", (0.012, 0.012, 0.012)),
        ("2 short tons", (1.81436948, 1.81436948, 1.81436948)),
        ("3,446 mt", (3_446, 3_446, 3_446)),
        ("400 600 900 t", (400, 600, 900)),
        ("400 600 900", (400, 600, 900)),
        ("400,600,900", (400_600_900, 400_600_900, 400_600_900)),
        ("400, 600, 900", (400, 600, 900)),
        ("50; 200; 900", (50, 200, 900)),
        ("400; 600", (400, 500, 600)),
        ("20 30", (20, 25, 30)),
        ("20000 35000 60000", (20_000, 35_000, 60_000)),
        ("20,000 35,000 60,000 t", (20_000, 35_000, 60_000)),
        ("20 000 35 000 60 000", (20_000, 35_000, 60_000)),
        ("2000 3000 4000 kg", (2, 3, 4)),
        ("1e3, 2e3, 3e3", (1_000, 2_000, 3_000)),
        ("10 to 20 thousand t", (10_000, 15_000, 20_000)),
        ("0.01 0.02 0.04", (0.01, 0.02, 0.04)),
    ],
)
def test_an_amount_is_read_as_python_reads_it(words: str, ends: tuple[float, float, float]) -> None:
    found = amount_of(words, "t", "--stock")
    assert (found.low, found.best, found.high) == pytest.approx(ends)
    assert found.unit == "t"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("1500 personnel", "--stock: '1500 personnel' is in 'personnel'.*give t, kg, lb"),
        ("5 tons", "is in 'tons'"),
        (
            "400 600",
            r"one number \(400,600\) or low high \(400; 600\); write '400600' or '400; 600'",
        ),
        ("50 200 900", r"one number \(50,200,900\) or low best high \(50; 200; 900\)"),
        ("3 2 1", "the lowest comes first"),
        ("1 2 3 4", "holds 4 numbers"),
        ("1,200; 20 600; 50 200 900; 1,200", "holds 4 numbers"),
        ("1.200", "more than one way"),
        ("12 t 15 t", r"second number \(15\)"),
        ("12/08/2024", "a fraction or a date"),
        ("$5m", "amount of money"),
    ],
)
def test_an_amount_that_can_be_read_in_two_ways_is_refused(words: str, why: str) -> None:
    with pytest.raises(ff.ForceflowError, match=why) as refused:
        amount_of(words, "t", "--stock")
    assert "\n" not in str(refused.value)


def test_a_bridge_of_the_command_line_takes_the_same_amounts() -> None:
    from typer.testing import CliRunner

    from forceflow.cli import app

    def tonnes(*more: str) -> str:
        given_ = [
            "capacity",
            "Hmeimim",
            "al-Khadim",
            "--onload",
            "3",
            "--offload",
            "2",
            "--draws",
            "100",
            *more,
        ]
        result = CliRunner().invoke(app, given_)
        assert result.exit_code == 0, result.output
        return result.stdout

    fleet = ("--fleet", "C-17=2500")
    assert tonnes("--fleet", "C-17=2,500") == tonnes(*fleet)
    half = tonnes(*fleet, "--hours", "12")
    assert half != tonnes(*fleet, "--hours", "24")
    assert half.splitlines()[1:] == tonnes(*fleet, "--hours", "0.5 days").splitlines()[1:]


# -- units ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "unit", ["t", "T", "mt", "MT", "tonne", "tonnes", "metric tonnes", "metric tons", "t."]
)
def test_a_tonne_has_many_spellings(unit: str) -> None:
    assert unit_factor(unit, to="t") == 1.0
    assert read_number(f"3,446 {unit}", unit="tonnes").best == 3_446


@pytest.mark.parametrize(
    "words", ["3 tons", "3 cwt", "3 kilotons", "5 Mt", "3 km", "3 trucks", "3 months"]
)
def test_what_is_no_tonne_is_refused(words: str) -> None:
    with pytest.raises(QuantityError):
        read_number(words, unit="tonnes")


@pytest.mark.parametrize("words", ["3 tons", "3 cwt", "3 months", "3 t", "20 t a day"])
def test_a_measure_is_no_count_of_flights(words: str) -> None:
    with pytest.raises(QuantityError, match="give a count of movements"):
        read_number(words, unit="flights")


def test_a_week_in_which_they_flew_is_no_unit() -> None:
    assert read_number("two Libya-Mali trips within a week", unit="sorties").best == 2
    assert Quantity.parse("at least seven times in under a week").whole


def test_only_like_units_are_pooled_and_added() -> None:
    tonnes, kilograms = Quantity.parse("5 t"), Quantity.parse("5,123 kg")
    for join in (lambda a, b: Quantity.pool([a, b]), Quantity.plus):
        with pytest.raises(QuantityError, match=r"'kg' and 't'.*times\(0.001, unit='t'\)"):
            join(tonnes, kilograms)
        with pytest.raises(QuantityError, match="'trucks' and 't'"):
            join(tonnes, Quantity.parse("3 trucks"))
        assert join(tonnes, kilograms.times(0.001, unit="t")).unit == "t"
        assert join(tonnes, Quantity.parse("6 tonnes")).unit == "t"
    assert Quantity.pool([tonnes, Quantity.parse("7")]).unit == "t"
    assert same_unit("sorties", "flights")
    assert not same_unit("trucks", "flights")


# -- what it prints ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        ("twelve ships", "12 ships, from 'twelve ships'"),
        ("12 ships", "12 ships"),
        ("12", "12"),
        ("1,234 t", "1,234 t"),
        ("nearly 100 vehicles", "96 vehicles (88 to 100), from 'nearly 100 vehicles'"),
        ("two to three hundred", "250 (200 to 300), from 'two to three hundred'"),
        ("large amounts", "large amounts (no number)"),
    ],
)
def test_the_number_comes_first_and_then_the_words(words: str, printed: str) -> None:
    assert str(Quantity.parse(words)) == printed


def test_what_the_user_enters_prints_as_a_number() -> None:
    assert str(Quantity.of("12,500", unit="t")) == str(Quantity.of(12_500, unit="t")) == "12,500 t"
    assert str(amount_of("12 kg", "t")) == "0.012 t, from '12 kg'"
    assert str(amount_of("400 600 900 t", "t")) == "600 t (400 to 900), from '400 600 900 t'"


@pytest.mark.parametrize(
    "words", ["a couple", "several", "at least 4", "up to 9", "over 5", "20", "5 to 9", "two a day"]
)
def test_every_family_prints_a_number_first(words: str) -> None:
    text = str(Quantity.parse(words))
    assert text[0].isdigit()
    assert text.endswith(f"from {words!r}") or text.startswith(words)


# -- any text ---------------------------------------------------------------------------------------------------------

_SPELLINGS = {
    "{n}": "point", "at least {n}": "at_least", "{n}+": "at_least", "{n} or more": "at_least", "≥{n}": "at_least",
    "up to {n}": "at_most", "<={n}": "at_most", "about {n}": "lognormal", "~{n}": "lognormal", "{n} or so": "lognormal",
    "more than {n}": "over", "nearly {n}": "nearly", "not quite {n}": "nearly", "{n}-plus": "at_least",
}  # fmt: skip
_UNDER_20 = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def in_words(n: int) -> str:
    """A whole number below a thousand million as it is said: written here anew, to be independent of the reader."""
    for size, name in ((10**6, "million"), (1000, "thousand")):
        if n >= size:
            rest = n % size
            joint = " and " if 0 < rest < 100 else " "
            return in_words(n // size) + f" {name}" + (joint + in_words(rest) if rest else "")
    if n >= 100:
        return f"{_UNDER_20[n // 100]} hundred" + (f" and {in_words(n % 100)}" if n % 100 else "")
    if n >= 20:
        return _TENS[n // 10 - 2] + (f"-{_UNDER_20[n % 10]}" if n % 10 else "")
    return _UNDER_20[n]


def spelt(n: int) -> list[str]:
    comma = f"{n:,}"
    return [
        str(n),
        comma,
        comma.replace(",", " "),
        comma.replace(",", "'"),
        comma.replace(",", "\u202f"),
        in_words(n),
    ]


@given(
    st.integers(1, 10**9 - 1),
    st.sampled_from(sorted(_SPELLINGS)),
    st.sampled_from(["", " trucks", " t"]),
)
@example(300, "{n}", "")
@example(100_200_300, "{n}", "")
@settings(max_examples=150)
def test_a_number_is_read_right_in_every_spelling_or_refused_by_name(
    n: int, pattern: str, unit: str
) -> None:
    for number in spelt(n):
        words = pattern.format(n=number) + unit
        try:
            quantity = Quantity.parse(words, round_numbers="exact")
        except QuantityError as error:
            refused = str(error)
            in_three = [len(part) for part in number.split(" ")] == [
                3,
                3,
                3,
            ]  # one number, or three?
            assert in_three or re.fullmatch(r"\d 7\d7", number)  # one number, or so many airliners?
            assert repr(number) in refused
            continue
        assert quantity.family == _SPELLINGS[pattern]
        assert quantity.params[quantity.family == "at_most"] == n
        assert quantity.unit == unit.strip()


@given(
    st.integers(1, 999),
    st.integers(1, 999),
    st.sampled_from(["hundred", "thousand", "million", "k", "lakh"]),
)
@settings(max_examples=100)
def test_a_magnitude_belongs_to_both_ends(low: int, more: int, magnitude: str) -> None:
    scale = {"hundred": 100, "thousand": 1000, "million": 10**6, "k": 1000, "lakh": 10**5}[
        magnitude
    ]
    high = low + more
    for words in (
        f"{low} to {high} {magnitude}",
        f"{low}-{high} {magnitude}",
        f"between {low} and {high} {magnitude}",
    ):
        quantity = Quantity.parse(words)
        assert (quantity.low, quantity.high) == (low * scale, high * scale)


_SCRAPS = st.sampled_from(
    "one two hundred thousand a an half and to - or at least about over up 3 12 1,200 1.5 ½ k % $ ( ) + ? dozen few "
    "several of between from no not Il-76 trucks t a day Dec / : 2024 0600 ± x".split()
)


@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(_SCRAPS, max_size=9).map(" ".join),
        st.lists(_SCRAPS).map("".join),
    )
)
@settings(max_examples=400)
def test_any_text_is_a_quantity_or_is_refused_in_one_line(words: str) -> None:
    for read in (Quantity.parse, Quantity.of, lambda text: read_number(text, unit="tonnes")):
        said = ""
        try:
            assert isinstance(read(words), Quantity)
        except QuantityError as error:
            said = str(error)
        assert "\n" not in said


@pytest.mark.parametrize(
    "text",
    [
        "9" * 500,
        "one " * 125,
        "- " * 250,
        "a" * 500,
        "may " * 125,
        "5s " * 166,
        "(" * 500,
        "1," * 250,
        "? " * 250,
    ],
)
def test_long_texts_are_read_or_refused_at_once(text: str) -> None:
    start = time.perf_counter()
    with pytest.raises(QuantityError):
        Quantity.parse(text)
    assert time.perf_counter() - start < 0.5
    with pytest.raises(QuantityError, match="at most 500 characters, got 501"):
        Quantity.parse("5" + " " * 499 + "t")
    with pytest.raises(QuantityError, match="at most 500 characters"):
        Quantity.of("5" * 501)


# -- the page of other libraries ---------------------------------------------------------------------------------------


def _tool() -> Any:
    spec = importlib.util.spec_from_file_location(
        "number_phrases_tool", ROOT / "tools" / "number_phrases.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_kept_answers_make() -> None:
    tool = _tool()
    assert tool.PAGE.read_text(encoding="utf-8") == tool.page()
    assert tool.marked("range", [200.0, 300.0], [200.0, 300.0]) == "right"
    assert tool.marked("range", [200.0, 300.0], [2.0, 300.0]) == "wrong"
    assert tool.marked("refused", [], []) == "right"
    assert tool.marked("refused", [], [5.0]) == "wrong"
    assert tool.marked("about", [20.0], []) == "no answer"


def test_the_findings_are_scripts_that_pin_a_version() -> None:
    scripts = sorted((ROOT / "findings").glob("*.sh"))
    assert scripts
    for script in scripts:
        subprocess.run(["bash", "-n", str(script)], check=True)
        assert "==" in script.read_text(encoding="utf-8")
