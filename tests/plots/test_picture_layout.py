"""Pictures on small, grey, shared and used axes: nothing on top of anything else, nothing said that is not known."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from test_pictures import _comparison, _event, _left, _texts

import forceflow as ff
from forceflow.plots.axes import date_axis, day_numbers
from forceflow.plots.maps import name_places
from forceflow.plots.style import DIRECTION_STYLES
from forceflow.sensitivity.drivers import Driver
from forceflow.withdrawal.result import day_before

Events = tuple[ff.FlowEvent, ...]
SIZES = [(10.0, 6.5), (6.0, 4.0), (3.4, 2.5)]


@functools.cache
def _corridors() -> ff.Estimate:
    events = ff.merge_claims(ff.load_reports("syria-2024-extended"))
    return ff.estimate_tonnage(events, by="corridor", every="1w", draws=300, seed=7)


def _drawn(thing: Any, size: tuple[float, float], kind: str = "") -> Axes:
    figure = Figure(figsize=size, dpi=100)
    ax = ff.plot(thing, kind=kind, ax=figure.add_subplot())
    figure.draw_without_rendering()
    return ax


def _apart(words: list[Text]) -> bool:
    """Whether no two of these words lie on each other."""
    boxes = [
        Text.get_window_extent(one) for one in words if one.get_text()
    ]  # of an annotation without its line
    return not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))


def _captions(ax: Axes) -> list[str]:
    return [" ".join(text.get_text().split()) for text in ax.texts if "claim" in text.get_text()]


@pytest.mark.parametrize("size", SIZES)
def test_names_on_a_map_do_not_cover_each_other(size: tuple[float, float]) -> None:
    ax = _drawn(_corridors(), size, "map")
    names = [text for text in ax.texts if text.get_fontweight() == "bold"]
    assert len(names) >= 5
    assert _apart(names)
    inside = ax.get_window_extent().expanded(1.02, 1.02)
    for name in names:
        box = Text.get_window_extent(name)
        assert all(inside.contains(*corner) for corner in box.corners()), name.get_text()


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_what_is_kept_free_is_not_under_a_name(side: float) -> None:
    place = ff.find_place("Hmeimim")
    figure = Figure(figsize=(6, 4), dpi=100)
    ax = figure.add_subplot()
    ax.set_xlim(place.longitude - 1, place.longitude + 1)
    ax.set_ylim(place.latitude - 1, place.latitude + 1)
    head = np.array([[place.longitude + side * far, place.latitude] for far in (0.05, 0.4)])
    name_places(ax, [place], [], kept_free=[head])
    figure.draw_without_rendering()
    (name,) = ax.texts
    for point in ax.transData.transform(head):
        assert not Text.get_window_extent(name).contains(*point)


def test_directions_on_a_map_are_told_apart_without_colour() -> None:
    moved = _corridors()
    ax = _drawn(moved, SIZES[0], "map")
    legend = ax.get_legend()
    assert isinstance(legend, Legend)
    names = [text.get_text() for text in legend.get_texts()]
    told = dict(zip(names, (line.get_marker() for line in legend.get_lines()), strict=True))
    assert set(told) == {"outbound", "inbound", "internal", "external"}
    assert len(set(told.values())) == len(told)
    assert told == {name: DIRECTION_STYLES[name].marker for name in told}
    on_arcs = [line.get_marker() for line in ax.lines if line.get_markerfacecolor() == "white"]
    assert len(on_arcs) == len(moved.groups)
    assert set(on_arcs) == set(told.values())


@pytest.mark.parametrize("size", SIZES)
def test_a_matrix_shows_as_many_ways_as_can_be_read_and_counts_the_rest(
    size: tuple[float, float],
) -> None:
    moved = _corridors()
    ax = _drawn(moved, size, "matrix")
    cells = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    words = [text for text in ax.texts if "claim" not in text.get_text()]
    assert len(words) == len(cells) <= len(moved.groups)
    assert _apart(words)
    for text, cell in zip(words, cells, strict=True):
        assert text.get_window_extent().width <= 1.06 * cell.get_window_extent().width, (
            text.get_text()
        )
        assert float(text.get_fontsize()) >= 4.2
    assert _apart(ax.get_xticklabels())
    said = f"the {len(cells)} largest of {len(moved.groups)} ways"
    assert (said in _captions(ax)[0]) == (len(cells) < len(moved.groups))
    order = np.argsort([-total.middle for total in moved.group_totals])
    middles = {str(moved.group_totals[g]).split()[0] for g in order[: len(cells)]}
    assert {text.get_text().split("\n")[0] for text in words} == middles
    if size == SIZES[-1]:
        assert 3 <= len(cells) < len(moved.groups)


def test_panels_of_a_figure_have_words_of_one_size_and_no_caption_is_cut(events: Events) -> None:
    figure = Figure(figsize=(10, 7), dpi=100)
    axes = figure.subplots(2, 2).ravel()
    shown = zip(
        axes,
        (_corridors(), events, _corridors(), _comparison(events)),
        ("map", "", "matrix", ""),
        strict=True,
    )
    for ax, thing, kind in shown:
        ff.plot(thing, kind=kind, ax=ax)
    figure.draw_without_rendering()
    sizes = {ax.get_title(loc="left"): ax._left_title.get_fontsize() for ax in axes}
    assert len(set(sizes.values())) == 1, sizes
    for ax in axes:
        for text in ax.texts:
            if "claims from" in text.get_text():
                assert text.get_window_extent().x1 <= figure.bbox.x1
                assert text.get_window_extent().x0 >= 0


def test_a_long_list_is_cut_to_what_fits_and_the_rest_is_counted() -> None:
    many = [ff.Quantity.parse(f"{n} vehicles") for n in range(10, 50)]
    for size in SIZES:
        ax = _drawn(many, size)
        shown = ax.get_yticklabels()
        assert 8 <= len(shown) < 40
        assert _apart(shown)
        assert any(
            f"{40 - len(shown)} more of 40 are not shown" in text.replace("\n", " ")
            for text in _texts(ax)
        )
    assert len(ff.plot(many).get_yticklabels()) == 40
    spans = {f"bridge {n}": ff.Range(n, n + 1, n + 2, "t/day") for n in range(30)}
    bars = [bar for bar in _drawn(spans, SIZES[1]).patches if isinstance(bar, Rectangle)]
    assert 3 < len(bars) < 30


def test_words_end_where_the_calculation_ends(events: Events) -> None:
    left = _left(events, scenarios={"air only": {"pace": {"sea": 0.0}}})
    slow = left.scenarios["air only"]
    late = slow.date(0.5)
    assert late is not None
    assert late > slow.dates[-1]
    assert slow.answer.startswith(f"half later than {day_before(slow.dates[-1])}, never")
    assert f"complete later than {day_before(slow.dates[-1])};" in str(slow)
    texts = " ".join(_texts(ff.plot(left, kind="scenarios")))
    assert f"air only: {slow.answer}" in texts
    assert f"{late:%Y-}" not in texts
    soon = left.date(0.5)
    assert soon is not None
    assert soon <= left.dates[-1]
    assert left.answer.startswith(f"half by {day_before(soon)}")


def test_a_share_is_never_above_all() -> None:
    one = Driver("load of Sparta", 0.99, 0.97, 1.01)
    assert str(one) == "load of Sparta: 99% (97% to 100%)"
    ax = ff.plot([one])
    segments = [s for bars in ax.collections for s in bars.get_segments()]  # type: ignore[attr-defined]
    assert max(float(segment[:, 0].max()) for segment in segments) == 1.0


def test_no_tick_stands_beside_another() -> None:
    for first in (dt.datetime(2021, 8, 10), dt.datetime(2021, 8, 24), dt.datetime(2021, 12, 20)):
        for days in (9, 14, 25, 40):
            ax = Figure(figsize=(8, 4)).add_subplot()
            ax.set_xlim(*day_numbers([first, first + dt.timedelta(days=days)]))
            date_axis(ax)
            gaps = np.diff(ax.get_xticks())
            assert gaps.min() > 0.6 * np.median(gaps), (first, days)
            figure = ax.get_figure(root=True)
            assert figure is not None
            figure.draw_without_rendering()
            assert _apart(ax.get_xticklabels())


def test_hours_of_a_day_do_not_run_into_each_other(events: Events) -> None:
    day = _event(movements=ff.Quantity.exactly(2), stop=dt.datetime(2025, 1, 2, tzinfo=dt.UTC))
    hourly = ff.estimate_tonnage([day], every="1h", draws=300, seed=7)
    for size in SIZES:
        ax = _drawn(hourly, size)
        assert _apart(ax.get_xticklabels())
        assert "2025" in ax.get_xticklabels()[0].get_text()


def test_no_line_runs_through_the_words_of_a_row(events: Events) -> None:
    ax = _drawn(_comparison(events), SIZES[1])
    lines = [line for line in ax.lines if np.isnan(np.asarray(line.get_ydata(), float)).any()]
    assert len(lines) == 1
    at = np.asarray(lines[0].get_ydata(), float).reshape(-1, 3)
    pixels = ax.transData.transform(
        np.stack([np.zeros(at[:, :2].size), at[:, :2].ravel()], axis=1)
    ).reshape(-1, 2, 2)
    words = [text.get_window_extent() for text in ax.texts if not text.get_in_layout()]
    assert len(words) == len(at) == 3
    for (_, one), (_, other) in pixels:
        for box in words:
            assert max(one, other) <= box.y0 + 1 or min(one, other) >= box.y1 - 1


def test_one_bin_has_its_band_and_no_bar_over_it() -> None:
    one = ff.estimate_tonnage(
        [_event(movements=ff.Quantity(2, 5, 9))], by="corridor", every="1mo", draws=300, seed=7
    )
    assert len(one.starts) == 1
    for thing in (
        one,
        ff.estimate_tonnage(
            [_event(movements=ff.Quantity(2, 5, 9))], every="1mo", draws=300, seed=7
        ),
    ):
        ax = ff.plot(thing)
        assert not ax.patches
        band = np.asarray(ax.collections[0].get_paths()[0].vertices)
        np.testing.assert_allclose(band[:, 1].max(), thing.total.high)


def test_drawing_again_on_the_same_axes_repeats_no_word(events: Events) -> None:
    moved = ff.estimate_tonnage(events, draws=300, seed=7)
    figure = Figure(figsize=(6, 4))
    ax = figure.add_subplot()
    said = []
    for _ in range(2):
        ff.plot(moved, ax=ax)
        legend = ax.get_legend()
        assert isinstance(legend, Legend)
        said.append(([text.get_text() for text in legend.get_texts()], _captions(ax)))
    assert said[0] == said[1]
    fewer = ff.estimate_tonnage(events, direction="outbound", draws=300, seed=7)
    ff.plot(fewer, ax=ax)
    (both,) = _captions(ax)
    assert f"{len(moved.claims)} claims" in both
    assert f"{len(fewer.claims)} claims" in both


def test_a_way_over_the_date_line_is_not_drawn_across_the_map() -> None:
    way = ff.route("UHMA", "PANC", mode="air")
    parts = [
        np.asarray(line.get_xdata(), float)
        for line in ff.plot(way).lines
        if np.size(line.get_xdata()) > 1
    ]
    assert max(float(np.abs(np.diff(part)).max()) for part in parts) < 180
    assert min(part.min() for part in parts) < -149 < 177 < max(part.max() for part in parts)


def test_cells_and_captions_print_no_digit_below_the_error(events: Events) -> None:
    moved = ff.estimate_tonnage(events, by="corridor", draws=300, seed=7)
    largest = max(moved.group_totals, key=lambda total: total.middle)
    assert f"{largest.middle:,.0f}" not in str(largest)
    assert f" {largest};" in _captions(ff.plot(moved, kind="map"))[0]
    cells = [" ".join(text.split()) for text in _texts(ff.plot(moved, kind="matrix"))]
    middle, ends = str(largest).replace(" t (", " (").rstrip(")").split(" (")
    assert f"{middle} {ends}" in cells
