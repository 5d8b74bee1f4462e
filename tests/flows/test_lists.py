"""Overlapping lists, link weights, suggestions and physical flags."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_merge import claim, report

import forceflow as ff
from cases import CASES
from forceflow.evidence.event_links import match_weight


def test_chapman_against_print_and_closed_form() -> None:
    case = CASES["chapman_rabbits_skalski1983"]
    got = ff.counts.two_lists(case["inputs"]["n1"], case["inputs"]["n2"], both=case["inputs"]["m"])
    wanted = case["outputs"]
    assert got.total == pytest.approx(wanted["N"], abs=case["atol"])
    assert got.error**2 == pytest.approx(wanted["var"], rel=1e-9)
    assert got.high == pytest.approx(wanted["hi"], abs=0.06)
    assert got.low == pytest.approx(
        max(wanted["lo"], got.seen), abs=0.06
    )  # no fewer than were seen: 94
    assert got.error / got.total == pytest.approx(wanted["cv"], abs=0.01)
    case = CASES["chapman_100_100_20"]
    got = ff.counts.two_lists(100, 100, both=20)
    assert got.total == pytest.approx(case["outputs"]["N"], rel=1e-9)
    assert got.error**2 == pytest.approx(case["outputs"]["var"], rel=1e-9)


def test_chao_against_the_reference() -> None:
    case = CASES["single_list_frequency_counts_illegal_immigrants"]
    got = ff.counts.chao_lower_bound({int(k): v for k, v in case["inputs"]["freq"].items()})
    wanted = case["outputs"]
    assert got.seen == wanted["n"]
    assert got.total == pytest.approx(wanted["chao"], rel=1e-9)
    assert got.low == pytest.approx(wanted["chao_ci_lo"], rel=1e-3)
    assert got.high == pytest.approx(wanted["chao_ci_hi"], rel=1e-3)


def test_missed_links_make_two_lists_too_high() -> None:
    """Every missed link moves Lincoln-Petersen up by one over the sensitivity; Chapman nearly so."""
    case = CASES["linkage_error_bias_two_list"]["inputs"]
    true = ff.counts.two_lists(case["n1"], case["n2"], both=case["m_true"]).total
    missed = ff.counts.two_lists(
        case["n1"], case["n2"], both=round(case["m_true"] * case["link_sensitivity"])
    ).total
    assert missed / true == pytest.approx(1 / case["link_sensitivity"], rel=0.02)
    assert "too low" in ff.counts.two_lists(10, 10, both=5).caution


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
    got = ff.counts.two_lists(first, second, both=both)
    assert got.seen <= got.low <= got.total + 1e-9 <= got.high + 2e-9


@given(st.dictionaries(st.integers(1, 6), st.integers(0, 50), min_size=1))
def test_chao_never_below_what_was_seen(frequencies: dict[int, int]) -> None:
    if not sum(frequencies.values()):
        with pytest.raises(ff.errors.EstimateError):
            ff.counts.chao_lower_bound(frequencies)
        return
    got = ff.counts.chao_lower_bound(frequencies)
    assert got.seen <= got.low <= got.total <= got.high


def test_impossible_lists_are_refused() -> None:
    for first, second, both in ((3, 4, 5), (-1, 4, 0)):
        with pytest.raises(ff.errors.EstimateError):
            ff.counts.two_lists(first, second, both=both)
    with pytest.raises(ff.errors.EstimateError):
        match_weight(True, m=1.0, u=0.1)


def test_suggestions_name_each_field_and_are_never_applied() -> None:
    one = report("a", claim("a1", quantity="5"))
    other = report("b", claim("b1", event="other", quantity="4"), events={"other": "o"})
    (link,) = ff.evidence.suggest_links([one, other])
    assert (link.first, link.second, link.coded) == ("a1", "b1", "different events")
    weights = dict(link.weights)
    assert all(weights[name] > 0 for name in ("date", "origin", "destination", "platform"))
    assert weights["quantity"] < 0
    assert len(ff.merge_claims([one, other])) == 2
    far = report(
        "c",
        claim("c1", event="third", start="2025-06-01", stop="2025-06-02"),
        events={"third": "t"},
    )
    assert not [found for found in ff.evidence.suggest_links([one, far]) if found.probability > 0.5]
    with pytest.raises(ff.errors.EstimateError):
        ff.evidence.suggest_links([one], prior=1.5)


def test_a_hundred_tonnes_on_a_type_that_lifts_eighty_is_flagged() -> None:
    """Six aircraft said to have brought 600 tons in 1982: the type named could not."""
    heavy = claim(
        "x1", platform="An-22", quantity="600", unit="t", movements="six", origin="Moscow"
    )
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
    line = claim(
        "x1", quantity="almost one kilometre", unit="km of vehicles", mode="road", platform="trucks"
    )
    assert line.measure == "vehicles"
    assert 10 < line.number.low < line.number.high < 120
    families = claim("x2", quantity="40", unit="families", mode="road", platform="trucks")
    assert families.measure == "personnel"
    assert 120 <= families.number.low < families.number.high <= 400
    trips = claim("x3", quantity="two", unit="round trips")
    assert trips.measure == "movements"
    assert trips.number.best == 2


def test_two_lists_at_their_edges() -> None:
    """Chapman's estimate by hand: (4)(5)/(1) - 1 = 19 with nothing shared, 3 with all of it."""
    nothing, whole = ff.counts.two_lists(3, 4, both=0), ff.counts.two_lists(3, 3, both=3)
    assert (nothing.total, nothing.seen, nothing.low) == (19, 7, 7)
    assert nothing.error**2 == pytest.approx(4 * 5 * 3 * 4 / 2)
    assert nothing.high == pytest.approx(19 + 1.96 * math.sqrt(120))
    assert (whole.total, whole.low, whole.high, whole.error, whole.seen) == (3, 3, 3, 0, 3)
    assert ff.counts.two_lists(0, 4, both=0).total == 4
    assert ff.counts.two_lists(500, 400, both=100).low > 800
    with pytest.raises(ff.errors.EstimateError, match="lists of 3 and 4 cannot share 5"):
        ff.counts.two_lists(3, 4, both=5)
    with pytest.raises(ff.errors.EstimateError, match="cannot share -1"):
        ff.counts.two_lists(3, 4, both=-1)
    assert str(nothing).startswith(
        "Chapman, two lists: 19 (7 to 40, 95 %), 7 seen; lists that copy each other"
    )


