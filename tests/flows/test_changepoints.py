"""Changes of pace: brute force, the run-length twin, published figures, and laws."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import math
import os
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats
from scipy.special import betaln, gammaln, logsumexp

import forceflow as ff
from cases import CASES, ROOT
from forceflow.evidence.tables.event_frames import make_frame
from forceflow.flows.change_point_result import ChangePoints
from forceflow.flows.change_points import GAP_DAYS, change_points
from forceflow.flows.change_scan import scan_changes
from forceflow.flows.counts.dispersion import INFLATIONS
from forceflow.kernels.changepoints import _fill_exponentials

COAL = np.array(CASES["coal_single_changepoint_boot_coal"]["inputs"]["series"])
YEAR = 365.25


def coal(**given: Any) -> ChangePoints:
    fields = {"start": "1851-01-01", "every": "1y", "gap_days": 50 * YEAR, "rate_prior": (1, 1)}
    return change_points(COAL, **{**fields, **given})


def close(value: Any, name: str, key: str) -> None:
    case = CASES[name]
    np.testing.assert_allclose(value, case["outputs"][key], rtol=case["rtol"], atol=case["atol"])


# -- twins ----------------------------------------------------------------------------------------------------------


def predictive(
    y: int, m: float, seen: int, over: float, prior: tuple[float, float], k: float
) -> float:
    """Log probability of the next count of a segment, given what the segment has shown."""
    if m == 0:
        return 0.0 if y == 0 else -math.inf
    a, b = prior[0] + seen, prior[1] + over
    if math.isinf(k):
        return float(stats.nbinom(a, b / (b + m)).logpmf(y))
    r = k * m  # beta negative binomial; scipy's wants a whole r
    return float(
        gammaln(r + y) - gammaln(r) - gammaln(y + 1) + betaln(k * b + r, a + y) - betaln(k * b, a)
    )


def segment(y: np.ndarray, m: np.ndarray, prior: tuple[float, float], k: float) -> float:
    return sum(
        predictive(int(y[i]), m[i], int(y[:i].sum()), m[:i].sum(), prior, k) for i in range(len(y))
    )


def brute(
    y: np.ndarray, m: np.ndarray, prior: tuple[float, float], k: float, p: float
) -> dict[str, Any]:
    """Every partition, one by one."""
    n = len(y)
    weights, cuts = [], []
    for where in itertools.product((0, 1), repeat=n - 1):
        edges = [0, *(i + 1 for i, w in enumerate(where) if w), n]
        fit = sum(segment(y[a:b], m[a:b], prior, k) for a, b in itertools.pairwise(edges))
        weights.append(fit + sum(math.log(p if w else 1 - p) for w in where))
        cuts.append(edges)
    log_p = np.array(weights)
    share = np.exp(log_p - logsumexp(log_p))
    number, change, mean = np.zeros(n), np.zeros(n), np.zeros(n)
    for w, edges in zip(share, cuts, strict=True):
        number[len(edges) - 2] += w
        change[edges[1:-1]] += w
        for a, b in itertools.pairwise(edges):
            shape, rate = prior[0] + y[a:b].sum(), prior[1] + m[a:b].sum()
            known = math.isinf(k) or k * rate > 1
            mean[a:b] += w * (
                (shape / rate if math.isinf(k) else k * shape / (k * rate - 1))
                if known
                else math.inf
            )
    none = segment(y, m, prior, k)
    return {"evidence": float(logsumexp(log_p)), "none": none, "number": number, "change": change, "mean": mean,
            "best": cuts[int(np.argmax(log_p))], "share": share, "cuts": cuts}  # fmt: skip


@pytest.mark.kernel
@pytest.mark.parametrize("inflation", [None, 3.0])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_partition_of_a_short_series(seed: int, inflation: float | None) -> None:
    rng = np.random.default_rng(seed)
    n, p, prior = 8, 0.2, (1.5, 0.7)
    y = np.concatenate([rng.poisson(6, 4), rng.poisson(1, 4)])
    m = rng.uniform(0.5, 2, n)
    m[2], y[2] = 0.0, 0
    k = math.inf if inflation is None else y.sum() / m.sum() / (inflation - 1)
    found = change_points(
        y,
        exposure=m,
        gap_days=1 / p,
        rate_prior=prior,
        dispersion="poisson" if inflation is None else inflation,
    )
    wanted = brute(y, m, prior, k, p)
    assert found.log_evidence == pytest.approx(wanted["evidence"], rel=1e-10)
    assert found.log_evidence_none == pytest.approx(wanted["none"], rel=1e-10)
    np.testing.assert_allclose(found.number, wanted["number"], rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(found.change, wanted["change"], rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(found.mean, wanted["mean"], rtol=1e-8)
    assert [part.first for part in found.segments] + [n] == wanted["best"]
    inside = [any(3 <= e < 6 for e in edges) for edges in wanted["cuts"]]
    assert found.probability_between(3, 6) == pytest.approx(wanted["share"][inside].sum(), rel=1e-8)
    odds = wanted["share"][1:].sum() / wanted["share"][0]
    prior_odds = (1 - (1 - p) ** (n - 1)) / (1 - p) ** (n - 1)
    assert found.log_bayes_factor == pytest.approx(math.log(odds / prior_odds), rel=1e-8)


def run_lengths(y: np.ndarray, prior: tuple[float, float], k: float, hazard: float) -> float:
    """Log evidence by Adams & MacKay's recursion over run lengths, forwards in time."""
    log_r, evidence = np.zeros(1), 0.0
    for t in range(len(y)):
        step = np.array(
            [
                predictive(int(y[t]), 1.0, int(y[t - r : t].sum()), r, prior, k)
                for r in range(log_r.size)
            ]
        )
        joint = log_r + step
        told = logsumexp(joint)
        evidence += told
        joint -= told
        log_r = np.concatenate([[logsumexp(joint) + math.log(hazard)], joint + math.log1p(-hazard)])
    return float(evidence)


