"""Overlapping lists, link weights, suggestions and physical flags."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forceflow as ff
from cases import CASES
from forceflow.evidence.links import links_frame
from forceflow.evidence.lists import match_weight
from test_merge import claim, report


def test_chapman_against_print_and_closed_form() -> None:
    case = CASES["chapman_rabbits_skalski1983"]
    got = ff.two_lists(case["inputs"]["n1"], case["inputs"]["n2"], both=case["inputs"]["m"])
    wanted = case["outputs"]
    assert got.total == pytest.approx(wanted["N"], abs=case["atol"])
    assert got.error**2 == pytest.approx(wanted["var"], rel=1e-9)
    assert got.high == pytest.approx(wanted["hi"], abs=0.06)
    assert got.low == pytest.approx(max(wanted["lo"], got.seen), abs=0.06)  # no fewer than were seen: 94
    assert got.error / got.total == pytest.approx(wanted["cv"], abs=0.01)
    case = CASES["chapman_100_100_20"]
    got = ff.two_lists(100, 100, both=20)
    assert got.total == pytest.approx(case["outputs"]["N"], rel=1e-9)
    assert got.error**2 == pytest.approx(case["outputs"]["var"], rel=1e-9)


def test_chao_against_the_reference() -> None:
    case = CASES["single_list_frequency_counts_illegal_immigrants"]
    got = ff.chao_lower_bound({int(k): v for k, v in case["inputs"]["freq"].items()})
    wanted = case["outputs"]
    assert got.seen == wanted["n"]
    assert got.total == pytest.approx(wanted["chao"], rel=1e-9)
    assert got.low == pytest.approx(wanted["chao_ci_lo"], rel=1e-3)
    assert got.high == pytest.approx(wanted["chao_ci_hi"], rel=1e-3)


def test_missed_links_make_two_lists_too_high() -> None:
    """Every missed link moves Lincoln-Petersen up by one over the sensitivity; Chapman nearly so."""
    case = CASES["linkage_error_bias_two_list"]["inputs"]
    true = ff.two_lists(case["n1"], case["n2"], both=case["m_true"]).total
    missed = ff.two_lists(case["n1"], case["n2"], both=round(case["m_true"] * case["link_sensitivity"])).total
    assert missed / true == pytest.approx(1 / case["link_sensitivity"], rel=0.02)
    assert "too low" in ff.two_lists(10, 10, both=5).caution


def test_fellegi_sunter_weights() -> None:
    esri = CASES["fellegi_sunter_weight_esri"]
    got = match_weight(True, **esri["inputs"]) / math.log(2)
    assert got == pytest.approx(esri["outputs"]["w"], abs=esri["atol"])
    linacre = CASES["fellegi_sunter_bayes_factor_linacre"]
    assert math.exp(match_weight(True, **linacre["inputs"])) == pytest.approx(
        linacre["outputs"]["K"], abs=linacre["atol"]
    )
    case = CASES["fellegi_sunter_posteriors_3fields"]
    m, u, prior = (case["inputs"][k] for k in ("m", "u", "prior"))
    for pattern, wanted in zip(case["inputs"]["patterns"], case["outputs"]["post"], strict=True):
        total = math.log(prior / (1 - prior))
        total += sum(match_weight(bit == "1", m=m[i], u=u[i]) for i, bit in enumerate(pattern))
        assert 1 / (1 + math.exp(-total)) == pytest.approx(wanted, rel=1e-9), pattern
    assert match_weight(None, m=0.9, u=0.1) == 0


@given(st.integers(0, 200), st.integers(0, 200), st.data())
def test_two_lists_never_below_what_was_seen(first: int, second: int, data: st.DataObject) -> None:
    both = data.draw(st.integers(0, min(first, second)))
    got = ff.two_lists(first, second, both=both)
    assert got.seen <= got.low <= got.total + 1e-9 <= got.high + 2e-9


@given(st.dictionaries(st.integers(1, 6), st.integers(0, 50), min_size=1))
def test_chao_never_below_what_was_seen(frequencies: dict[int, int]) -> None:
    if not sum(frequencies.values()):
        with pytest.raises(ff.EstimateError):
            ff.chao_lower_bound(frequencies)
        return
    got = ff.chao_lower_bound(frequencies)
    assert got.seen <= got.low <= got.total <= got.high


def test_impossible_lists_are_refused() -> None:
    for first, second, both in ((3, 4, 5), (-1, 4, 0)):
        with pytest.raises(ff.EstimateError):
            ff.two_lists(first, second, both=both)
    with pytest.raises(ff.EstimateError):
        match_weight(True, m=1.0, u=0.1)


def test_suggestions_name_each_field_and_are_never_applied() -> None:
    one = report("a", claim("a1", quantity="5"))
    other = report("b", claim("b1", event="other", quantity="4"), events={"other": "o"})
    (link,) = ff.suggest_links([one, other])
    assert (link.first, link.second, link.coded) == ("a1", "b1", "different events")
    weights = dict(link.weights)
    assert all(weights[name] > 0 for name in ("date", "origin", "destination", "platform"))
    assert weights["quantity"] < 0
    assert len(ff.merge_claims([one, other])) == 2
    far = report("c", claim("c1", event="third", start="2025-06-01", stop="2025-06-02"), events={"third": "t"})
    assert not [found for found in ff.suggest_links([one, far]) if found.probability > 0.5]
    frame = links_frame([link])
    assert frame.height == 1
    assert "quantity" in frame.columns
    with pytest.raises(ff.EstimateError):
        ff.suggest_links([one], prior=1.5)


def test_a_hundred_tonnes_on_a_type_that_lifts_eighty_is_flagged() -> None:
    """Six aircraft said to have brought 600 tons in 1982: the type named could not."""
    heavy = claim("x1", platform="An-22", quantity="600", unit="t", movements="six", origin="Moscow")
    (flag,) = ff.flag_infeasible([report("a", heavy)])
    assert flag.claims == ("x1",)
    assert "An-22" in flag.reason
    fine = claim("x1", platform="An-124", quantity="600", unit="t", movements="six")
    assert not ff.flag_infeasible([report("a", fine)])


def test_a_flight_beyond_the_ferry_range_is_flagged() -> None:
    far = claim("x1", platform="An-26", origin="Hmeimim", destination="Vladivostok")
    flags = ff.flag_infeasible([report("a", far)])
    assert any("without a stop" in flag.reason for flag in flags)


def test_a_ship_that_would_have_needed_27_knots_is_flagged_and_kept() -> None:
    reports = ff.load_reports("syria-2024-extended")
    flags = ff.flag_infeasible(reports)
    knots = [flag for flag in flags if "Sparta II" in flag.reason and "kn" in flag.reason]
    assert knots
    claims = {c.id for r in reports for c in r.claims}
    assert all(set(flag.claims) <= claims for flag in flags)


def test_units_are_reconciled_before_pooling() -> None:
    line = claim("x1", quantity="almost one kilometre", unit="km of vehicles", mode="road", platform="trucks")
    assert line.measure == "vehicles"
    assert 10 < line.number.low < line.number.high < 120
    families = claim("x2", quantity="40", unit="families", mode="road", platform="trucks")
    assert families.measure == "personnel"
    assert 120 <= families.number.low < families.number.high <= 400
    trips = claim("x3", quantity="two", unit="round trips")
    assert trips.measure == "movements"
    assert trips.number.best == 2
