"""Write the page of scores: ``python tools/make_scores_page.py docs/scores.md``."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from forceflow.evidence.drawdowns import DRAWDOWNS, load_drawdown
from forceflow.forecasting.backtest import Backtest, backtest, pooled_scores
from forceflow.forecasting.baselines import BASELINES
from forceflow.forecasting.forecast import SETTINGS, Settings, forecast_draws
from forceflow.forecasting.series import Method, as_series

__all__ = ["GRID", "leave_one_out", "score_all", "score_page"]

GRID: dict[str, tuple[float, ...]] = {
    "steps_to_come": (5.0, 8.0, 12.0),
    "walk_share": (0.25, 0.4, 0.55),
    "level_sd": (0.35, 0.5, 0.7),
}
"""The settings that are chosen with one case left out; the others stay as they are."""

WALK, WALK_IN_DAYS = tuple(BASELINES)[:2]
Key = tuple[str, str]


def score_all(
    method: str | Method = "default",
    *,
    draws: int = 2_000,
    min_history: int = 4,
    totals: bool = True,
) -> dict[Key, Backtest]:
    """Backtests of every measure of every withdrawal shipped, by (case, measure), with or without the known totals."""
    out: dict[Key, Backtest] = {}
    for name, (_, measures) in DRAWDOWNS.items():
        for measure in measures:
            series = as_series(load_drawdown(name, measure=measure))
            series = series if totals else replace(series, total=None)
            out[name, measure] = backtest(
                series, horizon=4, min_history=min_history, draws=draws, method=method
            )
    return out


def _with(settings: Settings) -> Method:
    return lambda history, ahead, draws, seed: forecast_draws(
        history, ahead, draws, seed, settings=settings
    )


def leave_one_out(
    *, draws: int = 500
) -> tuple[dict[Key, Backtest], dict[str, Settings], list[float]]:
    """Score each case with settings chosen on the other cases only.

    Returns
    -------
    backtests, settings, skills
        The backtests; the settings chosen for each case: the geometric mean of the best third of `GRID` on the other
        cases; and the pooled skill over the random walk with drift of every point of the grid.
    """
    grid = [
        replace(SETTINGS, **dict(zip(GRID, values, strict=True)))
        for values in itertools.product(*GRID.values())
    ]
    scored = [score_all(_with(settings), draws=draws) for settings in grid]
    out: dict[Key, Backtest] = {}
    chosen: dict[str, Settings] = {}
    for case in DRAWDOWNS:
        order = sorted(
            range(len(grid)),
            key=lambda i: pooled_scores(test for key, test in scored[i].items() if key[0] != case)[
                "crps_share"
            ],
        )
        best = [grid[i] for i in order[: len(grid) // 3]]
        middle = {
            name: float(np.exp(np.mean([np.log(getattr(s, name)) for s in best]))) for name in GRID
        }
        chosen[case] = replace(SETTINGS, **middle)
        for measure in DRAWDOWNS[case][1]:
            out[case, measure] = backtest(
                load_drawdown(case, measure=measure),
                min_history=4,
                draws=draws,
                method=_with(chosen[case]),
            )
    return out, chosen, [pooled_scores(tests.values())[f"skill over {WALK}"] for tests in scored]


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _signed(value: float) -> str:
    # Plus 0.0, so that what rounds to nothing has no minus.
    return "n/a" if np.isnan(value) else f"{round(value, 2) + 0.0:+.2f}".replace("-", "−")


def _cases(tests: Mapping[Key, Backtest]) -> list[str]:
    lines = [
        _row(
            ["withdrawal", "measure", "values", "forecasts", "CRPS, share of the end", "skill over walk", "in days",
             "over last window", "over line", "in the 90 % interval", "bias, share of the end"]
        ),
        _row(["---"] * 2 + ["---:"] * 9),
    ]  # fmt: skip
    for (name, measure), test in tests.items():
        s = test.scores
        lines.append(
            _row(
                [
                    name,
                    measure,
                    str(int(test.series.known.sum())),
                    str(len(test)),
                    f"{s['crps_share']:.3f}",
                    *(
                        _signed(s[f"skill over {b}"])
                        for b in (WALK, WALK_IN_DAYS, "last window", "linear")
                    ),
                    f"{s['coverage_90']:.0%}",
                    _signed(s["bias_share"]),
                ]
            )
        )
    return lines


def _mean_of(scores: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Mean of each score over the withdrawals, each withdrawal alike; the forecasts are added."""
    shared = [name for name in scores[0] if all(name in one for one in scores)]
    out = {name: float(np.mean([one[name] for one in scores])) for name in shared}
    return out | {"forecasts": sum(one["forecasts"] for one in scores)}