@pytest.mark.kernel
@pytest.mark.parametrize("inflation", [None, 2.0])
def test_run_lengths_with_a_constant_hazard_have_the_same_evidence(inflation: float | None) -> None:
    y = COAL[20:60]
    k = math.inf if inflation is None else y.mean() / (inflation - 1)
    found = change_points(
        y,
        gap_days=25,
        rate_prior=(2, 0.5),
        dispersion="poisson" if inflation is None else inflation,
    )
    assert found.log_evidence == pytest.approx(run_lengths(y, (2, 0.5), k, 1 / 25), rel=1e-11)


def test_run_lengths_on_the_whole_coal_series() -> None:
    assert run_lengths(COAL, (1, 1), math.inf, 0.02) == pytest.approx(
        coal().log_evidence, rel=1e-11
    )


@pytest.mark.kernel
def test_the_rate_curve_against_the_mixture_it_stands_for() -> None:
    y = np.array([5, 7, 6, 1, 0, 2])
    found = change_points(y, gap_days=4, rate_prior=(1, 0.5))
    wanted = brute(y, np.ones(6), (1, 0.5), math.inf, 0.25)
    for i in (0, 3):
        parts = []
        for w, edges in zip(wanted["share"], wanted["cuts"], strict=True):
            a, b = next((a, b) for a, b in itertools.pairwise(edges) if a <= i < b)
            parts.append((w, stats.gamma(1 + y[a:b].sum(), scale=1 / (0.5 + b - a))))
        for rate, p in ((found.low[i], 0.05), (found.middle[i], 0.5), (found.high[i], 0.95)):
            assert sum(w * g.cdf(rate) for w, g in parts) == pytest.approx(p, abs=3e-4)


@pytest.mark.kernel
@pytest.mark.parametrize("inflation", [None, 3.0])
def test_without_changes_the_curve_is_one_posterior(inflation: float | None) -> None:
    y = COAL[:30]
    found = change_points(y, gap_days=1e9, rate_prior=(1, 1), dispersion=inflation or "poisson")
    k = y.mean() / 2
    one = (
        stats.gamma(1 + y.sum(), scale=1 / 31)
        if inflation is None
        else stats.betaprime(1 + y.sum(), k * 31, scale=k)
    )
    for curve, p in ((found.low, 0.05), (found.middle, 0.5), (found.high, 0.95)):
        np.testing.assert_allclose(curve, one.ppf(p), rtol=1e-3)
    np.testing.assert_allclose(found.mean, one.mean(), rtol=1e-6)
    assert len(found.segments) == 1
    assert list(found.segments[0].rate) == pytest.approx(
        one.ppf([0.05, 0.5, 0.95]).tolist(), rel=1e-9
    )