def test_chao_when_nothing_was_seen_twice() -> None:
    """f1 = 5, n = 7: 7 + 5 x 4 / 2 = 17, variance 10 + 5 x 81 / 4 - 625 / 68 (Chao 1987)."""
    got = ff.counts.chao_lower_bound({1: 5, 3: 2})
    variance = 10 + 405 / 4 - 625 / 68
    spread = math.exp(1.96 * math.sqrt(math.log(1 + variance / 100)))
    assert (got.total, got.seen) == (17, 7)
    assert got.error == pytest.approx(math.sqrt(variance))
    assert got.low == pytest.approx(7 + 10 / spread)
    assert got.high == pytest.approx(7 + 10 * spread)
    again = ff.counts.chao_lower_bound({1: 10, 2: 4, 3: 1})
    assert again.error**2 == pytest.approx(4 * (2.5**2 / 2 + 2.5**3 + 2.5**4 / 4))
    assert (again.total, again.method) == (15 + 100 / 8, "Chao, lower bound")
    few = ff.counts.chao_lower_bound({1: 1, 2: 3})
    variance = 3 * ((1 / 3) ** 2 / 2 + (1 / 3) ** 3 + (1 / 3) ** 4 / 4)
    assert few.total == pytest.approx(4 + 1 / 6)
    assert few.high == pytest.approx(
        4 + math.exp(1.96 * math.sqrt(math.log(1 + 36 * variance))) / 6
    )


@pytest.mark.parametrize("frequencies", [{2: 4, 3: 1}, {1: 1}, {1: 0, 2: 3}, {3: 2}, {1: 1, 4: 2}])
def test_chao_adds_nothing_without_two_that_were_seen_once(frequencies: dict[int, int]) -> None:
    got = ff.counts.chao_lower_bound(frequencies)
    assert got.total == got.low == got.high == got.seen == sum(frequencies.values())
    assert (got.error, got.method) == (0, "Chao, lower bound")


@pytest.mark.parametrize("frequencies", [{}, {0: 3}, {1: -1, 2: 5}, {1: 0}])
def test_frequencies_that_count_nothing_are_refused(frequencies: dict[int, int]) -> None:
    with pytest.raises(ff.errors.EstimateError, match="seen once or more"):
        ff.counts.chao_lower_bound(frequencies)


def test_disagreement_weighs_by_the_other_odds() -> None:
    assert math.exp(match_weight(False, m=0.9, u=0.2)) == pytest.approx(0.1 / 0.8)
    assert math.exp(match_weight(True, m=0.9, u=0.2)) == pytest.approx(0.9 / 0.2)
    assert match_weight(None, m=5, u=-1) == 0
    for m, u in ((0, 0.5), (1, 0.5), (0.5, 0), (0.5, 1)):
        with pytest.raises(ff.errors.EstimateError, match="above 0 and below 1"):
            match_weight(True, m=m, u=u)


