"""Pictures look as they did: each against an image kept beside the tests, within a tolerance.

After a change that is meant, draw the images anew and look at every one before they go in:

    python tests/test_images.py

What is drawn is made by hand here, so that an image changes when a picture does and never when an estimate does.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image
from PIL.PngImagePlugin import PngInfo

import forceflow as ff
from forceflow.plots.bars import plot_bounds, plot_capacity, plot_cycle, plot_waiting
from forceflow.plots.corridors import plot_flow_map, plot_matrix
from forceflow.plots.forecasts import plot_backtest, plot_coverage, plot_forecast
from forceflow.plots.rate import plot_rate
from forceflow.plots.sensitivity import plot_detection
from forceflow.plots.simulations import plot_simulated_days, plot_simulation
from forceflow.plots.sweeps import plot_sweep
from forceflow.plots.tonnage import plot_tonnage
from forceflow.plots.withdrawal import plot_remaining, plot_scenarios, plot_withdrawal
from forceflow.sensitivity.drivers import Driver, Look

FOLDER = Path(__file__).parent / "images"
INCHES = (4.0, 3.0)
LEVELS = 48
"""Colours of an image kept: few, so that it is small."""

TOLERANCE = 5.0
"""Root mean square difference of two images on a scale to 255: the few colours cost about 1; a change of a range, a
word or a tick gives 8 and more."""

DAYS = 12
MOMENTS = tuple(
    dt.datetime(2025, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=day) for day in range(DAYS + 1)
)
BASIS: dict[str, Any] = {
    "claims": ("a", "b", "c"),
    "events": ("one", "two"),
    "reports": ("r",),
    "coverage": 0.9,
    "draws": 2_000,
    "seed": 7,
}


def _range(low: float, middle: float, high: float, unit: str = "t") -> ff.Range:
    return ff.Range(low, middle, high, unit)


def _event(
    name: str, mode: type[ff.FlowEvent], platform: str, ends: tuple[str, str], **more: Any
) -> ff.FlowEvent:
    given: dict[str, Any] = {
        "start": MOMENTS[0],
        "stop": MOMENTS[6],
        "direction": "outbound",
        **more,
    }
    return mode(event_id=name, platform=platform, origin=ends[0], destination=ends[1], **given)


def _events() -> list[ff.FlowEvent]:
    return [
        _event(
            "bridge",
            ff.Sortie,
            "Il-76MD",
            ("OSLK", "HL59"),
            is_stream=True,
            movements=ff.Quantity(5, 9, 16, "sorties"),
        ),
        _event("ship", ff.Sailing, "Sparta", ("SYTTS", "RUNVS"), start=MOMENTS[7], stop=MOMENTS[9]),
        _event(
            "column",
            ff.Convoy,
            "military vehicles",
            ("OSDI", "OSLK"),
            direction="internal",
            stop=MOMENTS[3],
        ),
    ]


def _estimate(**more: Any) -> ff.Estimate:
    each = np.where(np.arange(DAYS) % 3 == 0, 120.0, 30.0)
    run = np.cumsum(each)
    made: dict[str, Any] = {
        "measure": "tonnage moved",
        "unit": "t",
        "starts": MOMENTS[:-1],
        "stops": MOMENTS[1:],
        "low": 0.5 * each,
        "middle": 0.95 * each,
        "high": 1.8 * each,
        "mean": each,
        "cumulative_low": 0.6 * run,
        "cumulative_middle": 0.95 * run,
        "cumulative_high": 1.5 * run,
        "total": _range(432.0, 684.0, 1080.0),
        "total_mean": 720.0,
        **BASIS,
    }
    return ff.Estimate(**{**made, **more})


def _grouped() -> ff.Estimate:
    whole = _estimate()
    split = np.stack([0.7 * whole.mean, 0.3 * whole.mean])
    totals = (_range(300, 500, 800), _range(120, 210, 330))
    return _estimate(
        by="mode", groups=("air", "sea"), group_mean=split, group_low=split, group_middle=split, group_high=split,
        group_totals=totals, group_cumulative_middle=np.cumsum(0.95 * split, axis=1),
    )  # fmt: skip


def _corridors() -> ff.Estimate:
    used = tuple(_events())
    ends = [tuple(ff.find_place(place).name for place in (e.origin, e.destination)) for e in used]
    totals = (_range(250, 400, 640), _range(500, 900, 1500), _range(60, 90, 130))
    groups = tuple(f"{a} - {b}" for a, b in ends)
    return _estimate(by="corridor", groups=groups, group_totals=totals, used=used)


def _left(**more: Any) -> Any:
    days = np.arange(1, 401, dtype=np.float64)
    share = 0.7 * (1 - np.exp(-days / 90))
    made: dict[str, Any] = {
        "as_of": MOMENTS[-1],
        "dates": tuple(MOMENTS[-1] + dt.timedelta(days=float(day)) for day in days),
        "probability": share,
        "remaining_low": 1_000 + 14_000 * np.exp(-days / 30),
        "remaining_middle": 3_000 + 20_000 * np.exp(-days / 70),
        "remaining_high": 12_000 + 20_000 * np.exp(-days / 120),
        "stall_probability": 0.3,
        "stock": _range(20_000, 30_000, 40_000),
        "floor": _range(1_000, 2_000, 3_000),
        "moved": _range(5_000, 7_000, 8_000),
        "net_per_day": _range(80, 130, 240, "t/day"),
        "completion_days": np.sort(
            np.concatenate([np.interp(np.arange(0.0, 0.7, 0.001), share, days), [np.inf] * 300])
        ),
        **BASIS,
        "draws": 1_000,
    }
    return ff.Withdrawal(**{**made, **more})


def _capacity() -> Any:
    bounds = {
        "fleet": _range(320, 470, 680, "t/day"),
        "offload": _range(370, 550, 840, "t/day"),
        "onload": _range(380, 570, 880, "t/day"),
    }
    return SimpleNamespace(
        mode="air",
        origin="Hmeimim",
        destination="al-Khadim",
        distance_km=1_418.0,
        platforms=("Il-76MD",),
        bounds_t_per_day=bounds,
        bottleneck="fleet",
        bottleneck_share={"fleet": 0.6, "offload": 0.4, "onload": 0.0},
        tonnes_per_day=_range(310, 450, 640, "t/day"),
        fleet_size=_range(4, 6, 8, ""),
        cycle_h=_range(9.7, 11.1, 12.7, "h"),
        cycle_parts_h={
            "onload": _range(2.8, 3.9, 5.2, "h"),
            "flight out": _range(2.1, 2.2, 2.3, "h"),
            "offload": _range(1.9, 2.7, 3.7, "h"),
            "flight back": _range(2.1, 2.2, 2.3, "h"),
        },
        coverage=0.9,
        draws=2_000,
        seed=7,
    )


def _fleet_cycle() -> Any:
    waits = {"onload": _range(0.4, 1.2, 3.1, "h"), "offload": _range(0.6, 2.0, 4.8, "h")}
    return SimpleNamespace(
        stations=("onload", "flight out", "offload", "flight back"),
        fleet=_range(4, 6, 8, ""),
        throughput_per_h=_range(0.42, 0.55, 0.7, "cycles/h"),
        cycle_h=_range(11.0, 14.2, 19.0, "h"),
        wait_h={**waits, "flight out": _range(0, 0, 0, "h"), "flight back": _range(0, 0, 0, "h")},
        utilisation_share={
            "onload": _range(0.6, 0.7, 0.8, ""),
            "offload": _range(0.7, 0.84, 0.9, ""),
        },
        bounds_per_h={
            "fleet": _range(0.5, 0.8, 1.1, "cycles/h"),
            "onload": _range(0.55, 0.75, 1.0, "cycles/h"),
            "offload": _range(0.45, 0.62, 0.9, "cycles/h"),
        },
        bottleneck="offload",
        bottleneck_share={"fleet": 0.0, "onload": 0.3, "offload": 0.7},
        efficiency_share=_range(0.8, 0.89, 0.95, ""),
        coverage=0.9,
        draws=2_000,
        seed=7,
    )


def _sweep() -> Any:
    middle = np.array([[270.0, 320.0, 320.0], [330.0, 560.0, 690.0]])
    return SimpleNamespace(
        mode="air",
        origin="Hmeimim",
        destination="al-Khadim",
        distance_km=1_418.0,
        over={"fleet": (4, 16), "offload_mog": (1, 2, 3)},
        low=0.7 * middle,
        middle=middle,
        high=1.5 * middle,
        bottleneck=np.array([["offload", "fleet", "fleet"], ["offload", "offload", "onload"]]),
        model="closed form",
        coverage=0.9,
        draws=2_000,
        seed=0,
    )


def _simulation() -> Any:
    each = np.full(DAYS, 400.0) - 100.0 * (np.arange(DAYS) == 0)

    def daily(values: np.ndarray, unit: str) -> Any:
        total = _range(0.7 * values[-1], values[-1], 1.4 * values[-1], unit)
        return SimpleNamespace(
            measure="sorties",
            low=0.7 * values,
            middle=values,
            high=1.4 * values,
            mean=values,
            total=total,
        )

    return SimpleNamespace(
        mode="air",
        origin="Hmeimim",
        destination="al-Khadim",
        platforms=("Il-76MD",),
        days=DAYS,
        replications=100,
        seed=7,
        coverage=0.9,
        edges=MOMENTS,
        tonnes=daily(each, "t"),
        cumulative_t=daily(np.cumsum(each), "t"),
        trips=daily(np.cumsum(each) / 30, "sorties"),
        tonnes_per_day=_range(280, 390, 550, "t/day"),
    )


def _series() -> Any:
    value = np.array([5.0, 12.0, 20.0, 26.0, np.nan, 45.0, 70.0, 82.0, 90.0])
    known = ~np.isnan(value)
    low = np.where(known, value - 2.0, 35.0)
    return SimpleNamespace(
        name="a withdrawal", unit="%", total=100.0, dates=MOMENTS[:9], value=value, known=known, low=low,
        high=np.where(known, value + 2.0, np.inf), __len__=lambda: 9,
    )  # fmt: skip


class _Score(SimpleNamespace):
    def __len__(self) -> int:
        return int(self.origin.size)


def _score() -> Any:
    series, rows = (
        _series(),
        [(origin, target) for origin in (2, 3, 5, 6) for target in (5, 6, 7, 8) if target > origin],
    )
    origin, target = np.array(rows).T
    step = target - origin
    middle = series.value[origin] + 9.0 * step
    observed = series.value[target]
    inside = np.abs(observed - middle) <= 6.0 * step
    return _Score(
        method="default", series=series, origin=origin, target=target, step=step, observed=observed, middle=middle,
        low=middle - 6.0 * step, high=middle + 6.0 * step, inside=np.stack([inside] * 4, axis=1), coverage=0.9,
        draws=2_000, seed=7, skill={"random walk with drift": 0.31},
        scores={"crps_share": 0.05, "coverage_50": 0.5, "coverage_80": 0.8, "coverage_90": 0.9},
        pit_histogram=np.array([0.0, 0.1, 0.05, 0.15, 0.2, 0.1, 0.1, 0.05, 0.1, 0.15]),
    )  # fmt: skip


def _forecast() -> Any:
    history = ff.load_drawdown("kabul-2021")
    made = ff.forecast(history, horizon=3)
    middle = np.array([125_000.0, 130_000.0, 134_000.0])
    return SimpleNamespace(
        history=made.history, dates=made.dates, coverage=0.9, method="default", draws=np.zeros((3, 4_000)),
        low=0.96 * middle, middle=middle, high=1.1 * middle,
    )  # fmt: skip


def _rate() -> Any:
    each = np.array([0.2, 0.5, 0.5, 0.2, 0.05, 0.1, 0.1, 0.2, 0.2, 0.4, 0.4, 0.3])
    tornado = tuple(
        SimpleNamespace(
            name=f"share reported: {name}",
            share=share,
            per_day=_range(0.1, 0.2 / share, 0.8, "a day"),
        )
        for name, share in (("low", 0.4), ("middle", 0.7), ("high", 0.9))
    )
    return SimpleNamespace(
        measure="rate of movements", unit="movements/day", starts=MOMENTS[:-1], stops=MOMENTS[1:], low=0.4 * each,
        middle=each, high=2.2 * each, total=_range(0.1, 0.26, 0.6, "movements/day"), tornado=tornado, **BASIS,
    )  # fmt: skip


def _comparison() -> ff.sensitivity.Comparison:
    totals = {"as reported": _range(4_300, 7_000, 9_900), "without ships": _range(250, 540, 1_700)}
    less = {"without ships": _range(-9_100, -6_400, -3_700)}
    return ff.sensitivity.Comparison(totals, less, "t", 0.9, 2_000, 7)


DRIVERS = (
    Driver("load of Sparta II", 0.55, 0.52, 0.58),
    Driver("count of bridge", 0.3, 0.26, 0.34),
)
LOOKS = (
    Look("learn the load of Sparta II", 1_750, 1_210, 0.52, "t", 1_150, 1_270),
    Look("count the movements of bridge", 1_750, 1_680, 0.08, "t", 1_630, 1_730),
)
COUNTS = [9, 12, 10, 11, 8, 10, 2, 1, 3, 2, 1, 2]
OTHER = {
    "talks fail": {"stall_probability": 0.0, "probability": np.linspace(0.2, 1.0, 400)},
    "airlift only": {"stall_probability": 0.6, "probability": np.linspace(0.0, 0.4, 400)},
}

Draw = Callable[[Axes], Any]
PICTURES: dict[str, Draw] = {
    "timeline": lambda ax: ff.plot(_events(), ax=ax),
    "tonnage": lambda ax: plot_tonnage(_estimate(), ax=ax),
    "tonnage-by-mode": lambda ax: plot_tonnage(_grouped(), ax=ax),
    "matrix": lambda ax: plot_matrix(_corridors(), ax=ax),
    "flow-map": lambda ax: plot_flow_map(_corridors(), ax=ax),
    "rate": lambda ax: plot_rate(_rate(), ax=ax),
    "detection": lambda ax: plot_detection(_rate(), ax=ax),
    "changes": lambda ax: ff.plot(ff.change_points(COUNTS, start="2025-01-01"), ax=ax),
    "completion": lambda ax: plot_withdrawal(_left(), ax=ax),
    "remaining": lambda ax: plot_remaining(_left(), ax=ax),
    "scenarios": lambda ax: plot_scenarios(
        _left(scenarios={name: _left(**one) for name, one in OTHER.items()}), ax=ax
    ),
    "bottleneck": lambda ax: plot_capacity(_capacity(), ax=ax),
    "cycle": lambda ax: plot_cycle(_capacity(), ax=ax),
    "waiting": lambda ax: plot_waiting(_fleet_cycle(), ax=ax),
    "bounds": lambda ax: plot_bounds(_fleet_cycle(), ax=ax),
    "sweep": lambda ax: plot_sweep(_sweep(), ax=ax),
    "delivered": lambda ax: plot_simulation(_simulation(), ax=ax),
    "days": lambda ax: plot_simulated_days(_simulation(), ax=ax),
    "fans": lambda ax: plot_backtest(_score(), ax=ax),
    "coverage": lambda ax: plot_coverage(_score(), ax=ax),
    "forecast": lambda ax: plot_forecast(_forecast(), ax=ax),
    "tornado": lambda ax: ff.plot(DRIVERS, ax=ax),
    "looks": lambda ax: ff.plot(LOOKS, ax=ax),
    "comparison": lambda ax: ff.plot(_comparison(), ax=ax),
    "route": lambda ax: ff.plot(ff.route("Hmeimim", "al-Khadim", mode="air"), ax=ax),
    "quantity": lambda ax: ff.plot(ff.Quantity(60, 80, 130, "vehicles"), ax=ax),
    "quantities": lambda ax: ff.plot(
        {"a": ff.Quantity(60, 80, 130, "t"), "b": ff.Quantity(20, 50, 70, "t")}, ax=ax
    ),
}


def drawn(draw: Draw) -> Image.Image:
    """A picture as it looks on axes of one's own, whatever the user's settings."""
    with style.context("default"):
        figure = Figure(figsize=INCHES, dpi=100)
        draw(figure.add_subplot())
        file = io.BytesIO()
        figure.savefig(file)
    return Image.open(file).convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> float:
    """Root mean square difference of two images of one size."""
    pixels = [np.asarray(image.convert("RGB"), dtype=np.float64) for image in (one, other)]
    return float(np.sqrt(np.mean((pixels[0] - pixels[1]) ** 2)))


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_looks_as_it_did(name: str, tmp_path: Path) -> None:
    with Image.open(FOLDER / f"{name}.png") as kept:
        made_with = kept.info["matplotlib"]
        if made_with != matplotlib.__version__:
            pytest.skip(
                f"{name}.png was drawn by matplotlib {made_with}, this is {matplotlib.__version__}"
            )
        now = drawn(PICTURES[name])
        assert now.size == kept.size
        found = difference(now, kept)
    if found > TOLERANCE:
        now.save(tmp_path / f"{name}.png")
        pytest.fail(
            f"differs by {found:.1f} (up to {TOLERANCE:g} is allowed): compare {tmp_path / name}.png"
        )


def test_no_image_is_left_over_and_all_are_small() -> None:
    files = {path.stem: path.stat().st_size for path in FOLDER.glob("*.png")}
    assert files.keys() == PICTURES.keys()
    assert max(files.values()) < 16_000


@pytest.mark.parametrize("lost", ["band", "word", "point"])
def test_the_tolerance_sees_what_is_lost(lost: str) -> None:
    def spoil(ax: Axes) -> None:
        plot_withdrawal(_left(), ax=ax)
        if lost == "band":
            ax.collections[0].remove()
        elif lost == "word":
            ax.set_xlabel("")
        else:
            ax.set_ylim(0.0, 0.97)

    assert difference(drawn(spoil), drawn(PICTURES["completion"])) > TOLERANCE


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    note = PngInfo()
    note.add_text("matplotlib", matplotlib.__version__)
    for name_, draw_ in PICTURES.items():
        drawn(draw_).quantize(LEVELS).save(FOLDER / f"{name_}.png", optimize=True, pnginfo=note)
        print(FOLDER / f"{name_}.png")
