"""Pooling against closed forms: products of normals on the log scale, mixtures, and small counts one by one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import brentq

import forceflow as ff
from forceflow import Quantity
from forceflow.evidence.grades import GRADES, Grades
from forceflow.evidence.pooling import paule_mandel, pool_numbers
from forceflow.evidence.posterior import contaminated

P = np.array([0.02, 0.05, 0.25, 0.5, 0.75, 0.95, 0.98])


def q(words: str) -> Quantity:
    return Quantity.parse(words)


def spread(words: str) -> float:
    """Standard deviation of "about n" on the log scale, from its own 90 % range."""
    low, high = q(words).interval(0.9)
    return float((math.log(high) - math.log(low)) / (stats.norm.ppf(0.95) - stats.norm.ppf(0.05)))


def mixture_twin(
    values: Sequence[float], errors: Sequence[float], reliabilities: Sequence[float], gsd: float
) -> np.ndarray:
    """Quantiles of a broad normal prior times contaminated normals: each subset of true reports gives one normal."""
    y, s, sigma = np.log(values), np.array(errors), math.log(gsd)
    centre = float(y.mean())
    parts = []
    for told in product((True, False), repeat=y.size):
        true = np.array(told)
        weight = float(np.prod(np.where(true, reliabilities, 1 - np.array(reliabilities))))
        weight *= (1 / (sigma * math.sqrt(2 * math.pi))) ** int((~true).sum())
        if true.any():
            cover = np.diag(s[true] ** 2) + sigma**2
            weight *= float(
                stats.multivariate_normal(np.full(true.sum(), centre), cover).pdf(y[true])
            )
        precision = 1 / sigma**2 + (1 / s[true] ** 2).sum()
        mean = (centre / sigma**2 + (y[true] / s[true] ** 2).sum()) / precision
        parts.append((weight, stats.norm(mean, 1 / math.sqrt(precision))))
    total = sum(weight for weight, _ in parts)
    lowest, highest = min(values) / gsd**1.5, max(values) * gsd**1.5

    def below(x: float) -> float:
        return sum(weight * float(part.cdf(x)) for weight, part in parts) / total

    return np.exp(
        [brentq(lambda x, p=p: below(x) - p, math.log(lowest), math.log(highest)) for p in P]
    )


@pytest.mark.parametrize(
    ("words", "reliabilities"),
    [
        (("about 170", "about 180"), (1.0, 1.0)),
        (("about 170", "about 200"), (0.9, 0.6)),
        (("about 410", "about 450", "about 453"), (0.95, 0.5, 0.8)),
    ],
)
def test_agreeing_numbers_against_the_product_of_normals(
    words: tuple[str, ...], reliabilities: tuple[float, ...]
) -> None:
    parts = [q(w) for w in words]
    pooled = pool_numbers(parts, reliabilities)
    assert pooled.method == "agreement"
    twin = mixture_twin(
        [part.best for part in parts], [spread(w) for w in words], reliabilities, GRADES.broad_gsd
    )
    np.testing.assert_allclose(pooled.quantity.quantile(P), twin, rtol=6e-3)
    assert pooled.quantity.words == " / ".join(words)


def test_a_narrower_broad_spread_pulls_harder() -> None:
    parts, grades = [q("about 170"), q("about 190")], Grades(broad_gsd=1.5)
    twin = mixture_twin([170, 190], [spread("about 170")] * 2, (0.6, 0.6), 1.5)
    got = pool_numbers(parts, (0.6, 0.6), grades=grades).quantity.quantile(P[1:-1])
    np.testing.assert_allclose(
        got, twin[1:-1], rtol=0.02
    )  # the grid ends one broad spread beyond the ranges


def test_bare_counts_have_the_error_of_their_last_digit() -> None:
    """Half a unit at 90 %, and never below 1 %."""
    for numbers, error in (((1497, 1511), 0.01), ((20.5, 21.0), 0.5 / 20.5 / stats.norm.ppf(0.95))):
        parts = [Quantity.exactly(n) for n in numbers]
        pooled = pool_numbers(parts, (0.9, 0.9))
        errors = [max(0.01, 0.5 / n / stats.norm.ppf(0.95)) for n in numbers]
        assert errors[0] == pytest.approx(error)
        assert pooled.birge == pytest.approx(
            abs(math.log(numbers[0] / numbers[1])) / math.hypot(*errors), rel=1e-3
        )
        twin = mixture_twin(numbers, errors, (0.9, 0.9), GRADES.broad_gsd)
        np.testing.assert_allclose(pooled.quantity.quantile(P), twin, rtol=4e-3)


@pytest.mark.parametrize("r", [0.02, 0.1, 0.3])
def test_a_bare_count_against_a_worthless_report(r: float) -> None:
    """How much of the posterior lies near two numbers that hardly anybody trusts, and how much anywhere else."""
    y, sigma, worthless = (
        np.log([1500, 1521]),
        math.log(GRADES.broad_gsd),
        1 / math.log(3) / math.sqrt(2 * math.pi),
    )
    pooled = pool_numbers([Quantity.exactly(n) for n in (1500, 1521)], (r, r))
    assert pooled.method == "agreement"
    prior = stats.norm(y.mean(), sigma)
    grid = np.linspace(math.log(1500 / 3), math.log(1521 * 3), 200_001)
    weight = prior.pdf(grid)
    for told in y:
        weight = weight * (r * stats.norm(told, 0.01).pdf(grid) + (1 - r) * worthless)
    near = weight[(grid > math.log(1400)) & (grid < math.log(1630))].sum() / weight.sum()
    got = pooled.quantity.quantile((np.arange(20_000) + 0.5) / 20_000)
    assert np.mean((got > 1400) & (got < 1630)) == pytest.approx(near, abs=0.01)
    assert 0.1 < near < 0.97


@pytest.mark.parametrize(
    ("parts", "gsd", "ends"),
    [
        ((q("about 20"), q("about 24")), 3.0, (4.5, 84.5)),  # from 15 / 3 to 28 x 3
        ((q("about 20"), q("about 24")), 2.6, (4.5, 73.5)),  # from 5.8 to 72.8, whole cells
        ((Quantity.exactly(99), Quantity.exactly(100)), 2.0, (48.5, 200.5)),
        (
            (Quantity.exactly(99), Quantity.exactly(100)),
            2.01,
            (99 / 2.01, 201.0),
        ),  # beyond 200 no cells are counted
    ],
)
def test_cells_reach_one_broad_spread_beyond_the_ranges(
    parts: tuple[Quantity, Quantity], gsd: float, ends: tuple[float, float]
) -> None:
    pooled = pool_numbers(parts, (0.8, 0.8), grades=Grades(broad_gsd=gsd))
    assert pooled.quantity.ends == pytest.approx(ends, abs=1e-6)


def counts_twin(most: int, reports: Sequence[tuple[str, float]]) -> np.ndarray:
    """Share of each count from 1 to `most`, one by one."""
    sigma = math.log(GRADES.broad_gsd)
    centre = sum(math.log(q(words).best) for words, _ in reports) / len(reports)
    weights = []
    for n in range(1, most + 1):
        width = math.log((n + 0.5) / (n - 0.5))
        weight = stats.norm(centre, sigma).pdf(math.log(n)) * width
        for words, r in reports:
            median, gsd = q(words).params[:2]
            twin = stats.lognorm(math.log(gsd), scale=median)
            likelihood = (twin.cdf(n + 0.5) - twin.cdf(n - 0.5)) / width
            weight *= r * likelihood + (1 - r) * stats.norm(0, sigma).pdf(0)
        weights.append(weight)
    return np.array(weights) / sum(weights)


def test_small_counts_one_by_one() -> None:
    reports = (("about 20", 0.7), ("about 24", 0.9))
    pooled = pool_numbers([q(words) for words, _ in reports], [r for _, r in reports])
    assert (pooled.method, pooled.quantity.whole) == ("agreement", True)
    twin = np.cumsum(counts_twin(90, reports))
    got = pooled.quantity.quantile((np.arange(20_000) + 0.5) / 20_000)
    for n in (3, 8, 12, 20, 22, 25, 30):
        assert np.mean(got <= n) == pytest.approx(twin[n - 1], abs=0.02), n


@pytest.mark.parametrize(
    ("bound", "number_r", "bound_r"),
    [("at least 7", 0.8, 0.9), ("up to 5", 0.6, 0.6), ("more than 6", 0.7, 0.8)],
)
def test_a_bound_inside_a_small_count_one_by_one(
    bound: str, number_r: float, bound_r: float
) -> None:
    """Each count of "about 6" times what the bound says of it: r where it is allowed, and (1 - r) / 2 everywhere."""
    number = q("about 6")
    twin_of = stats.lognorm(math.log(number.params[1]), scale=6.0)
    n = np.arange(1, 60)
    allowed = n <= 5 if bound == "up to 5" else n >= 7
    weight = (twin_of.cdf(n + 0.5) - twin_of.cdf(n - 0.5)) * (bound_r * allowed + (1 - bound_r) / 2)
    twin = np.cumsum(weight / weight.sum())
    pooled = pool_numbers([number, q(bound)], [number_r, bound_r])
    assert (pooled.method, pooled.quantity.whole) == ("agreement", True)
    got = pooled.quantity.quantile((np.arange(20_000) + 0.5) / 20_000)
    for k in (4, 5, 6, 7, 8, 9):
        assert np.mean(got <= k) == pytest.approx(twin[k - 1], abs=0.02), k


def test_the_same_number_twice_is_agreement() -> None:
    one, both = (
        pool_numbers([q("about 170")], [0.2]),
        pool_numbers([q("about 170"), q("about 170")], [0.2, 0.9]),
    )
    assert (one.quantity, one.method, one.birge) == (q("about 170"), "single", 0.0)
    assert (both.quantity, both.method, both.birge) == (q("about 170"), "agreement", 0.0)


def test_floors_alone_give_the_highest_and_a_mixture_does_not() -> None:
    floors = pool_numbers([q("at least 8"), q("at least 11"), q("at least 9")], [0.8, 0.1, 0.9])
    assert (floors.quantity, floors.method, floors.birge) == (q("at least 11"), "agreement", 0.0)
    lowest = pool_numbers([q("up to 12"), q("up to 9")], [0.8, 0.5])
    assert (lowest.quantity, lowest.method) == (q("up to 9"), "agreement")
    mixed = pool_numbers([q("at least 8"), q("up to 20")], [0.9, 0.9])
    low, high = mixed.quantity.interval(0.5)
    assert 8 <= low < high <= 20


def test_the_birge_ratio_of_two_is_their_distance_over_their_error() -> None:
    parts = [q("about 100"), q("about 140")]
    wanted = math.log(1.4) / math.hypot(spread("about 100"), spread("about 140"))
    assert pool_numbers(parts, (0.9, 0.9)).birge == pytest.approx(wanted, rel=1e-3)
    three = [*parts, q("about 450")]
    y, s = np.log([100, 140, 450]), np.array([spread(f"about {n}") for n in (100, 140, 450)])
    mean = np.average(y, weights=s**-2)
    got = pool_numbers(three, (0.9,) * 3).birge
    assert got == pytest.approx(math.sqrt((((y - mean) / s) ** 2).sum() / 2), rel=1e-3)
    for limit, method in ((got * (1 + 1e-9), "agreement"), (got * (1 - 1e-9), "linear pool")):
        assert (
            pool_numbers(parts, (0.9, 0.9), grades=Grades(birge_limit=limit)).method
            != "random effects"
        )
        assert (
            pool_numbers(three, (0.9,) * 3, grades=Grades(birge_limit=limit)).method == "agreement"
        ) == (method == "agreement")
    exact = pool_numbers(parts, (0.9, 0.9)).birge
    assert pool_numbers(parts, (0.9, 0.9), grades=Grades(birge_limit=exact)).method == "agreement"
    assert (
        pool_numbers(parts, (0.9, 0.9), grades=Grades(birge_limit=0.99 * exact)).method
        == "linear pool"
    )


def test_two_that_exclude_each_other_share_by_reliability() -> None:
    pooled = pool_numbers([q("97"), q("253")], (0.9, 0.3))
    assert pooled.method == "linear pool"
    np.testing.assert_array_equal(
        pooled.quantity.quantile([0.1, 0.7, 0.8, 0.9]), [97, 97, 253, 253]
    )


@pytest.mark.parametrize(
    ("numbers", "method"),
    [
        ((1000, 1500, 1500 * 1.5**1.9), "random effects"),
        ((1000, 1500, 1500 * 1.5**2.1), "linear pool"),
        ((1500 * 1.5**2.1, 1000, 1500), "linear pool"),
        ((1000, 1004, 1036), "linear pool"),
        ((1000, 1004, 1030), "random effects"),
        ((1000, 1004, 1022), "agreement"),
    ],
)
def test_two_camps_are_told_by_the_widest_gap(numbers: tuple[float, ...], method: str) -> None:
    """More than twice the next gap, on the log scale, and more than three errors (1 % each here)."""
    assert pool_numbers([Quantity.exactly(n) for n in numbers], (0.8,) * 3).method == method


def test_scattered_totals_are_a_t_interval_on_the_log_scale() -> None:
    numbers = [997, 1230, 1580, 2030]
    pooled = pool_numbers([Quantity.exactly(n, words=str(n)) for n in numbers], (0.8,) * 4)
    mean, error, between = paule_mandel(np.log(numbers).tolist(), [0.01] * 4)
    twin = stats.t(3, loc=mean, scale=error)
    np.testing.assert_allclose(np.log(pooled.quantity.quantile(P)), twin.ppf(P), atol=5e-3)
    assert math.hypot(between, 0.01) == pytest.approx(
        np.log(numbers).std(ddof=1), rel=1e-6
    )  # equal errors
    assert mean == pytest.approx(np.log(numbers).mean(), rel=1e-9)
    assert error == pytest.approx(np.log(numbers).std(ddof=1) / 2, rel=1e-6)
    assert pooled.quantity.words == "997 / 1230 / 1580 / 2030"
    assert pooled.birge == pytest.approx(np.log(numbers).std(ddof=1) / 0.01, rel=1e-6)
    units = [
        Quantity.exactly(n, unit=unit)
        for n, unit in zip(numbers, ("flights", "", "sorties", ""), strict=True)
    ]
    assert pool_numbers(units, (0.8,) * 4).quantity.unit == "flights"
    mean, error, between = paule_mandel([1.0, 3.0], [0.5, 0.5])
    assert (mean, error, math.hypot(between, 0.5)) == pytest.approx((2.0, 1.0, math.sqrt(2)))


def test_random_effects_without_any_excess_are_the_weighted_mean() -> None:
    mean, error, between = paule_mandel([1.0, 1.1, 1.3], [1.0, 2.0, 4.0])
    w = np.array([1.0, 1 / 4, 1 / 16])
    assert mean == pytest.approx((w * [1.0, 1.1, 1.3]).sum() / w.sum())
    assert between == 0
    assert error == pytest.approx(1 / math.sqrt(w.sum()))


@pytest.mark.parametrize(
    ("values", "errors"), [([1.0], [1.0]), ([1.0, 2.0], [1.0]), ([1.0, 2.0], [1.0, 0.0]), ([], [])]
)
def test_random_effects_need_two_values_with_errors(
    values: list[float], errors: list[float]
) -> None:
    with pytest.raises(
        ff.errors.EventError, match="two or more values, each with an error above 0"
    ):
        paule_mandel(values, errors)


def test_one_worthless_report_changes_nothing_and_one_sure_report_all() -> None:
    prior, told = np.array([0.2, 0.3, 0.5]), np.array([0.0, 1.0, 3.0])
    np.testing.assert_allclose(contaminated(prior, [told], [0.0], [0.7]), prior)
    np.testing.assert_allclose(contaminated(prior, [told], [1.0], [0.7]), [0, 0.3 / 1.8, 1.5 / 1.8])
    np.testing.assert_allclose(
        contaminated(prior, [told], [0.5], [1.0]), np.array([0.1, 0.3, 1.0]) / 1.4
    )
    np.testing.assert_array_equal(prior, [0.2, 0.3, 0.5])
    with pytest.raises(ValueError, match="shorter"):
        contaminated(prior, [told, told], [1.0, 1.0], [0.7])


def test_pools_and_grades_refuse_what_they_cannot_use() -> None:
    with pytest.raises(ff.errors.EventError, match="nothing to pool"):
        pool_numbers([], [])
    with pytest.raises(ValueError, match="shorter"):
        pool_numbers([q("5"), q("6")], [0.5])
    with pytest.raises(ff.errors.EventError, match="'Z9'; letters known: A, B, C, D, E, F"):
        GRADES.reliability("Z9")
    for letter, right, wrong in (("Z", 1, 1), ("A", -1, 0), ("A", 0, -1)):
        with pytest.raises(ff.errors.EventError, match="known letter"):
            GRADES.updated(letter, right=right, wrong=wrong)


def test_learning_in_two_steps_is_learning_in_one() -> None:
    once = GRADES.updated("D", right=5, wrong=3)
    twice = GRADES.updated("D", right=5, wrong=0).updated("D", right=0, wrong=3)
    assert once.letters["D"] == pytest.approx(twice.letters["D"])
    mean, size = GRADES.letters["D"]
    assert stats.beta(mean * size + 5, (1 - mean) * size + 3).mean() == pytest.approx(
        once.reliability("D4")
    )
    assert GRADES.updated("D", right=0, wrong=0) == GRADES
    assert {k: v for k, v in once.letters.items() if k != "D"} == {
        k: v for k, v in GRADES.letters.items() if k != "D"
    }


@pytest.mark.parametrize("scale", [1.0, 0.1, 0.01])
def test_small_numbers_pool_near_themselves(scale: float) -> None:
    """Nothing below a half is lifted to it: the pool scales with what is pooled."""
    parts = [
        Quantity.exactly(round(3.05 * scale, 6), unit="t"),
        Quantity.exactly(round(3.1 * scale, 6), unit="t"),
    ]
    pooled = pool_numbers(parts, (0.9, 0.9))
    assert pooled.method == "agreement"
    assert 3.0 * scale < pooled.quantity.best < 3.15 * scale
    assert 2.5 * scale < pooled.quantity.low < pooled.quantity.high < 3.6 * scale
    floors = pool_numbers(
        [Quantity.at_least(0.3 * scale, unit="t"), parts[0]], (0.99, 0.99)
    ).quantity
    assert floors.best == pytest.approx(parts[0].best, rel=0.1)


def test_zero_and_a_little_make_a_little() -> None:
    pooled = pool_numbers(
        [Quantity.exactly(0.0, unit="t"), Quantity.exactly(0.3, unit="t")], (0.9, 0.9)
    ).quantity
    assert 0 < pooled.low < pooled.best < 0.35


@pytest.mark.parametrize(("unit", "whole"), [("t", False), ("flights", True)])
def test_only_pools_of_counts_are_whole_and_half_a_cell_wide(unit: str, whole: bool) -> None:
    pair = pool_numbers([Quantity.exactly(n, unit=unit) for n in (150, 151)], (0.9, 0.9))
    assert (pair.method, pair.quantity.whole) == ("agreement", whole)
    told = Quantity.lognormal(4.8, 1.05, unit=unit)
    floor = pool_numbers([Quantity.at_least(5.0, unit=unit), told], (1.0, 1.0)).quantity
    assert floor.quantile(0.01) == pytest.approx(4.5 if whole else 5.0, rel=0.01)