@pytest.mark.kernel
@pytest.mark.parametrize("shape", [0.02, 0.05, 0.5])
def test_a_prior_that_is_nearly_zero(shape: float) -> None:
    """Most of such a rate lies many powers of ten below its mean, and the curve still finds its middle."""
    found, one = (
        change_points([0, 0, 0], rate_prior=(shape, 1), gap_days=1e9),
        stats.gamma(shape, scale=1 / 4),
    )
    for curve, p in ((found.low, 0.05), (found.middle, 0.5), (found.high, 0.95)):
        assert np.log(curve[0]) == pytest.approx(np.log(one.ppf(p)), rel=0.02)
    np.testing.assert_allclose(list(found.segments[0].rate), one.ppf([0.05, 0.5, 0.95]), rtol=1e-9)


@pytest.mark.kernel
@pytest.mark.parametrize("prior", [(0.3, 0.2), (8.0, 0.4)])
def test_clumps_so_heavy_that_little_is_known(prior: tuple[float, float]) -> None:
    rows = np.array([[0, 3, 0, 0], [0, 0, 2, 0]])
    found, k = change_points(rows, rate_prior=prior, gap_days=1e9, dispersion=80.0), 2.5 / 4 / 79
    each = [stats.betaprime(prior[0] + total, k * (prior[1] + 4), scale=k) for total in (3, 2)]
    low, middle, high = found.segments[0].rate
    assert np.mean([one.cdf(low) for one in each]) == pytest.approx(0.05, abs=1e-9)
    assert np.mean([one.cdf(middle) for one in each]) == pytest.approx(0.5, abs=1e-9)
    assert high > 1e6 * middle
    assert 0 < found.low[0] < found.middle[0] < found.high[0]


@pytest.mark.kernel
def test_vector_exponentials_are_exponentials() -> None:
    x = np.concatenate(
        [[0.0, -1e-300, -0.3466, -699.9, -701.0, -1e6, -np.inf], -np.logspace(-9, 2.8, 200)]
    )
    out = np.empty(x.size)
    _fill_exponentials(x.copy(), np.empty(x.size), out, x.size)
    wanted = np.where(x > -700, np.exp(x), 0.0)
    np.testing.assert_allclose(out, wanted, rtol=1e-13, atol=0)


# -- published figures ----------------------------------------------------------------------------------------------


def test_the_coal_posterior_to_the_digits_given() -> None:
    found, name = coal(), "coal_multiple_changepoints_exact"
    close(found.log_evidence, name, "log_evidence")
    close(found.number[:7], name, "p_num_cp")
    close(found.change[36:46], name, "cp_prob_start_1887_1896")
    close(found.mean[0], name, "mean_rate_1851")
    close(found.mean[49], name, "mean_rate_1900")
    close(
        found.mean[111], name, "mean_rate_1961"
    )  # the last year, 1962: the name in the table is a year early
    assert COAL.sum() == 191
    assert f"{found.edges[40]:%Y}" == "1891"
    assert found.probability == pytest.approx(1, abs=1e-12)


def test_one_change_in_coal() -> None:
    name = "coal_single_changepoint_boot_coal"
    found = scan_changes(COAL)
    p, k = found.posterior[0], np.arange(1, 112)
    assert found.last_bin[0] + 1 == CASES[name]["outputs"]["mode_k"]
    close(p.max(), name, "p_mode")
    close(found.log_bayes_factor[0], name, "log_BF")
    before = np.cumsum(COAL)[:-1]
    close((p * (1 + before) / (1 + k)).sum(), name, "E_lambda1")
    close((p * (1 + COAL.sum() - before) / (1 + 112 - k)).sum(), name, "E_lambda2")
    for share, key in ((0.025, "k_q025"), (0.5, "k_q50"), (0.975, "k_q975")):
        close(k[np.searchsorted(np.cumsum(p), share)], name, key)
    close(coal().log_evidence_none, name, "log_ml_0cp")