def _pooled(label: str, tests: Iterable[Backtest]) -> str:
    return _line(label, pooled_scores(tests))


def _line(label: str, p: Mapping[str, float]) -> str:
    return _row(
        [
            label,
            str(int(p["forecasts"])),
            f"{p['crps_share']:.3f}",
            _signed(p.get(f"skill over {WALK}", np.nan)),
            _signed(p.get(f"skill over {WALK_IN_DAYS}", np.nan)),
            *(f"{p[f'coverage_{c}']:.0%}" for c in (50, 80, 90)),
            f"{p['pit_mean']:.2f}",
        ]
    )


PAGE = """# Scores

How good the forecast of a withdrawal is, on withdrawals that ended. This page is generated by `make scores`.

From each date with at least four values before it, the next one to four values are forecast, with nothing seen
of them but their dates. A forecast is scored by the CRPS, as a share of what was done in the end. Skill is 1
less the ratio of the CRPS: 0 is no better than the baseline, 1 is perfect. *Walk* is the random walk with drift
in steps (the textbook formula); *in days* is the same walk on ragged dates, which is harder to beat.

## All together

{pooled}

Each forecast counts alike. The series of one withdrawal are not independent of each other, nor are forecasts
from neighbouring dates: these are {cases} withdrawals, not {forecasts} cases, and differences of a few
hundredths mean nothing. Where a total was known at the time (percentages, the plan for Iraq) it is given to the
forecast; a walk cannot use it. The skill depends on the way of counting: {carries} carries the most of it, a mean in
which each withdrawal counts alike is lower than one over forecasts, and so is the skill from three values on (two steps
of history), where `backtest` begins by default. All of these are in the table.

*Local level* is the pace that `estimate_withdrawal` carries forward. It is plainer than the default (no trend, fixed
weights), so that more outflow is never later, and pays for that with a little skill. On a plain cumulative series the
timeline and this forecast are the same numbers. Its seven numbers were set by hand, in some twenty tries on these very
cases (skill between 0.27 and 0.31): expect less of it elsewhere; where things go in lumps or stop for long, its 90 %
interval held about half in made-up series (`tests/forecasting/test_shapes.py`). What the timeline adds is not scored
here: the slow tail, the ceiling and the chance of a stall.

## One by one

{each}

It loses to one of the two walks on: {losing}. An even series is what a walk is made for. A burst at the start
(Kabul, the first weeks of the retrograde) is foreseen by no method; there the interval is too narrow and the
forecast too low.

## How the settings were chosen

Three numbers were varied over a grid of {points} points. For each case, the best third of the grid *on the
other cases* was averaged, and the case scored with that: "settings chosen with the case left out" above. Over
the whole grid the pooled skill over the walk lies between {worst:.2f} and {best:.2f}, median {median:.2f}. The
default is a round point of that plateau. Its form (a prior for what is still to come, the trend, the share that
is a random walk) was found while looking at these very cases, which no leaving-out undoes: expect less on a
case that was not used here. So was what is assumed of a short history: two steps that miss by the whole drift, a first
level that may wander like any other, a looser bound on the fastest step, all chosen by the pooled score of all cases.
They raised the coverage from three values on, and the skill hardly.

{left}

## What is not scored: the chance of a stall

Each of these withdrawals ended, so none says how often one does not. Some that did not, as read: Russia ordered the
main part of its force out of Syria in March 2016 and said that Hmeimim and Tartus would go on as usual (Russia Today
of 14 March 2016, rediff.com of 15 March), and ordered "a significant part" out again in December 2017 (Forces News).
The United States announced in May 2014 that the last 9,800 would leave Afghanistan by the end of 2016 (Reuters in Times
of India, 28 May), and had more than 14,000 there in December 2018 (a blog of that month); all of some 2,000 were to
leave Syria in December 2018, and several hundred were there in November 2020 (reprint of a newspaper of 16 November).
These were picked because they are known: they show that neither outcome is rare, and give no share. `STALL`, 10 to
75 % and most likely 35 %, is therefore a prior and no estimate. `end_times` makes a share of cases of your own.

## What was looked for and not found

Each case needs eight dated figures of what was done. Two more withdrawals were looked for in the pages that could be
searched, for some minutes and not in archives.

- *Soviet withdrawal from Afghanistan, 1988-89*: four figures. 100,300 troops in spring 1988 (New York Times,
  16 February 1989); half of them out by 14 August 1988 (Los Angeles Times, 15 August), 50,183 in one account (kstu.kz);
  about 20,000 still there on 6 February 1989 (Deseret News); the last out on the 15th. Nothing dated for the months
  between.
- *French withdrawal from Mali, 2021-22*: two figures of one count, and they do not agree on the whole. More than 3,300
  of some 5,700 containers out by 5 July 2022 (abamako.com); at the end 7,200 containers (ministry, in pressafrik.com)
  or some 4,000 (meyomessalainternational.com).

## What was scored

{sources}

Figures, words, addresses and contradictions are in `load_drawdown(name).to_frame()`.
"""


