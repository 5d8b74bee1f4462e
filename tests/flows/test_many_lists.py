"""What is left to other libraries: the code of docs/how_to/many_lists.md, run as it stands there."""

from __future__ import annotations

import itertools
import math
import re
from typing import Any

import numpy as np
import pytest
from scipy import optimize

from cases import CASES, ROOT
from forceflow.evidence.event_links import match_weight


@pytest.fixture(scope="module")
def page() -> dict[str, Any]:
    """Names defined by the Python blocks of the page, run in order."""
    names: dict[str, Any] = {}
    for block in re.findall(
        r"```python\n(.*?)```", (ROOT / "docs/how_to/many_lists.md").read_text(), re.S
    ):
        exec(block, names)
    return names


def close(value: Any, name: str, key: str) -> None:
    case = CASES[name]
    np.testing.assert_allclose(value, case["outputs"][key], rtol=case["rtol"], atol=case["atol"])


exact_fit = pytest.mark.filterwarnings(
    "ignore:Perfect separation", "ignore:divide by zero:RuntimeWarning"
)


@exact_fit
@pytest.mark.parametrize(
    "model", ["indep", "12", "13", "23", "12,13", "12,23", "13,23", "12,13,23"]
)
def test_three_lists(page: dict[str, Any], model: str) -> None:
    name = "three_list_spina_bifida_loglinear"
    terms = [tuple(int(mark) - 1 for mark in pair) for pair in model.split(",") if model != "indep"]
    total, error, deviance, _ = page["log_linear"](CASES[name]["inputs"]["cells"], terms)
    close(total, name, f"N[{model}]")
    close(error, name, f"se[{model}]")
    np.testing.assert_allclose(
        deviance, CASES[name]["outputs"][f"dev[{model}]"], rtol=CASES[name]["rtol"], atol=1e-9
    )


def test_three_lists_averaged(page: dict[str, Any]) -> None:
    name = "three_list_spina_bifida_BMA_madigan_york"
    given, missed = CASES[name]["inputs"], np.arange(1, 301)
    p = page["average_graphs"](
        given["cells"], a=given["a"], b=given["b"], missed=missed, delta=given["delta"]
    )
    total = sum(given["cells"].values()) + missed
    assert p.sum() == pytest.approx(1)
    by_graph = dict(zip(page["GRAPHS"], p, strict=True))
    top = max(by_graph, key=lambda graph: by_graph[graph].sum())
    assert top == "12"
    assert by_graph[top].sum() == pytest.approx(CASES[name]["outputs"]["top_model_prob"], abs=0.005)

    def bayes(weight: Any) -> float:
        return float((weight / total).sum() / (weight / total**2).sum())

    for weight, word in ((by_graph[top], "top"), (p.sum(axis=0), "bma")):
        close(bayes(weight), name, f"{word}_bayes_est")
        close(total[weight.argmax()], name, f"{word}_mode")


def test_four_lists(page: dict[str, Any]) -> None:
    name = "four_list_kosovo_1999"
    cells, pairs = CASES[name]["inputs"]["cells"], list(itertools.combinations(range(4), 2))
    assert sum(cells.values()) == CASES[name]["outputs"]["n"]
    for terms, key in (((), "indep"), (pairs, "all2way")):
        total, error, deviance, _ = page["log_linear"](cells, terms)
        close(total, name, f"N_{key}")
        close(error, name, f"se_{key}")
        close(deviance, name, f"dev_{key}")
        assert len(cells) - 5 - len(terms) == CASES[name]["outputs"][f"df_{key}"]
    chosen = min(
        (terms for size in range(7) for terms in itertools.combinations(pairs, size)),
        key=lambda terms: page["log_linear"](cells, terms)[3],
    )
    total, error, *_ = page["log_linear"](cells, chosen)
    close(total, name, "N_bestAIC")
    close(error, name, "se_bestAIC")


@exact_fit
def test_hares_on_six_days(page: dict[str, Any]) -> None:
    """The table keeps the sums and not the 63 histories. Fits hang on the sums alone, so the cells that Mt expects do.

    Their deviance under M0 is the difference of the two deviances printed.
    """
    name = "hare_closed_M0_Mt"
    given, wanted = CASES[name]["inputs"], CASES[name]["outputs"]
    caught = np.array(given["captures_per_occasion"])
    assert caught.sum() == given["total_captures"]
    total = optimize.brentq(
        lambda n: n * (1 - np.prod(1 - caught / n)) - given["n"], given["n"] + 1e-6, 1e3, xtol=1e-12
    )
    p = caught / total
    cells = {
        "".join(marks): total
        * math.prod(p[i] if mark == "1" else 1 - p[i] for i, mark in enumerate(marks))
        for marks in itertools.product("01", repeat=6)
        if "1" in marks
    }
    by_day, alike = page["log_linear"](cells), page["log_linear"](cells, alike=True)
    close(by_day[0], name, "N_Mt")
    close(by_day[1], name, "se_Mt")
    close(alike[0], name, "N_M0")
    close(alike[1], name, "se_M0")
    assert by_day[2] == pytest.approx(0, abs=1e-9)
    assert alike[2] == pytest.approx(wanted["dev_M0"] - wanted["dev_Mt"], rel=1e-7)


def test_visits_without_names(page: dict[str, Any]) -> None:
    ones = np.ones
    name = "nmixture_unmarked_1"
    given = CASES[name]["inputs"]
    seen = np.column_stack([ones(10), given["o1"]])
    found, minus_log = page["n_mixture"](
        given["y"], [0.0, 0.0, 0.0], seen=seen, offset=np.array(given["x"]), most=given["K"]
    )
    close(found, name, "coef")
    close(minus_log, name, "nll")
    name = "nmixture_unmarked_2"
    given = CASES[name]["inputs"]
    lam = np.column_stack([ones(5), given["x"]])
    seen = np.column_stack([ones(20), np.linspace(-1, 1, 20)])
    found, minus_log = page["n_mixture"](given["y"], [2.0, 0.0, 2.0, 0.0], lam=lam, seen=seen)
    close(found, name, "coef")
    close(minus_log, name, "nll")


def test_visits_that_say_nothing(page: dict[str, Any]) -> None:
    name = "nmixture_unidentified_negative_cov"
    y = np.array(CASES[name]["inputs"]["y"])
    close((y[:, 0] * y[:, 1]).mean() - y[:, 0].mean() * y[:, 1].mean(), name, "cov")
    close(y.mean(), name, "indep_poisson_mean")
    found = [
        np.exp(page["n_mixture"](y, [2.0, -1.0], most=most)[0][0])
        for most in CASES[name]["inputs"]["K"]
    ]
    close(found, name, "lambda_hat")


def test_link_weights_learnt_from_pairs(page: dict[str, Any]) -> None:
    name = "fellegi_sunter_em_3fields"
    share, m, u = page["learn_weights"](**CASES[name]["inputs"])
    close(share, name, "lam")
    close(m, name, "m")
    close(u, name, "u")
    assert match_weight(True, m=m[0], u=u[0]) > 0 > match_weight(False, m=m[0], u=u[0])