def coal_dates() -> np.ndarray:
    table = json.loads((ROOT / "tests" / "reference_cases.json").read_text())
    return np.array(table["data"]["coal_event_dates"])


def test_coal_in_continuous_time_is_the_limit_of_fine_bins() -> None:
    name, fine = (
        "coal_continuous_changepoint",
        100 if os.environ.get("NUMBA_DISABLE_JIT") == "1" else 2_000,
    )
    edges = np.linspace(1851, 1963, 112 * fine + 1)
    counts, _ = np.histogram(coal_dates(), edges)
    found = scan_changes(counts[None], exposure=np.full(counts.size, 1 / fine))
    p, at = found.posterior[0], edges[1:-1]
    tolerance = max(CASES[name]["rtol"], 0.6 / fine / 1890)
    outputs = CASES[name]["outputs"]
    np.testing.assert_allclose((p * at).sum(), outputs["tau_mean"], rtol=tolerance)
    np.testing.assert_allclose(at[p.argmax()], outputs["tau_mode"], rtol=tolerance)
    for share, key in ((0.025, "tau_q025"), (0.5, "tau_q50"), (0.975, "tau_q975")):
        np.testing.assert_allclose(
            at[np.searchsorted(np.cumsum(p), share)], outputs[key], rtol=tolerance
        )


@pytest.mark.parametrize(
    "name", ["pelt_poisson_coal_pen_2logn", "pelt_poisson_coal_pen_logn", "pelt_poisson_coal_pen_4"]
)
def test_optimal_partition_of_coal(name: str) -> None:
    """The cost without a posterior, by plain dynamic programming written here: this checks the reference case alone.

    The library offers none: the penalty decides how many changes there are, and the answer has no range.
    """
    penalty, sums, n = (
        CASES[name]["inputs"]["penalty"],
        np.concatenate([[0], np.cumsum(COAL)]),
        COAL.size,
    )

    def cost(a: int, b: int) -> float:
        s = sums[b] - sums[a]
        return 2 * (s - s * math.log(s / (b - a))) if s else 0.0

    best, back = [-penalty], [0]
    for t in range(1, n + 1):
        value, start = min((best[s] + cost(s, t) + penalty, s) for s in range(t))
        best.append(value)
        back.append(start)
    ends = [n]
    while back[ends[-1]]:
        ends.append(back[ends[-1]])
    assert ends[::-1] == CASES[name]["outputs"]["ends"]
    objective = sum(cost(a, b) for a, b in itertools.pairwise([0, *ends[::-1]])) + penalty * (
        len(ends) - 1
    )
    close(objective, name, "objective")


def local_level(w: float) -> tuple[float, list[float]]:
    a = b = told = 0.0
    means = []
    for t, y in enumerate(COAL):
        a, b = w * a, w * b
        told += float(stats.nbinom(a, b / (b + 1)).logpmf(y)) if t else 0.0
        a, b = a + y, b + 1
        means.append(a / b)
    return told, means


def test_local_level_of_coal() -> None:
    """The filter of Harvey & Fernandes, written here (the library has none): a check of the reference case alone."""
    name = "harvey_fernandes_local_level_coal"
    told, means = local_level(CASES[name]["inputs"]["omega"])
    close(told, name, "loglik")
    close(means[:5], name, "filtered_mean_1851_55")
    close(means[-1], name, "filtered_mean_last")
    best = optimize.minimize_scalar(lambda w: -local_level(w)[0], bounds=(0.5, 0.99), method="bounded",
                                    options={"xatol": 1e-9})  # fmt: skip
    close(best.x, name, "omega_mle")
    close(-best.fun, name, "loglik_mle")