def score_page() -> str:
    """Return the page as Markdown."""
    tests = score_all()
    held, chosen, skills = leave_one_out()
    level = score_all("local level")
    cases = {case: [test for key, test in tests.items() if key[0] == case] for case in DRAWDOWNS}
    without = {case: [test for key, test in tests.items() if key[0] != case] for case in DRAWDOWNS}
    carries = min(without, key=lambda case: pooled_scores(without[case])[f"skill over {WALK}"])
    losing = [
        f"{name}, {measure} ({_signed(worst)})"
        for (name, measure), test in tests.items()
        if (worst := min(test.skill[WALK], test.skill[WALK_IN_DAYS])) < 0
    ]
    header = ["which", "forecasts", "CRPS, share of the end", "skill over walk", "in days"]
    pooled = [
        _row([*header, "50 %", "80 %", "90 %", "mean PIT"]),
        _row(["---"] + ["---:"] * 8),
        _pooled("default, all", tests.values()),
        *(
            _pooled(f"default, {h} ahead", [_only(test, h) for test in tests.values()])
            for h in (1, 2, 3, 4)
        ),
        _pooled("default, no total given", score_all(totals=False).values()),
        _pooled("default, from three values on", score_all(min_history=3).values()),
        _pooled(
            "default, first measure of each withdrawal",
            [measures[0] for measures in cases.values()],
        ),
        _line(
            "default, mean of the withdrawals",
            _mean_of([pooled_scores(measures) for measures in cases.values()]),
        ),
        _pooled(f"default, without {carries}", without[carries]),
        _pooled(
            "default, only the two of 2021",
            [test for key, test in tests.items() if key[0].endswith("2021")],
        ),
        _pooled("settings chosen with the case left out", held.values()),
        _pooled("local level, all", level.values()),
        *(
            _pooled(f"local level, {h} ahead", [_only(test, h) for test in level.values()])
            for h in (1, 4)
        ),
        _pooled(
            "local level, from three values on", score_all("local level", min_history=3).values()
        ),
        *(_pooled(name, score_all(name).values()) for name in BASELINES if name != "logistic"),
    ]
    left = [
        _row(["case left out", *GRID]),
        _row(["---"] + ["---:"] * len(GRID)),
        *(
            _row([case, *(f"{getattr(s, name):.2f}" for name in GRID)])
            for case, s in chosen.items()
        ),
        _row(["default", *(f"{getattr(SETTINGS, name):.2f}" for name in GRID)]),
    ]
    return PAGE.format(
        pooled="\n".join(pooled),
        each="\n".join(_cases(tests)),
        losing="; ".join(losing) or "none of them",
        cases=len(DRAWDOWNS),
        carries=carries,
        forecasts=sum(len(test) for test in tests.values()),
        points=len(skills),
        worst=min(skills),
        best=max(skills),
        median=float(np.median(skills)),
        left="\n".join(left),
        sources="\n".join(_sources()),
    )


def _sources() -> list[str]:
    lines = []
    for name, (title, measures) in DRAWDOWNS.items():
        for measure in measures:
            shown = load_drawdown(name, measure=measure)
            total = (
                f"; total known at the time: {shown.total:,.10g}" if shown.total is not None else ""
            )
            published = "; ".join(
                dict.fromkeys(part for p in shown.points for part in p.source.split("; "))
            )
            lines.append(
                f"- {name}, {measure}: {title}; {shown.counted} ({shown.unit}){total}. {published}."
            )
    return lines


def _only(test: Backtest, step: int) -> Backtest:
    """The forecasts of one step of a backtest."""
    pick = test.step == step
    names = (
        "origin",
        "step",
        "target",
        "observed",
        "middle",
        "low",
        "high",
        "crps",
        "wis",
        "pit_low",
        "pit_high",
    )
    return replace(
        test,
        inside=test.inside[pick],
        baseline_crps={name: values[pick] for name, values in test.baseline_crps.items()},
        **{name: getattr(test, name)[pick] for name in names},
    )


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/scores.md")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(score_page(), encoding="utf-8")
    print(f"wrote {target}")