def link_of(*, prior: float = 0.02, weights: Any = None, **other: Any) -> Any:
    """Link of claim a1 with a b1 that differs as told; none when they are not compared."""
    given = {"event": "other", **other}
    reports = [
        report("a", claim("a1")),
        report("b", claim("b1", **given), events={given["event"]: "o"}),
    ]
    links = ff.evidence.suggest_links(reports, threshold=0.0, prior=prior, weights=weights)
    return links[0] if links else None


MADE_UP = {
    "date": (0.6, 0.3), "origin": (0.6, 0.2), "destination": (0.7, 0.35), "platform": (0.6, 0.4),
    "quantity": (0.5, 0.2), "named vessel": (0.9, 0.1),
}  # fmt: skip


@pytest.mark.parametrize(
    ("other", "fields"),
    [
        ({}, {}),
        ({"start": "2025-02-08", "stop": "2025-02-09"}, {}),
        ({"start": "2025-02-09", "stop": "2025-02-10"}, {"date": False}),
        ({"start": "2025-01-29", "stop": "2025-01-31"}, {"date": False}),
        ({"start": "2025-01-29", "stop": "2025-02-01"}, {}),
        ({"origin": "Damascus"}, {"origin": False}),
        ({"destination": "Libya"}, {}),
        ({"destination": "Tobruk"}, {"destination": False}),
        ({"kind": "presence", "destination": ""}, {"destination": None}),
        ({"platform": "An-124"}, {"platform": False}),
        ({"platform": "An-124; Il-76MD"}, {}),
        ({"platform": "unspecified"}, {"platform": None}),
        ({"platform": "cargo aircraft"}, {"platform": None}),
        ({"quantity": "6"}, {"quantity": False}),
        ({"quantity": "4 to 9"}, {}),
        ({"quantity": "large amounts"}, {"quantity": None}),
        ({"quantity": "5", "unit": "soldiers"}, {"quantity": None}),
        ({"quantity": "5 a day"}, {"quantity": None}),
    ],
)
def test_the_odds_of_a_link_are_multiplied_field_by_field(
    other: dict[str, Any], fields: dict[str, bool | None]
) -> None:
    agree: dict[str, bool | None] = {**dict.fromkeys(MADE_UP, True), "named vessel": None, **fields}
    odds = 0.3 / 0.7
    for name, same in agree.items():
        m, u = MADE_UP[name]
        odds *= 1.0 if same is None else m / u if same else (1 - m) / (1 - u)
    link = link_of(prior=0.3, weights=MADE_UP, **other)
    assert link.probability == pytest.approx(odds / (1 + odds))
    assert {name: weight == 0 for name, weight in link.weights} == {
        name: agree[name] is None for name in MADE_UP
    }
    assert link.coded == "different events"
    assert str(link).startswith(f"a1 ~ b1: {link.probability:.0%} (date ")


def test_a_link_prints_what_each_field_weighs() -> None:
    assert str(link_of(prior=0.3, weights=MADE_UP)) == (
        "a1 ~ b1: 95% (date +0.7, origin +1.1, destination +0.7, platform +0.4, quantity +0.9, named vessel +0.0); "
        "coded as different events"
    )


def test_only_claims_of_two_reports_and_one_mode_are_compared() -> None:
    assert link_of(mode="road", platform="trucks") is None
    assert link_of(kind="posture") is None
    assert link_of(event="flights").coded == "same event"
    assert not ff.evidence.suggest_links([report("a", claim("a1"), claim("a2"))], threshold=0.0)


def test_the_sum_of_weights_is_capped_at_odds_of_a_thousand() -> None:
    sure: Any = dict.fromkeys(MADE_UP, (0.999, 0.001))
    assert link_of(prior=0.5, weights=sure).probability == pytest.approx(1000 / 1001)
    against = link_of(
        prior=0.5,
        weights=sure,
        origin="Damascus",
        destination="Tobruk",
        platform="An-124",
        quantity="70",
    )
    assert against.probability == pytest.approx(1 / 1001)


def test_a_named_ship_is_stronger_than_a_type() -> None:
    ship: Any = {
        "mode": "sea",
        "platform": "Sparta II",
        "origin": "Tartus",
        "destination": "Novorossiysk",
    }
    reports = [
        report("a", claim("a1", **ship)),
        report("b", claim("b1", **ship)),
        report("c", claim("c1", quantity="5")),
    ]
    (link,) = ff.evidence.suggest_links(reports)
    weights = dict(link.weights)
    assert weights["named vessel"] > weights["platform"] > 0