def test_bayesian_blocks_of_coal() -> None:
    """Scargle's recursion, written here: the library has none, and this checks the reference case alone."""
    name = "bayesian_blocks_coal_events_p05"
    days = coal_dates()
    edges = np.concatenate([days[:1], (days[1:] + days[:-1]) / 2, days[-1:]])
    prior = 4 - math.log(73.53 * 0.05 * days.size**-0.478)
    assert prior == pytest.approx(CASES[name]["inputs"]["ncp_prior"])
    best, back = [0.0], []
    for t in range(1, days.size + 1):
        n = np.arange(t, 0, -1)
        fit = np.array(best) + n * np.log(n / (edges[t] - edges[:t])) - prior
        back.append(int(fit.argmax()))
        best.append(float(fit.max()))
    cuts = [days.size]
    while cuts[-1]:
        cuts.append(back[cuts[-1] - 1])
    close(edges[cuts[::-1]], name, "edges")


# -- clumps, exposure, versions -------------------------------------------------------------------------------------


def test_clumps_read_as_poisson_give_false_changes() -> None:
    rng = np.random.default_rng(4)
    y = 5 * rng.poisson(0.6, 60)
    plain, clumped = change_points(y), change_points(y, dispersion="negative-binomial")
    assert plain.probability > 0.99 > 0.8 > clumped.probability
    assert clumped.log_evidence > plain.log_evidence + 20
    assert any("false changes" in note for note in plain.notes)
    assert not any("false changes" in note for note in clumped.notes)


def test_the_grid_is_the_average_of_its_sizes() -> None:
    y = COAL[30:55]
    grid = change_points(y, rate_prior=(1, 1), dispersion="negative-binomial")
    each = [change_points(y, rate_prior=(1, 1), dispersion=phi) for phi in INFLATIONS]
    log_e = np.array([one.log_evidence for one in each])
    assert grid.log_evidence == pytest.approx(logsumexp(log_e) - math.log(len(each)), rel=1e-10)
    weight = np.exp(log_e - logsumexp(log_e))
    np.testing.assert_allclose(
        grid.change, sum(w * one.change for w, one in zip(weight, each, strict=True)), rtol=1e-9
    )


def test_hardly_clumped_is_poisson() -> None:
    y = COAL[:40]
    one, other = (
        change_points(y, rate_prior=(1, 1)),
        change_points(y, rate_prior=(1, 1), dispersion=1.000001),
    )
    assert other.log_evidence == pytest.approx(one.log_evidence, rel=1e-5)
    np.testing.assert_allclose(other.change, one.change, rtol=1e-4, atol=1e-8)


def test_more_looking_is_not_more_flying() -> None:
    rng = np.random.default_rng(6)
    m = np.repeat([0.2, 1.0], 25)
    y = rng.poisson(4 * m)
    assert change_points(y).probability > 0.95
    assert change_points(y, exposure=m).probability < 0.6
    unseen = change_points([3, 4, 0, 3, 5], exposure=[1, 1, 0, 1, 1])
    short = change_points([3, 4, 3, 5], rate_prior=unseen.rate_prior)
    assert unseen.log_evidence == pytest.approx(
        short.log_evidence, abs=0.2
    )  # a boundary more, nothing else


@pytest.mark.kernel
def test_versions_of_the_counts_are_averaged() -> None:
    rows = np.array([[5, 6, 0, 1, 0], [5, 5, 1, 1, 1]])
    both = change_points(rows, rate_prior=(1, 1))
    each = [change_points(row, rate_prior=(1, 1)) for row in rows]
    np.testing.assert_allclose(
        both.change, np.mean([one.change for one in each], axis=0), rtol=1e-9
    )
    np.testing.assert_allclose(both.counts, rows.mean(axis=0))
    assert any("2 versions" in note for note in both.notes)
    log_p = [[one.log_evidence, one.log_evidence_none, np.log(one.number[0])] for one in each]
    assert both.log_evidence == pytest.approx(np.mean(log_p, axis=0)[0], rel=1e-10)
    assert both.log_evidence_none == pytest.approx(np.mean(log_p, axis=0)[1], rel=1e-10)
    assert both.number[0] == pytest.approx(np.mean([one.number[0] for one in each]), rel=1e-9)
    assert both.log_unchanged == pytest.approx(np.log(both.number[0]), rel=1e-9)
    table = both.number, each[0].number, each[1].number
    np.testing.assert_allclose(table[0], (table[1] + table[2]) / 2, rtol=1e-9, atol=1e-15)


BUMP = np.vstack([np.full(10, 8), *(np.array([8] * 5 + [24 + i % 5] * 5) for i in range(19))])
"""Twenty versions of ten counts, of which the first alone is smooth."""


