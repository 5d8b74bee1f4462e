"""The page of a report as people meet it: on a phone, in a window, on paper, by keyboard and by ear."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import forceflow as ff
from forceflow.report.report import anchor

Events = tuple[ff.FlowEvent, ...]
DRAWS = 300
WIDTHS = (400, 1200)


@pytest.fixture(scope="module")
def folder(
    tmp_path_factory: pytest.TempPathFactory, reports: tuple[ff.Report, ...], events: Events
) -> Path:
    out = tmp_path_factory.mktemp("page") / "out"
    ff.write_report(events, out, reports=reports, draws=DRAWS, seed=7)
    return out


@pytest.fixture(scope="module")
def text(folder: Path) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


def test_every_table_scrolls_where_it_is_too_wide_and_every_picture_shrinks(text: str) -> None:
    holders = re.findall(
        r'(<div class="wide" tabindex="0" role="region" aria-label="[^"]+">)?\s*<table\b', text
    )
    assert len(holders) > 5
    assert all(holders)
    assert ".wide { overflow-x: auto;" in text
    assert "figure img { max-width: 100%;" in text


def test_the_three_numbers_asked_for_stand_first_with_range_and_claims(
    text: str, events: Events
) -> None:
    cards = re.findall(
        r"<li>.*?</li>", text[text.index('<ul class="key">') : text.index("<table")], re.S
    )
    assert len(cards) == 3
    moved = ff.estimate_tonnage(events, by="mode", direction="outbound", draws=DRAWS, seed=7)
    middle, _, spread = str(moved.total).partition(" (")
    for part in (
        "Moved out",
        f"<strong>{middle}</strong>",
        f"90 % range {spread.removesuffix(')')}",
    ):
        assert part in cards[0]
    assert "Rate of withdrawal" in cards[1]
    assert "Withdrawal complete" in cards[2]
    claims = {f"#{anchor('claim', name)}" for event in events for name in event.claims}
    for card, key in zip(cards, ("out", "net", "completion"), strict=True):
        links = re.findall(r'href="([^"]+)"', card)
        assert claims & set(links)
        assert f"#{anchor('number', key)}" in links


def test_a_number_that_is_missing_is_said_at_the_top(events: Events, tmp_path: Path) -> None:
    inside = [event for event in events if event.direction == "internal"]
    text = ff.write_report(inside, tmp_path / "out", direction="outbound", draws=DRAWS).read_text(
        encoding="utf-8"
    )
    cards = text[text.index('<ul class="key">') : text.index("<table")]
    assert cards.count("not estimated") == 3
    assert 'href="#withdrawal"' in cards


def test_no_two_links_of_one_name_lead_to_different_files(text: str) -> None:
    named: dict[str, set[str]] = {}
    for attributes, words in re.findall(r"<a ([^>]*)>(.*?)</a>", text, re.S):
        target = re.search(r'href="([^"]+)"', attributes)
        label = re.search(r'aria-label="([^"]+)"', attributes)
        assert target is not None
        if target[1].startswith("figures/"):
            assert label is not None
            assert unescape(words) in label[1]
            named.setdefault(label[1], set()).add(target[1])
    assert "Timeline as SVG" in named
    assert all(len(targets) == 1 for targets in named.values())


def _luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_ring_of_what_has_the_focus_stands_out_from_white(text: str) -> None:
    """Three to one at least (WCAG 2.2, 1.4.11); text four and a half (1.4.3)."""
    ring = re.search(r":focus-visible \{ outline: 3px solid var\((--\w+)\)", text)
    assert ring is not None
    for name, least in ((ring[1], 3.0), ("--soft", 4.5), ("--link", 4.5), ("--ink", 4.5)):
        colour = re.search(rf"{name}: (#\w+);", text)
        assert colour is not None
        hexed = (
            colour[1] if len(colour[1]) == 7 else "#" + "".join(2 * mark for mark in colour[1][1:])
        )
        assert 1.05 / (_luminance(hexed) + 0.05) >= least, name


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Command that starts a browser without a window."""
    found = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if found is None:
        pytest.skip("no chromium here; apt-get install chromium to run this check")
    flags = "--headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update "
    flags += "--disable-sync --no-first-run --enable-logging=stderr"
    return [found, *flags.split(), f"--user-data-dir={tmp_path_factory.mktemp('profile')}"]


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.slow
def test_the_page_opens_in_a_browser_without_a_complaint(
    folder: Path, tmp_path: Path, browser: list[str]
) -> None:
    shot = tmp_path / "page.png"
    page = (folder / "report.html").resolve().as_uri()
    done = _run([*browser, "--window-size=1280,4000", f"--screenshot={shot}", page])
    assert "CONSOLE" not in done.stderr
    assert shot.stat().st_size > 50_000


