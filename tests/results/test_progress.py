"""The bar of long work: seen where somebody looks, silent elsewhere, and never in the way."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from forceflow.results import progress as module
from forceflow.results.progress import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AFTER_S", 0.0)


@pytest.mark.usefixtures("at_once")
def test_a_terminal_sees_a_bar_and_the_steps_pass_through(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    assert list(progress(iter("abc"), total=3, label="simulating")) == ["a", "b", "c"]
    assert "simulating" in screen.getvalue()
    assert "/3" in screen.getvalue()


@pytest.mark.usefixtures("at_once")
def test_a_log_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    log = io.StringIO()
    monkeypatch.setattr("sys.stderr", log)
    assert list(progress([1, 2], total=2, label="simulating")) == [1, 2]
    assert log.getvalue() == ""


def test_short_work_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    assert list(progress(range(5), total=5, label="simulating")) == [0, 1, 2, 3, 4]
    assert "simulating" not in screen.getvalue()


@pytest.mark.usefixtures("at_once")
def test_an_interrupt_passes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", Terminal())

    def steps() -> Iterator[int]:
        yield 1
        raise KeyboardInterrupt

    shown = progress(steps(), total=2, label="simulating")
    assert next(shown) == 1
    with pytest.raises(KeyboardInterrupt):
        next(shown)