@pytest.mark.kernel
@pytest.mark.parametrize("inflation", [None, 2.0])
def test_the_rate_of_a_segment_is_that_of_all_versions(inflation: float | None) -> None:
    """The smoothest version was the only one a segment spoke of."""
    found = change_points(BUMP, rate_prior=(1, 0.1), dispersion=inflation or "poisson")
    assert [part.first for part in found.segments] == [0, 5]
    for part in found.segments:
        sums = BUMP[:, part.first : part.last].sum(axis=1)
        k = BUMP.mean() / ((inflation or 2.0) - 1)
        each = [stats.gamma(1 + y, scale=1 / 5.1) if inflation is None else stats.betaprime(1 + y, k * 5.1, scale=k)
                for y in sums]  # fmt: skip
        for rate, p in zip(part.rate, (0.05, 0.5, 0.95), strict=True):
            assert np.mean([one.cdf(rate) for one in each]) == pytest.approx(p, abs=1e-9)
    assert found.segments[1].rate.middle == pytest.approx(BUMP[:, 5:].mean(), rel=0.05)


def test_sizes_are_weighed_by_what_each_says_of_the_segments() -> None:
    rows, prior = np.array([[9, 1, 7, 0, 0, 1], [4, 5, 6, 1, 0, 0]]), (1.0, 0.2)
    found = change_points(rows, rate_prior=prior, gap_days=8, dispersion="negative-binomial")
    ks = rows.mean() / (np.array(INFLATIONS) - 1)
    cuts = [part.first for part in found.segments] + [6]
    assert len(cuts) > 2
    fit = np.array([[sum(segment(y[a:b], np.ones(b - a), prior, k) for a, b in itertools.pairwise(cuts)) for k in ks]
                    for y in rows])  # fmt: skip
    weight = np.exp(fit - logsumexp(fit, axis=1, keepdims=True)) / 2
    for part in found.segments:
        total, b = rows[:, part.first : part.last].sum(axis=1), prior[1] + part.last - part.first
        for rate, p in zip(part.rate, (0.05, 0.5, 0.95), strict=True):
            below = stats.betaprime(prior[0] + total[:, None], ks * b, scale=ks).cdf(rate)
            assert (weight * below).sum() == pytest.approx(p, abs=1e-9)


@pytest.mark.parametrize("inflation", ["poisson", "negative-binomial"])
def test_versions_that_are_alike_are_one(inflation: Any) -> None:
    y = COAL[30:50]
    one, many = (
        change_points(rows, rate_prior=(1, 1), dispersion=inflation)
        for rows in (y, np.tile(y, (7, 1)))
    )
    for name in (
        "counts",
        "number",
        "change",
        "low",
        "middle",
        "high",
        "mean",
        "log_evidence",
        "log_evidence_none",
    ):
        np.testing.assert_allclose(getattr(many, name), getattr(one, name), rtol=1e-9, atol=1e-15)
    assert many.log_bayes_factor == pytest.approx(one.log_bayes_factor, rel=1e-9)
    assert [part.first for part in many.segments] == [part.first for part in one.segments]
    for part, same in zip(many.segments, one.segments, strict=True):
        np.testing.assert_allclose(list(part.rate), list(same.rate), rtol=1e-9)
    assert any("7 versions" in note for note in many.notes)


