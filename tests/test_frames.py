"""Events as frames and back, in every library, and what wrong frames answer."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from typing import Any

import pandas as pd
import polars as pl
import pytest

import forceflow as ff
from forceflow.evidence.frames import COLUMNS, as_events, backend_of
from forceflow.world.units import T_PER_LB


def test_round_trip_loses_nothing(events: tuple[ff.FlowEvent, ...], backend: Any) -> None:
    frame = ff.to_frame(events, backend=backend)
    assert type(frame).__module__.startswith(backend)
    assert ff.from_frame(frame) == events
    assert backend_of(frame) == backend


def test_lazy_frames_and_any_row_order(events: tuple[ff.FlowEvent, ...]) -> None:
    frame = ff.to_frame(events)
    assert tuple(frame.columns) == COLUMNS
    assert ff.from_frame(frame.lazy()) == events
    assert ff.from_frame(frame.sample(fraction=1.0, shuffle=True, seed=1)) == events


def own(**changed: Any) -> pd.DataFrame:
    row: dict[str, Any] = {
        "event_id": "e1",
        "mode": "air",
        "platform": "Il-76MD",
        "origin": "Khmeimim",
        "destination": "al-Khadim",
        "start": "2025-01-01",
        "stop": dt.date(2025, 1, 5),
        "movements_low": 2.0,
        "movements_best": 3.0,
        "movements_high": 6.0,
    }
    row.update(changed)
    return pd.DataFrame([row])


def test_an_analysts_own_columns_are_enough() -> None:
    (event,) = ff.from_frame(own())
    assert (event.origin, event.direction, event.kind) == ("OSLK", "outbound", "sortie")
    assert (event.movements.low, event.movements.best, event.movements.high) == (2, 3, 6)
    assert event.start == dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


def worded(**changed: Any) -> pd.DataFrame:
    return own(**changed).drop(columns=["movements_low", "movements_best", "movements_high", "stop"])


def test_one_column_of_numbers_or_words_is_enough(backend: Any) -> None:
    """A spreadsheet with a column "movements" and a day: each cell is read as the words of a claim are."""
    said = ["2", "at least 3", "several", "3-4", None]
    rows = pd.concat([worded(event_id=f"e{i}", movements=words) for i, words in enumerate(said)])
    polars = pl.from_pandas(rows)
    events = ff.from_frame({"pandas": rows, "polars": polars, "pyarrow": polars.to_arrow()}[backend])
    two, floor, several, between, none = (event.movements for event in events)
    assert (two.low, two.high) == (2, 2)
    assert floor.is_censored
    assert floor.low == 3
    assert several == ff.Quantity.parse("several", unit="movements")
    assert (between.low, between.high) == (3, 4)
    assert not none.has_content
    assert events[0].stop - events[0].start == dt.timedelta(days=1)
    (counted,) = ff.from_frame(worded(movements=2, tonnes=8_000.0))
    assert counted.tonnes is not None
    assert (counted.movements.best, counted.tonnes.best, counted.tonnes.unit) == (2, 8_000, "tonnes")


@pytest.mark.parametrize(
    ("said", "tonnes"), [("20,000 kg", 20.0), ("44,000 lb", 44_000 * T_PER_LB), ("20 t", 20.0), ("20", 20.0)]
)
def test_tonnes_in_another_unit_are_converted(said: str, tonnes: float) -> None:
    (event,) = ff.from_frame(worded(movements="3 flights", tonnes=said))
    assert event.movements == ff.Quantity.parse("3 flights", unit="movements")
    assert event.tonnes is not None
    assert event.tonnes.best == pytest.approx(tonnes)


def test_a_unit_that_does_not_fit_is_named_with_its_row() -> None:
    for said, message in (("20 bananas", "'bananas'.*short ton"), ("20 tons", "'tons'.*short ton")):
        with pytest.raises(ff.FrameError, match=rf"row 0 \('e1'\): tonnes: .*{message}"):
            ff.from_frame(worded(movements=1, tonnes=said))
    with pytest.raises(ff.FrameError, match=r"row 0 \('e1'\): movements: '3 t' is in 't'; give a count of movements"):
        ff.from_frame(worded(movements="3 t"))


def test_an_id_that_is_missing_is_named() -> None:
    rows = pd.concat([worded(movements=1, event_id=pd.NA), worded(movements=1)])
    with pytest.raises(ff.FrameError, match=r"row 0 .*has no event_id"):
        ff.from_frame(rows)


def test_words_not_understood_are_named_with_their_row() -> None:
    rows = pd.concat([worded(movements="2"), worded(event_id="e2", movements="umpteen")])
    with pytest.raises(ff.FrameError, match=r"row 1 \('e2'\): movements: .*umpteen"):
        ff.from_frame(rows)
    with pytest.raises(ff.FrameError, match=r"row 0 .*from 0 up was wanted, got -2"):
        ff.from_frame(worded(movements=-2))
    with pytest.raises(ff.FrameError, match="both movements and movements_low"):
        ff.from_frame(own(movements=2))


def test_missing_ends_mean_at_least_and_nothing_means_nothing() -> None:
    (floor,) = ff.from_frame(own(movements_high=None))
    assert floor.movements.is_censored
    assert floor.movements.low == 2
    (none,) = ff.from_frame(own(movements_low=None, movements_best=None, movements_high=None))
    assert not none.movements.has_content
    (exact,) = ff.from_frame(own(movements_low=3.0, movements_high=3.0))
    assert exact.movements.family == "point"
    (flat,) = ff.from_frame(own().drop(columns="movements_best"))
    assert flat.movements.family == "uniform"


def test_kind_serves_where_mode_is_missing() -> None:
    (event,) = ff.from_frame(own().drop(columns="mode").assign(kind="sailing", platform="Sparta"))
    assert event.mode == "sea"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"platform": "Il-67MD"}, r"row 0 \('e1'\).*Il-76MD"),
        ({"origin": "Nowhere at all"}, r"row 0.*Nowhere"),
        ({"stop": "2024-12-01"}, r"row 0.*empty"),
        ({"mode": "rail"}, r"row 0.*rail.*air"),
        ({"start": 3}, r"row 0.*not a date"),
        ({"start": "soon"}, r"row 0"),
        ({"movements_low": 9.0}, r"row 0.*low <= best <= high"),
    ],
)
def test_wrong_rows_are_named(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ff.FrameError, match=message):
        ff.from_frame(own(**changed))


def test_only_the_first_ten_wrong_rows_are_listed() -> None:
    many = pd.concat([own(event_id=f"e{i}", platform="Zeppelin") for i in range(12)])
    with pytest.raises(ff.FrameError, match=r"(?s)12 of 12 rows.*and 2 more"):
        ff.from_frame(many)


def test_missing_columns_are_listed_with_near_names() -> None:
    with pytest.raises(ff.FrameError, match=r"platform \(found platfrom\)"):
        ff.from_frame(own().rename(columns={"platform": "platfrom"}))
    with pytest.raises(ff.FrameError, match="mode"):
        ff.from_frame(own().drop(columns="mode"))


def test_what_is_no_frame_and_no_event_is_refused(events: tuple[ff.FlowEvent, ...]) -> None:
    with pytest.raises(ff.FrameError, match="not a frame"):
        ff.from_frame(42)
    with pytest.raises(ff.FrameError, match="flow events"):
        as_events([1, 2])
    with pytest.raises(ff.FrameError, match="twice"):
        ff.from_frame(pd.concat([own(), own()]))
    with pytest.raises(ff.FrameError, match="unknown frame library"):
        ff.to_frame(events, backend="excel")  # type: ignore[arg-type]
    assert as_events(events[0]) == (events[0],)


def test_polars_users_never_load_pandas() -> None:
    code = (
        "import sys, forceflow as ff\n"
        "frame = ff.to_frame(ff.merge_claims(ff.load_reports('syria-2024')))\n"
        "ff.from_frame(frame)\n"
        "assert 'pandas' not in sys.modules and 'pyarrow' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_frames_carry_utc(events: tuple[ff.FlowEvent, ...]) -> None:
    frame = ff.to_frame(events)
    assert frame.schema["start"] == pl.Datetime("us", "UTC")
    assert str(ff.to_frame(events, backend="pandas")["start"].dtype).endswith("UTC]")
