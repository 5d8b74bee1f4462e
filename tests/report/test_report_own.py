"""Reports of other people's numbers: their direction, their stock, their sources."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import forceflow as ff
from forceflow import cli
from forceflow.evidence.datasets import seeds_folder
from forceflow.evidence.tables.event_frames import write_table
from forceflow.plots.text import worded
from forceflow.report.analysis import find
from forceflow.report.assumptions import stock_or_prior
from forceflow.report.case_file import read_case
from forceflow.report.stock import read_stock
from forceflow.withdrawal import depletion as completion

Events = tuple[ff.FlowEvent, ...]
DRAWS = 300
CASE = read_case(seeds_folder())
STOCK = CASE.stocks[0].amount


def test_a_report_shows_the_flow_there_is(tmp_path: Path, events: Events) -> None:
    """Outbound where anything goes out; else what most events have: relief that only comes in has a summary too."""
    assert find(events, draws=DRAWS).direction == "outbound"
    into = [event for event in events if event.direction == "internal"]
    into = [dataclasses.replace(event, direction="inbound") for event in into[:-1]] + into[-1:]
    findings = find(into, draws=DRAWS, seed=7)
    assert findings.direction == "inbound"
    moved = ff.estimate_tonnage(into, direction="inbound", by="mode", draws=DRAWS, seed=7)
    said = {headline.label: headline.value for headline in findings.headlines}
    assert said["Brought in, in all"] == worded(str(moved.total))
    text = ff.write_report(into, tmp_path / "out", draws=DRAWS).read_text(encoding="utf-8")
    assert "came in." in text
    assert "left the theatre" not in text
    assert "until when" not in text
    assert "nothing is reported to have gone out, so there is no withdrawal to forecast" in text
    assert "Ways into the theatre" in text


def test_the_direction_asked_for_is_one_there_is(events: Events) -> None:
    with pytest.raises(
        ff.errors.EstimateError,
        match="direction 'sideways' is none of outbound, inbound, internal, external",
    ):
        find(events, direction="sideways")


def _elsewhere(events: Events) -> Events:
    """The same flights out, from Niamey."""
    ends: dict[str, Any] = {"origin": "niamey", "destination": "LFMI", "claims": (), "related": ()}
    out = (event for event in events if event.direction == "outbound" and event.mode == "air")
    return tuple(dataclasses.replace(event, **ends) for event in out)


def _earlier(events: Events) -> Events:
    """The same movements nine years before."""
    back = dt.timedelta(days=9 * 365)
    return tuple(
        dataclasses.replace(event, start=event.start - back, stop=event.stop - back)
        for event in events
    )


def test_the_prior_stock_is_of_syria_at_the_end_of_2024_alone(events: Events) -> None:
    assert stock_or_prior(events, None, case=CASE) == (STOCK, "tonnes", CASE.stocks[0].basis)
    for other in (_elsewhere(events), _earlier(events), (*events, *_elsewhere(events))):
        with pytest.raises(
            ff.errors.EstimateError,
            match=r"forceflow knows no stock of its own, give stock_t=.* or .* --stock",
        ):
            stock_or_prior(other, None, case=CASE)
        assert stock_or_prior(other, read_stock((1, 2, 3)), case=CASE)[0].best == 2


def test_without_a_stock_no_withdrawal_of_another_theatre_is_forecast(
    events: Events, tmp_path: Path
) -> None:
    other = _elsewhere(events)
    findings = find(other, draws=DRAWS)
    assert findings.withdrawal is None
    assert "knows no stock of its own" in findings.missing["withdrawal"]
    assert {"completion", "net", "stall"}.isdisjoint(
        headline.key for headline in findings.headlines
    )
    given = find(other, stock_t=(5_000, 9_000, 20_000), draws=DRAWS)
    assert given.withdrawal is not None
    assert "completion" in {headline.key for headline in given.headlines}
    table = str(write_table(ff.to_frame(other, backend="polars"), tmp_path / "mine.csv"))
    for words, code in (
        (["withdrawal", table], 2),
        (["report", table, "--out", str(tmp_path / "out")], 0),
    ):
        done = CliRunner().invoke(cli.app, [*words, "--draws", str(DRAWS)], prog_name="forceflow")
        assert done.exit_code == code
        assert "--stock 'low best high'" in done.output
        assert "omplete" not in done.output


def test_how_much_of_never_is_a_prior_is_said(events: Events, tmp_path: Path) -> None:
    told = {headline.key: headline for headline in find(events, draws=DRAWS).headlines}["stall"]
    free = ff.estimate_withdrawal(
        events, stock_t=STOCK, stall=0, draws=DRAWS, seed=7
    ).stall_probability
    assert told.label == "Never complete (mostly a prior)"
    assert f"With nothing to stop it for good it would be {free:.0%}" in told.note
    for words in (
        f"{completion.STALL.low:.0%} to {completion.STALL.high:.0%}",
        "stall=(low, best, high)",
    ):
        assert words in told.note
    text = ff.write_report(events, tmp_path / "out", draws=DRAWS).read_text(encoding="utf-8")
    for section, until in (("summary", "timeline"), ("withdrawal", "map")):
        part = text[text.index(f'id="{section}"') : text.index(f'id="{until}"')]
        assert part.count("which reports only raise by their silence") == 1


def test_never_is_no_prior_where_more_comes_in_than_goes_out(events: Events) -> None:
    """With no net outflow it is the reports that say never."""
    out = [event for event in events if event.direction == "outbound"]
    into = [
        dataclasses.replace(event, event_id=f"in-{n}-{event.event_id}", direction="inbound")
        for event in out
        for n in range(4)
    ]
    found = find((*out, *into), stock_t=STOCK, draws=DRAWS)
    told = {headline.key: headline for headline in found.headlines}["stall"]
    assert told.label == "Never complete"


def test_the_chance_of_a_stall_can_be_given(events: Events) -> None:
    chances = []
    for stall in (0.0, 0.9):
        findings = find(events, stall=stall, draws=DRAWS)
        taken = {assumption.name: assumption for assumption in findings.assumptions}
        assert taken["chance that it stops for good on the way"].why == "Given by the caller."
        assert findings.withdrawal is not None
        chances.append(findings.withdrawal.stall_probability)
    assert chances[0] < 0.3 < 0.8 < chances[1]


def _columns(events: Events) -> Events:
    """Many columns whose vehicles nobody counted, told of by the same two."""
    convoy = next(event for event in events if event.event_id == "columns-to-tartus")
    told: dict[str, Any] = {
        "direction": "outbound",
        "claims": (),
        "related": (),
        "sources": ("Le Monde", "own log"),
    }
    return tuple(dataclasses.replace(convoy, event_id=f"column-{n:02d}", **told) for n in range(40))


def test_like_notes_are_one(events: Events, tmp_path: Path) -> None:
    moved = ff.estimate_tonnage(_columns(events), draws=DRAWS, seed=7)
    notes = [note for note in moved.notes if "vehicles not counted" in note]
    assert len(notes) == 1
    assert notes[0].startswith("column-00, column-01, column-02 and 37 more: ")
    few = ff.estimate_tonnage(_columns(events)[:2], draws=DRAWS, seed=7)
    assert any(note.startswith("column-00, column-01: vehicles") for note in few.notes)
    text = ff.write_report(_columns(events), tmp_path / "out", draws=DRAWS).read_text(
        encoding="utf-8"
    )
    part = text[text.index('id="tonnage"') : text.index('id="rate"')]
    assert part.count("vehicles not counted") == 1
    assert text.count("column-39") == 2  # its row, and its anchor


def test_who_reported_events_of_ones_own_is_shown(events: Events, tmp_path: Path) -> None:
    text = ff.write_report(_columns(events), tmp_path / "out", draws=DRAWS).read_text(
        encoding="utf-8"
    )
    rows = text[text.index('id="timeline"') : text.index('id="tonnage"')]
    assert rows.count(">Le Monde, own log</td>") == 40
    assert "Reported by" in rows
    assert "without claims" not in text
    assert "Rests on Le Monde, own log" in text


def test_the_reports_of_a_shipped_set_are_found_by_its_claims(
    reports: tuple[ff.Report, ...], events: Events
) -> None:
    assert {report.id for report in find(events, draws=DRAWS).reports} == {
        report.id for report in reports
    }
    wider = ff.load_reports("syria-2024-extended")
    found = find(ff.merge_claims(wider), draws=DRAWS)
    assert (
        {report.id for report in found.reports}
        == {report.id for report in wider}
        > {r.id for r in reports}
    )