@pytest.mark.kernel
def test_the_segments_are_the_best_way_through_the_mean_chain() -> None:
    rng = np.random.default_rng(8)
    rows, gap = np.concatenate([rng.poisson(5, (4, 4)), rng.poisson(2, (4, 3))], axis=1), 5
    found = change_points(rows, rate_prior=(1, 0.3), gap_days=gap)
    each = [brute(row, np.ones(7), (1, 0.3), math.inf, 1 / gap) for row in rows]
    cuts, share = each[0]["cuts"], np.mean([one["share"] for one in each], axis=0)
    held = {(a, b): sum(w for w, edges in zip(share, cuts, strict=True) if (a, b) in itertools.pairwise(edges))
            for a, b in itertools.combinations(range(8), 2)}  # fmt: skip
    begun = {a: sum(p for (s, _), p in held.items() if s == a) for a in range(7)}
    chance = [
        math.prod(held[a, b] / begun[a] for a, b in itertools.pairwise(edges)) for edges in cuts
    ]
    assert [part.first for part in found.segments] + [7] == cuts[int(np.argmax(chance))]


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(2, 12))
@settings(max_examples=25, deadline=None)
def test_a_segment_stands_among_its_versions(seed: int, draws: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.poisson(rng.gamma(1, 10, (draws, n)))
    found = change_points(rows, rate_prior=(1, 1))
    assert [part.last for part in found.segments] == [
        *(part.first for part in found.segments[1:]),
        n,
    ]
    for part in found.segments:
        sums, days = rows[:, part.first : part.last].sum(axis=1), 1 + part.last - part.first
        for rate, p in zip(part.rate, (0.05, 0.5, 0.95), strict=True):
            least, most = np.asarray(
                stats.gamma(1 + np.array([sums.min(), sums.max()]), scale=1 / days).ppf(p)
            )
            assert least * (1 - 1e-9) <= rate <= most * (1 + 1e-9)


# -- laws and edges -------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 40), min_size=2, max_size=14), st.floats(2, 500))
@settings(max_examples=25, deadline=None)
def test_laws(counts: list[int], gap: float) -> None:
    found = change_points(counts, gap_days=gap)
    back = change_points(counts[::-1], gap_days=gap)
    assert found.number.sum() == pytest.approx(1)
    assert (found.number @ np.arange(found.number.size)) == pytest.approx(
        found.change.sum(), rel=1e-8, abs=1e-12
    )
    assert found.probability_between(0, len(counts)) == pytest.approx(found.probability, abs=1e-9)
    assert found.log_evidence == pytest.approx(back.log_evidence, rel=1e-10)
    np.testing.assert_allclose(found.change[1:], back.change[1:][::-1], rtol=1e-8, atol=1e-10)
    assert np.all((found.low <= found.middle) & (found.middle <= found.high))
    wider = change_points(counts, gap_days=gap, coverage=0.98)
    assert np.all((wider.low <= found.low + 1e-12) & (found.high <= wider.high + 1e-12))
    np.testing.assert_allclose(found.mean, change_points(counts, gap_days=gap).mean)


def test_long_series_number_is_cut() -> None:
    y = np.tile([0, 30], 15)
    found = change_points(y, gap_days=2)
    assert found.number.size == 21
    assert found.number[-1] > 0.99
    assert found.probability_between(0, 1) == 0


def test_a_frame_with_dates(backend: Any) -> None:
    days = [dt.date(2025, 1, 1) + dt.timedelta(days=i) for i in range(20)]
    counts = [6, 5, 7, 6, 5, 7, 6, 6, 5, 7, 1, 0, 1, 2, 0, 1, 1, 0, 1, 1]
    frame = make_frame({"date": days, "count": counts}, backend=backend)
    found = change_points(frame)
    assert [f"{day:%Y-%m-%d}" for day in found.dates] == ["2025-01-11"]
    assert found.probability_between("2025-01-10", dt.date(2025, 1, 13)) > 0.9
    assert found.probability_between("2025-01-01", "2025-01-05") < 0.1
    table = found.to_frame()
    assert type(table).__module__.startswith(backend)
    assert "change" in (table.column_names if backend == "pyarrow" else list(table.columns))
    assert "2025-01-11" in str(found)
    assert f"every {GAP_DAYS:g} days" in str(found)
    assert "<table>" in found._repr_html_()


def test_a_series_without_dates_speaks_of_bins() -> None:
    found = change_points([9, 8, 9, 1, 0, 1])
    assert "bin 3" in str(found)
    assert "bin 0" in found._repr_html_()
    assert found.dates == ()
    with pytest.raises(ff.errors.EstimateError, match="bin numbers"):
        found.probability_between("2025-01-01", "2025-01-05")
    assert "none" in str(change_points([2, 2, 2, 2]))
    assert change_points([0, 0, 0]).high[0] > 0


@pytest.mark.kernel
@pytest.mark.parametrize(
    ("series", "given", "message"),
    [
        ([1], {}, "bins"),
        ([1, 2.5], {}, "whole"),
        ([1, -2], {}, "counts of 0 or above"),
        ("abc", {}, "date and count"),
        ([1, 2], {"gap_days": 0.5}, "gap_days"),
        ([1, 2], {"coverage": 1}, "coverage"),
        ([1, 2], {"rate_prior": (0, 1)}, "Gamma"),
        ([1, 2], {"rate_prior": (0.01, 1)}, "shape of 0.02 or more"),
        ([1, 2], {"dispersion": "odd"}, "poisson"),
        ([1, 2], {"dispersion": 0.5}, "above 1"),
        ([1, 2], {"exposure": [1, 0]}, "exposure is 0"),
        ([1, 2], {"exposure": [1, -1]}, "0 or above"),
        ([1, 2], {"every": "1 day"}, "every"),
        ([1, 2], {"start": "soon"}, "no date"),
    ],
)
def test_what_cannot_be_answered(series: Any, given: dict[str, Any], message: str) -> None:
    with pytest.raises(ff.errors.EstimateError, match=message):
        change_points(series, **given)


# -- many series ----------------------------------------------------------------------------------------------------


@given(st.integers(1, 5), st.integers(2, 30), st.integers(0, 2**32 - 1), st.floats(0.2, 4))
@settings(max_examples=30, deadline=None)
def test_scan_against_scipy(series: int, n: int, seed: int, a: float) -> None:
    rng = np.random.default_rng(seed)
    y, m, b = rng.poisson(rng.gamma(1, 10), (series, n)), rng.uniform(0.1, 3, n), 0.8
    found = scan_changes(y, exposure=m, rate_prior=(a, b))
    s, over = np.cumsum(y, axis=1), np.cumsum(m)

    def part(total: Any, length: Any) -> Any:
        return a * math.log(b) - gammaln(a) + gammaln(a + total) - (a + total) * np.log(b + length)

    log_p = part(s[:, :-1], over[:-1]) + part(s[:, -1:] - s[:, :-1], over[-1] - over[:-1])
    whole = logsumexp(log_p, axis=1, keepdims=True)
    np.testing.assert_allclose(found.posterior, np.exp(log_p - whole), rtol=1e-9, atol=1e-14)
    wanted = whole[:, 0] - math.log(n - 1) - part(s[:, -1], over[-1])
    np.testing.assert_allclose(found.log_bayes_factor, wanted, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found.posterior.sum(axis=1), 1)


def test_scan_refuses() -> None:
    for bad in ([[1]], [[1, -1]], np.array([[1, -1]])):
        with pytest.raises(ff.errors.EstimateError):
            scan_changes(bad)
    with pytest.raises(ff.errors.EstimateError):
        scan_changes([[1, 2]], exposure=[1, 2, 3])


def test_evidence_too_strong_for_a_float_is_still_finite() -> None:
    """Two hundred days of none and two hundred of a thousand: no change is e**-138,000 as probable."""
    found = change_points([0] * 200 + [1000] * 200)
    none = 399 * np.log1p(-1 / 60)
    odds = (
        found.log_evidence - found.log_evidence_none - none
    )  # for any change against none, as far as digits go
    assert found.log_bayes_factor == pytest.approx(odds - np.log(-np.expm1(none)) + none, rel=1e-9)
    weaker = change_points([3] * 20 + [6] * 20)
    assert 0 < weaker.number[0] < 1
    assert weaker.log_evidence_none + 39 * np.log1p(-1 / 60) - weaker.log_evidence == pytest.approx(
        np.log(weaker.number[0]), abs=1e-8
    )


@pytest.mark.kernel
@pytest.mark.parametrize(
    ("counts", "given", "message"),
    [
        ([10**17, 1], {}, "in all"),
        ([1e300, 2], {}, "in all"),
        ([1, 2, 3], {"exposure": [1, 2]}, "one exposure for each of 3"),
        ([1, 2, 3], {"rate_prior": (1,)}, "rate_prior"),
    ],
)
def test_series_and_priors_that_cannot_serve(counts: Any, given: Any, message: str) -> None:
    with pytest.raises(ff.errors.EstimateError, match=message):
        change_points(counts, **given)
