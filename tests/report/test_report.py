"""The report: whole or not at all, the same for the same seed, and every number linked to its claims."""

from __future__ import annotations

import csv
import dataclasses
import itertools
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import pytest

import forceflow as ff
from forceflow.evidence.datasets import seeds_folder
from forceflow.flows.event_draws import SOURCE_SHARE
from forceflow.report import report as report_module
from forceflow.report.analysis import STAGES, find
from forceflow.report.bridge import air_bridge, fuel_effect
from forceflow.report.case_file import read_case
from forceflow.report.contradictions import disagreements
from forceflow.report.output_folder import replaced_folder
from forceflow.report.report import anchor
from forceflow.withdrawal import depletion as completion
from forceflow.world.platforms.load_factors import load_factors

Events = tuple[ff.FlowEvent, ...]
DRAWS = 300
CASE = read_case(seeds_folder())
STOCK = CASE.stocks[0].amount


class Page(HTMLParser):
    """What a check needs to know of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def values(self, name: str, tag: str = "") -> list[str]:
        return [attrs[name] for found, attrs in self.tags if name in attrs and tag in ("", found)]


@pytest.fixture(scope="module")
def folder(
    tmp_path_factory: pytest.TempPathFactory, reports: tuple[ff.Report, ...], events: Events
) -> Path:
    out = tmp_path_factory.mktemp("report") / "out"
    ff.write_report(events, out, reports=reports, draws=DRAWS, seed=7)
    return out


@pytest.fixture(scope="module")
def page(folder: Path) -> Page:
    return Page((folder / "report.html").read_text(encoding="utf-8"))


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def test_it_holds_page_figures_and_tables(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {"report.html", "figures", "tables"}
    figures, tables = list((folder / "figures").iterdir()), list((folder / "tables").iterdir())
    for files, endings in ((figures, {".png", ".svg"}), (tables, {".csv", ".parquet"})):
        assert {path.suffix for path in files} == endings
        stems = {path.stem for path in files}
        assert len(files) == 2 * len(stems)
    assert {"timeline", "tonnage", "rate", "withdrawal", "capacity", "map"} <= {
        path.stem for path in figures
    }
    assert {"summary", "events", "claims", "tonnage", "rate", "withdrawal"} <= {
        path.stem for path in tables
    }
    assert [path for path in folder.parent.iterdir() if path.name != "out"] == []


def test_the_page_is_self_contained(page: Page) -> None:
    assert not [tag for tag, _ in page.tags if tag in ("script", "iframe", "object", "embed")]
    assert all(source.startswith("data:") for source in page.values("src"))
    links = [attrs["href"] for tag, attrs in page.tags if tag == "link"]
    assert all(link.startswith("data:") for link in links)


def test_every_link_resolves_and_every_anchor_is_unique(page: Page, folder: Path) -> None:
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    for link in page.values("href", "a"):
        if link.startswith("#"):
            assert link[1:] in ids, link
        elif not link.startswith("http"):
            assert (folder / link).is_file(), link
    for target in page.values("aria-labelledby"):
        assert target in ids


def test_the_page_is_sound_for_readers_of_all_kinds(page: Page) -> None:
    assert page.values("lang", "html") == ["en"]
    images = [attrs for tag, attrs in page.tags if tag == "img"]
    assert images
    assert all(len(attrs.get("alt", "")) > 20 for attrs in images)
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert all(attrs.get("scope") in ("col", "row") for tag, attrs in page.tags if tag == "th")


def test_each_number_links_to_its_claims(
    page: Page, folder: Path, reports: tuple[ff.Report, ...]
) -> None:
    ids, links = set(page.values("id")), set(page.values("href"))
    with (folder / "tables" / "summary.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {"out-by-air", "out-by-sea", "out", "net", "capacity", "completion", "stall"} <= {
        row["key"] for row in rows
    }
    for row in rows:
        assert anchor("number", row["key"]) in ids
        for claim in row["claims"].split(" | "):
            assert f"#{anchor('claim', claim)}" in links
    for report in reports:
        for claim_ in report.claims:
            assert anchor("claim", claim_.id) in ids


def test_every_claim_stands_in_the_page_as_printed(
    folder: Path, reports: tuple[ff.Report, ...]
) -> None:
    text = (folder / "report.html").read_text(encoding="utf-8")
    for report in reports:
        for claim in report.claims:
            assert claim.id in text
            assert not claim.quantity or claim.quantity.replace("'", "&#39;") in text


def test_the_same_seed_gives_the_same_bytes_whatever_the_style(
    folder: Path, tmp_path: Path, reports: tuple[ff.Report, ...], events: Events
) -> None:
    with matplotlib.rc_context(
        {"font.size": 30, "axes.facecolor": "black", "svg.fonttype": "none"}
    ):
        before = dict(matplotlib.rcParams)
        ff.write_report(
            tuple(reversed(events)),
            tmp_path / "again",
            reports=reversed(reports),
            draws=DRAWS,
            seed=7,
        )
        assert dict(matplotlib.rcParams) == before
    assert _files(tmp_path / "again") == _files(folder)


def test_another_seed_gives_other_numbers(folder: Path, tmp_path: Path, events: Events) -> None:
    ff.write_report(events, tmp_path / "out", draws=DRAWS, seed=8)
    assert (tmp_path / "out/tables/summary.csv").read_bytes() != (
        folder / "tables/summary.csv"
    ).read_bytes()


def test_the_headlines_are_those_of_the_estimates(folder: Path, events: Events) -> None:
    moved = ff.estimate_tonnage(events, by="mode", direction="outbound", draws=DRAWS, seed=7)
    with (folder / "tables" / "summary.csv").open(encoding="utf-8") as file:
        rows = {row["key"]: row for row in csv.DictReader(file)}
    assert float(rows["out"]["middle"]) == pytest.approx(moved.total.middle, rel=1e-12)
    assert float(rows["out-by-sea"]["high"]) == pytest.approx(
        moved.group_totals[moved.groups.index("sea")].high, rel=1e-12
    )


def test_the_stock_is_shown_as_a_prior(folder: Path, tmp_path: Path, events: Events) -> None:
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert f"{STOCK.low:,.0f} to {STOCK.high:,.0f} t" in text
    assert "None of the reports gives a tonnage" in text
    findings = find(events, stock_t=(1_000.0, 2_000.0, 3_000.0), draws=DRAWS, seed=7)
    assert findings.assumptions[0].why == "Given by the caller."


@pytest.mark.parametrize("error", [RuntimeError("broken"), KeyboardInterrupt()])
def test_an_error_leaves_nothing_and_harms_nothing(
    error: BaseException, tmp_path: Path, events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "report.html").write_text("earlier")

    def fail(*_: Any) -> str:
        raise error

    monkeypatch.setattr(report_module, "_page", fail)
    with pytest.raises(type(error)):
        ff.write_report(events, out, draws=DRAWS)
    assert _files(tmp_path) == {"out/report.html": b"earlier"}


def test_an_earlier_report_is_replaced_whole(tmp_path: Path) -> None:
    for text in ("first", "second"):
        with replaced_folder(tmp_path / "out") as folder:
            (folder / "report.html").write_text(text)
            if text == "first":
                (folder / "tables").mkdir()
    assert _files(tmp_path) == {"out/report.html": b"second"}


def test_a_rename_that_fails_brings_the_earlier_report_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "report.html").write_text("earlier")
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise OSError("disk on fire")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(OSError, match="fire"), replaced_folder(out) as folder:
        (folder / "report.html").write_text("later")
    assert _files(tmp_path) == {"out/report.html": b"earlier"}


def _own_file(out: Path) -> None:
    out.mkdir()
    (out / "thesis.txt").write_text("ten years of work")


def _a_file(out: Path) -> None:
    out.write_text("a file")


def _a_link(out: Path) -> None:
    other = out.parent / "other"
    other.mkdir()
    out.symlink_to(other)


@pytest.mark.parametrize(
    ("prepare", "words"),
    [(_own_file, "thesis.txt"), (_a_file, "no folder"), (_a_link, "no folder")],
)
def test_what_is_no_report_is_never_replaced(
    prepare: Callable[[Path], None], words: str, tmp_path: Path, events: Events
) -> None:
    prepare(tmp_path / "out")
    before = _files(tmp_path)
    with pytest.raises(ff.errors.ReportError, match=words):
        ff.write_report(events, tmp_path / "out", draws=DRAWS)
    assert _files(tmp_path) == before


def test_a_missing_parent_is_said(tmp_path: Path, events: Events) -> None:
    with pytest.raises(ff.errors.ReportError, match="parent"):
        ff.write_report(events, tmp_path / "no" / "out", draws=DRAWS)


def test_a_frame_of_ones_own_without_claims_gives_a_report(tmp_path: Path) -> None:
    import polars as pl

    frame = pl.DataFrame(
        {
            "event_id": ["a <script>alert(1)</script>", "b"],
            "mode": ["air", "sea"],
            "platform": ["Il-76MD", "Sparta"],
            "origin": ["Hmeimim", "Tartus"],
            "destination": ["al-Khadim", "Novorossiysk"],
            "start": ["2025-01-01", "2025-01-05"],
            "stop": ["2025-01-10", "2025-01-06"],
            "movements_low": [3.0, 1.0],
            "movements_high": [6.0, 1.0],
        }
    )
    page = ff.write_report(frame, tmp_path / "out", draws=DRAWS)
    text = page.read_text(encoding="utf-8")
    assert "came without the reports behind them" in text
    assert "own figures, no claims" in text
    assert not re.search(r"\b0 claims|\b1 movements", text)
    assert "<script" not in text
    ids = Page(text).values("id")
    assert len(ids) == len(set(ids))
    assert not (tmp_path / "out/tables/claims.csv").exists()


def test_what_cannot_be_estimated_is_said_and_the_rest_is_shown(
    tmp_path: Path, events: Events
) -> None:
    inside = [event for event in events if event.direction == "internal"]
    seen: list[str] = []
    findings = find(inside, direction="outbound", draws=DRAWS, seed=7, progress=seen.append)
    assert findings.tonnage is None
    assert findings.withdrawal is None
    assert set(STAGES) == set(seen)
    text = ff.write_report(inside, tmp_path / "out", direction="outbound", draws=DRAWS).read_text(
        encoding="utf-8"
    )
    assert "Not estimated" in text
    assert "No number could be estimated" in text
    assert not (tmp_path / "out/figures/tonnage.svg").exists()


def test_a_notebook_shows_no_figure_of_the_report(
    tmp_path: Path, events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        matplotlib, "get_backend", lambda **_: "module://matplotlib_inline.backend_inline"
    )
    ff.plot(events)
    shown = plt.get_fignums()
    ff.write_report(events, tmp_path / "out", draws=DRAWS)
    assert plt.get_fignums() == shown != []
    plt.close("all")


def test_no_events_no_report(tmp_path: Path) -> None:
    with pytest.raises(ff.errors.EstimateError, match="no events"):
        ff.write_report([], tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_anchors_never_meet() -> None:
    names = ["a b", "a_b", "a_20_b", "a-b", "ä", "_e4_"]
    assert len({anchor("claim", name) for name in names}) == len(names)


def test_a_conflict_and_an_uncounted_event_are_named(folder: Path, events: Events) -> None:
    text = (folder / "report.html").read_text(encoding="utf-8")
    doubts = text[text.index('id="doubts"') : text.index('id="assumptions"')]
    for event in events:
        if event.conflicts:
            assert f"#{anchor('event', event.event_id)}" in doubts
        if not event.movements.has_content and not any(
            (event.vehicles, event.personnel, event.tonnes)
        ):
            assert f"#{anchor('event', event.event_id)}" in doubts


def test_presence_adds_no_tonnes(reports: tuple[ff.Report, ...], events: Events) -> None:
    cut = tuple(
        report.model_copy(
            update={"claims": tuple(c for c in report.claims if c.kind == "movement")}
        )
        for report in reports
    )
    bare = ff.merge_claims(cut)
    assert list(bare) == [dataclasses.replace(event, related=()) for event in events]


def _section(text: str, name: str, until: str) -> str:
    """Words of a section of a page, without tags."""
    part = text[text.index(f'id="{name}"') : text.index(f'id="{until}"')]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", part)).replace("&#39;", "'")


def test_numbers_rest_on_movement_claims_only(
    reports: tuple[ff.Report, ...], events: Events, folder: Path
) -> None:
    kinds = {claim.id: claim.kind for report in reports for claim in report.claims}
    findings = find(events, reports=reports, draws=DRAWS, seed=7)
    assert {kinds[claim] for headline in findings.headlines for claim in headline.claims} == {
        "movement"
    }
    with (folder / "tables" / "claims.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["claim"] for row in rows if row["moves"] == "true"} == {
        c for event in events for c in event.claims
    }
    assert all(not row["behind"] for row in rows if row["kind"] != "movement")
    text = (folder / "report.html").read_text(encoding="utf-8")
    related = [claim for event in events for claim in event.related]
    assert related
    for claim in related:
        row = text[text.index(f'id="{anchor("claim", claim)}"') :]
        assert f"{kinds[claim]}, adds no number" in row[: row.index("</tr>")]


def test_two_bases_and_three_are_both_shown(folder: Path) -> None:
    text = (folder / "report.html").read_text(encoding="utf-8")
    doubts = _section(text, "doubts", "assumptions")
    for words in ("two military bases", "three", "Contradicted for Qamishli", "counts differ"):
        assert words in doubts
    with (folder / "tables" / "disagreements.csv").open(encoding="utf-8") as file:
        pairs = {(row["claim"], row["against"]) for row in csv.DictReader(file)}
    assert pairs == {("euaa-1", "mei-1"), ("euaa-2", "mei-1"), ("relay-2", "mei-1")}


def _told(reports: tuple[ff.Report, ...], **changes: dict[str, Any]) -> tuple[ff.Report, ...]:
    """Reports with some of their claims changed, by id with _ for -."""
    given = {name.replace("_", "-"): change for name, change in changes.items()}
    made = []
    for report in reports:
        data = report.model_dump()
        data["claims"] = tuple(claim | given.get(claim["id"], {}) for claim in data["claims"])
        made.append(ff.Report.model_validate(data))
    return tuple(made)


def test_disagreement_comes_from_the_claims_themselves(reports: tuple[ff.Report, ...]) -> None:
    agreed = _told(
        reports,
        mei_1={"quantity": "two", "note": ""},
        euaa_1={"note": ""},
        euaa_2={"note": ""},
        euaa_7={"note": ""},
    )
    assert disagreements(agreed) == ()
    other = _told(agreed, relay_2={"quantity": "five"})
    assert {tuple(c.id for c in pair.claims) for pair in disagreements(other)} == {
        ("relay-2", "euaa-2"),
        ("relay-2", "mei-1"),
    }
    elsewhere = _told(agreed, relay_2={"quantity": "five", "event": "interior-pullback"})
    assert disagreements(elsewhere) == ()


def test_a_pair_that_is_a_conflict_of_an_event_stands_once(
    reports: tuple[ff.Report, ...], events: Events
) -> None:
    assert any(
        {c.id for c in pair.claims} == {"bne-1", "euaa-7"} for pair in disagreements(reports)
    )
    shown = find(events, reports=reports, draws=DRAWS, seed=7).disagreements
    assert not any({c.id for c in pair.claims} == {"bne-1", "euaa-7"} for pair in shown)


def test_what_is_assumed_names_every_prior(folder: Path) -> None:
    text = _section((folder / "report.html").read_text(encoding="utf-8"), "assumptions", "figures")
    airlift = load_factors()["airlifter", "mixed"].share
    for words in (
        f"load factor of military transport aircraft, mixed cargo {airlift.best:g}",
        airlift.note,
        load_factors()["general cargo", "mixed"].share.note,
        "what 'regular flights' means 3 a week",
        f"{SOURCE_SHARE:.0%} together",
        "every movement was taken as reported",
        f"by a factor of {completion.DRIFT_GSD_PER_MONTH:g} in a month",
        f"in {completion.DRIFT_RETURN_DAYS:g} days",
        f"the last {completion.TAIL_SHARE:.0%} of the stock",
        "Prior, without a count behind it.",
        "0 t is the headline's choice. Reports speak of bases that stay: see the scenarios.",
        "makes next to no difference over 1,418 km",
    ):
        assert words in text, words
    for words in ("Half of what", "each carries less", "Prior. Reports speak"):
        assert words not in text


def test_fuel_is_said_to_matter_where_it_does() -> None:
    assert CASE.bridge is not None
    near = air_bridge(CASE.bridge)
    far = dataclasses.replace(
        near, fleet={"Il-76MD": 2}, route=ff.route("Moscow", "al-Khadim", mode="air")
    )
    kind = ff.find_platform("Il-76MD")
    assert isinstance(kind, ff.world.Aircraft)
    km = far.route.distance_km
    assert kind.payload_t(km, refuel_at_destination=False).low < 0.95 * kind.payload_t(km).low
    assert fuel_effect(far).startswith("It matters over")
    assert fuel_effect(near).startswith("It makes next to no difference")


def test_the_scenarios_are_those_of_the_estimate(folder: Path, events: Events) -> None:
    with (folder / "tables" / "scenarios.csv").open(encoding="utf-8") as file:
        rows = {row["scenario"]: row for row in csv.DictReader(file)}
    assert CASE.floor is not None
    asked = ff.withdrawal_scenarios(
        floor=CASE.floor.amount_of(STOCK),
        origin="Tartus",
        homes=CASE.homes,
        names=("talks succeed", "talks fail"),
    )
    left = ff.estimate_withdrawal(events, stock_t=STOCK, scenarios=asked, draws=DRAWS, seed=7)
    assert set(rows) == {"as in the summary", *asked}
    for name, one in {"as in the summary": left, **left.scenarios}.items():
        assert rows[name]["answer"] == one.answer
        assert float(rows[name]["probability"]) == pytest.approx(one.probability_by("2025-12-31"))
        assert rows[name]["date"] == "2025-12-31"
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert f'href="#{anchor("assumption", "what stays if bases are kept")}"' in text
    assert f'href="#{anchor("assumption", "chance that it stops for good on the way")}"' in text
    assert "Tartus to Novorossiysk instead of Baltiysk" in text


def test_the_map_names_stand_ins_and_says_nothing_of_the_shortest(folder: Path) -> None:
    text = _section((folder / "report.html").read_text(encoding="utf-8"), "map", "doubts")
    assert "Russia by sea stands at Baltiysk" in text
    assert "interior positions by road stands at Homs" in text
    assert "not tracks" in text
    assert "hortest" not in text