def test_links_come_best_first_and_above_the_threshold() -> None:
    reports = [
        report("a", claim("a1")), report("b", claim("b1", origin="Damascus")), report("c", claim("c1")),
    ]  # fmt: skip
    links = ff.evidence.suggest_links(reports, threshold=0.0)
    assert [(link.first, link.second) for link in links] == [
        ("a1", "c1"),
        ("a1", "b1"),
        ("b1", "c1"),
    ]
    assert links[0].probability > links[1].probability == links[2].probability
    assert len(ff.evidence.suggest_links(reports, threshold=links[0].probability)) == 1
    assert len(ff.evidence.suggest_links(reports, threshold=links[1].probability)) == 3
    for wrong in ({"threshold": -0.1}, {"threshold": 1.1}, {"prior": 0.0}, {"prior": 1.0}):
        with pytest.raises(ff.errors.EstimateError, match="probabilities"):
            ff.evidence.suggest_links(reports, **wrong)  # type: ignore[arg-type]
    assert ff.evidence.suggest_links(reports, threshold=1.0) == ()
    (swapped,) = ff.evidence.suggest_links([report("a", claim("z1")), report("b", claim("b1"))])
    assert (swapped.first, swapped.second) == ("b1", "z1")


def positions(hours_between: float, **second: Any) -> tuple[Any, ...]:
    """Flags of a ship seen for an hour at Tartus and Novorossiysk, with so many hours from first to last moment."""
    begin = dt.datetime(2025, 2, 1, tzinfo=dt.UTC)
    hour = dt.timedelta(hours=1)
    later = begin + dt.timedelta(hours=hours_between) - hour
    ship: dict[str, Any] = {
        "mode": "sea",
        "kind": "presence",
        "platform": "Sparta II",
        "destination": "",
        "quantity": "",
    }
    here = claim("a1", **{**ship, "origin": "Tartus", "start": begin, "stop": begin + hour})
    told = {"origin": "Novorossiysk", "start": later, "stop": later + hour, **second}
    return ff.flag_infeasible([report("b", claim("b1", **{**ship, **told})), report("a", here)])


def test_a_ship_is_flagged_when_its_top_speed_does_not_reach() -> None:
    distance = ff.route("Tartus", "Novorossiysk", mode="sea").distance_km
    vessel = ff.find_platform("Sparta II")
    assert isinstance(vessel, ff.world.Vessel)
    hours = distance / (vessel.speed_km_per_h.high * 1.05)
    (flag,) = positions(hours * 0.99)
    assert flag.claims == ("a1", "b1")
    need, can = distance / (hours * 0.99) / 1.852, vessel.speed_km_per_h.high / 1.852
    assert str(flag) == (
        f"a1 + b1: Sparta II from Tartus to Novorossiysk would have needed {need:.0f} kn; it sails {can:.0f} kn at most"
    )
    assert not positions(hours * 1.01)
    assert not positions(1.5)  # the two windows overlap: it may have been in both
    assert not positions(5, origin="Tartus")
    assert not positions(5, origin="")
    assert not positions(5, kind="intent")
    assert not positions(5, platform="unspecified")


def test_a_load_is_flagged_just_above_what_the_type_lifts() -> None:
    craft = ff.find_platform("An-124")
    assert isinstance(craft, ff.world.Aircraft)
    most = craft.structural_payload_t.value.high

    def flags(tonnes: float, **given: Any) -> tuple[Any, ...]:
        fields = {
            "platform": "An-124",
            "quantity": f"exactly {tonnes:g}",
            "unit": "t",
            "movements": "two",
            **given,
        }
        return ff.flag_infeasible([report("a", claim("x1", **fields))])

    (flag,) = flags(2 * most + 4)
    assert (
        str(flag) == f"x1: {most + 2:,.0f} t an aircraft; {craft.name} lifts {most:,.0f} t at most"
    )
    assert not flags(2 * most)
    assert not flags(2 * most + 4, movements="three")
    assert not flags(2 * most + 4, movements="")
    assert not flags(2 * most + 4, unit="soldiers")
    assert not flags(2 * most + 4, platform="")
    (flag,) = flags(2 * most + 4, platform="Il-76MD; An-124", kind="presence", destination="")
    assert f"lifts {most:,.0f} t at most" in flag.reason


def test_a_flight_is_flagged_just_beyond_the_ferry_range() -> None:
    craft = ff.find_platform("An-26")
    assert isinstance(craft, ff.world.Aircraft)
    reach = craft.ferry_range_km.value.high
    for place in ("al-Khadim", "Moscow", "Bamako", "Vladivostok"):
        way = ff.route("Hmeimim", place, mode="air").distance_km
        flags = ff.flag_infeasible([report("a", claim("x1", platform="An-26", destination=place))])
        assert [str(flag) for flag in flags] == [
            f"x1: {way:,.0f} km without a stop; An-26 flies {reach:,.0f} km empty at most"
        ] * (way > reach)
        seen = claim("x1", platform="An-26", destination=place, kind="presence")
        assert not ff.flag_infeasible([report("a", seen)])