_MEASURE = """<!doctype html><body>FRAMES<pre id="told"></pre><script>
addEventListener("load", () => { document.getElementById("told").textContent = JSON.stringify(
  [...document.querySelectorAll("iframe")].map(frame => {
    const page = frame.contentDocument, all = (what) => [...page.querySelectorAll(what)];
    const box = (e) => e.getBoundingClientRect();
    return {
      width: frame.clientWidth,
      scroll: page.scrollingElement.scrollWidth,
      summary: Math.max(...all(".headlines td, .headlines tbody th, .key li").map(e => box(e).right)),
      pictures: all("figure img").map(e => [e.naturalWidth, box(e).width, box(e).right]),
      sections: all("h2").map(e => [e.id, box(e).top]),
      shown: all(".paper").map(e => getComputedStyle(e).display),
    };
  })); });
</script>"""


@pytest.fixture(scope="module")
def layout(
    folder: Path, browser: list[str], tmp_path_factory: pytest.TempPathFactory
) -> dict[int, dict[str, Any]]:
    """Where things stand on the page at each width, px; measured in a frame, as a window is no narrower than 500."""
    page = (folder / "report.html").resolve().as_uri()
    frames = "".join(
        f'<iframe src="{page}" style="width:{w}px;height:2000px;border:0"></iframe>' for w in WIDTHS
    )
    host = tmp_path_factory.mktemp("host") / "host.html"
    host.write_text(_MEASURE.replace("FRAMES", frames), encoding="utf-8")
    flags = [
        "--allow-file-access-from-files",
        "--virtual-time-budget=20000",
        "--window-size=1700,2000",
        "--dump-dom",
    ]
    told = re.search(
        r'<pre id="told">(.+?)</pre>', _run([*browser, *flags, host.as_uri()]).stdout, re.S
    )
    assert told is not None
    return {found["width"]: found for found in json.loads(unescape(told[1]))}


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_runs_out_of_the_page(width: int, layout: dict[int, dict[str, Any]]) -> None:
    found = layout[width]
    assert found["scroll"] <= width
    assert found["summary"] <= width
    assert len(found["pictures"]) > 5
    for natural, shown, right in found["pictures"]:
        assert natural > 100
        assert shown >= 0.75 * min(width, natural)
        # A picture keeps a width at which its words can be read, and scrolls in a frame of its own beyond that.
        assert right <= width or (shown <= 640 and right - shown < 0.1 * width)
    assert set(found["shown"]) == {"none"}


@pytest.mark.slow
def test_the_page_is_laid_out_alike_at_each_width(
    layout: dict[int, dict[str, Any]], text: str
) -> None:
    """The sections of the contents, in their order, one under the other: what a picture of the page would show."""
    contents = text[text.index("<nav") : text.index("</nav>")]
    wanted = re.findall(r'href="#([^"]+)"', contents)
    for found in layout.values():
        assert [name for name, _ in found["sections"]] == wanted
        tops = [top for _, top in found["sections"]]
        assert tops == sorted(tops)
        assert all(after - before > 50 for before, after in itertools.pairwise(tops))
    narrow, wide = (layout[width]["sections"][-1][1] for width in WIDTHS)
    assert narrow > wide


@pytest.mark.slow
def test_five_reports_print_on_few_pages(folder: Path, tmp_path: Path, browser: list[str]) -> None:
    out = tmp_path / "page.pdf"
    _run(
        [
            *browser,
            "--no-pdf-header-footer",
            f"--print-to-pdf={out}",
            (folder / "report.html").resolve().as_uri(),
        ]
    )
    pages = len(re.findall(rb"/Type\s*/Page\b", out.read_bytes()))
    assert 8 <= pages <= 20
