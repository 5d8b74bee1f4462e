"""Events as frames and back, in every library, and what wrong frames answer."""

from __future__ import annotations

import datetime as dt
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

import forceflow as ff
from forceflow.evidence.tables.event_frames import (
    COLUMNS,
    as_events,
    backend_of,
    read_table,
    write_table,
)
from forceflow.evidence.tables.native_frames import read_columns
from forceflow.quantity.units import T_PER_LB

UTC = dt.UTC


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


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, tzinfo=UTC)


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
    return own(**changed).drop(
        columns=["movements_low", "movements_best", "movements_high", "stop"]
    )


def test_one_column_of_numbers_or_words_is_enough(backend: Any) -> None:
    """A spreadsheet with a column "movements" and a day: each cell is read as the words of a claim are."""
    said = ["2", "at least 3", "several", "3-4", None]
    rows = pd.concat([worded(event_id=f"e{i}", movements=words) for i, words in enumerate(said)])
    polars = pl.from_pandas(rows)
    events = ff.from_frame(
        {"pandas": rows, "polars": polars, "pyarrow": polars.to_arrow()}[backend]
    )
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
    assert (counted.movements.best, counted.tonnes.best, counted.tonnes.unit) == (
        2,
        8_000,
        "tonnes",
    )


@pytest.mark.parametrize(
    ("said", "tonnes"),
    [("20,000 kg", 20.0), ("44,000 lb", 44_000 * T_PER_LB), ("20 t", 20.0), ("20", 20.0)],
)
def test_tonnes_in_another_unit_are_converted(said: str, tonnes: float) -> None:
    (event,) = ff.from_frame(worded(movements="3 flights", tonnes=said))
    assert event.movements == ff.Quantity.parse("3 flights", unit="movements")
    assert event.tonnes is not None
    assert event.tonnes.best == pytest.approx(tonnes)


def test_a_unit_that_does_not_fit_is_named_with_its_row() -> None:
    for said, message in (("20 bananas", "'bananas'.*short ton"), ("20 tons", "'tons'.*short ton")):
        with pytest.raises(ff.errors.FrameError, match=rf"row 0 \('e1'\): tonnes: .*{message}"):
            ff.from_frame(worded(movements=1, tonnes=said))
    with pytest.raises(
        ff.errors.FrameError,
        match=r"row 0 \('e1'\): movements: '3 t' is in 't'; give a count of movements",
    ):
        ff.from_frame(worded(movements="3 t"))


def test_an_id_that_is_missing_is_named() -> None:
    rows = pd.concat([worded(movements=1, event_id=pd.NA), worded(movements=1)])
    with pytest.raises(ff.errors.FrameError, match=r"row 0 .*has no event_id"):
        ff.from_frame(rows)


def test_words_not_understood_are_named_with_their_row() -> None:
    rows = pd.concat([worded(movements="2"), worded(event_id="e2", movements="umpteen")])
    with pytest.raises(ff.errors.FrameError, match=r"row 1 \('e2'\): movements: .*umpteen"):
        ff.from_frame(rows)
    with pytest.raises(ff.errors.FrameError, match=r"row 0 .*from 0 up was wanted, got -2"):
        ff.from_frame(worded(movements=-2))
    with pytest.raises(ff.errors.FrameError, match="both movements and movements_low"):
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
    (event,) = ff.from_frame(
        own()
        .drop(columns="mode")
        .assign(kind="sailing", platform="Sparta", origin="Tartus", destination="Tobruk")
    )
    assert event.mode == "sea"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"platform": "Il-67MD"}, r"row 0 \('e1'\).*Il-76MD"),
        ({"origin": "Nowhere at all"}, r"row 0.*Nowhere"),
        ({"stop": "2024-12-01"}, r"row 0.*empty"),
        ({"mode": "tube"}, r"row 0.*tube.*air"),
        ({"start": 3}, r"row 0.*3 is a number, no date"),
        ({"start": "soon"}, r"row 0"),
        ({"movements_low": 9.0}, r"row 0.*low <= best <= high"),
    ],
)
def test_wrong_rows_are_named(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ff.errors.FrameError, match=message):
        ff.from_frame(own(**changed))


def test_only_the_first_ten_wrong_rows_are_listed() -> None:
    many = pd.concat([own(event_id=f"e{i}", platform="Zeppelin") for i in range(12)])
    with pytest.raises(ff.errors.FrameError, match=r"(?s)12 of 12 rows.*and 2 more"):
        ff.from_frame(many)


def test_missing_columns_are_listed_with_near_names() -> None:
    with pytest.raises(ff.errors.FrameError, match=r"platform \(found platfrom\)"):
        ff.from_frame(own().rename(columns={"platform": "platfrom"}))
    with pytest.raises(ff.errors.FrameError, match="mode"):
        ff.from_frame(own().drop(columns="mode"))


def test_what_is_no_frame_and_no_event_is_refused(events: tuple[ff.FlowEvent, ...]) -> None:
    with pytest.raises(ff.errors.FrameError, match="not a frame"):
        ff.from_frame(42)
    with pytest.raises(ff.errors.FrameError, match="flow events"):
        as_events([1, 2])
    with pytest.raises(ff.errors.FrameError, match="duplicate event_id"):
        ff.from_frame(pd.concat([own(), own()]))
    with pytest.raises(ff.errors.FrameError, match="unknown frame library"):
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


# -- cell by cell ------------------------------------------------------------------------------------------------------


def whole_event() -> ff.Sortie:
    start = dt.datetime(2025, 1, 1, 6, tzinfo=UTC)
    return ff.Sortie(
        event_id="a", title="A flight", platform="Il-76MD + An-124", origin="OSLK", destination="HL59",
        via=("HLLB", "HLLM"), start=start, stop=start + dt.timedelta(days=2), direction="external",
        movements=ff.Quantity.exactly(3), vehicles=ff.Quantity(2, 4, 9), cargo="tents", claims=("c1", "c2"),
        related=("c3", "c4"), sources=("r", "s"), roots=("CNN 2024-12-31", "s"), conflicts=("told twice", "thrice"),
        known_from=start + dt.timedelta(hours=1), caveats=("mind", "this"),
        claims_known_from=(start + dt.timedelta(hours=1), start + dt.timedelta(days=2)),
    )  # fmt: skip


def test_every_cell_of_an_event(backend: Any) -> None:
    event = whole_event()
    frame = ff.to_frame([event], backend=backend)
    (row,) = frame.to_pylist() if backend == "pyarrow" else pl.DataFrame(frame).to_dicts()
    models = {
        name: row.pop(f"{name}_model") for name in ("movements", "vehicles", "personnel", "tonnes")
    }
    none = {
        f"{m}_{point}": None for m in ("personnel", "tonnes") for point in ("low", "best", "high")
    }
    assert row == {
        "event_id": "a", "title": "A flight", "kind": "sortie", "mode": "air", "platform": "Il-76MD + An-124",
        "origin": "OSLK", "destination": "HL59", "via": "HLLB | HLLM", "start": event.start, "stop": event.stop,
        "movements_low": 3, "movements_best": 3, "movements_high": 3, "vehicles_low": 2, "vehicles_best": 4,
        "vehicles_high": 9, **none, "direction": "external", "is_stream": False, "cargo": "tents",
        "claims": "c1 | c2", "related": "c3 | c4", "sources": "r | s", "roots": "CNN 2024-12-31 | s",
        "conflicts": "told twice | thrice", "known_from": event.known_from, "caveats": "mind | this",
        "claims_known_from": "2025-01-01T07:00:00+00:00 | 2025-01-03T06:00:00+00:00",
    }  # fmt: skip
    assert json.loads(models["vehicles"])["params"] == [2, 4, 9]
    assert (models["personnel"], models["tonnes"]) == ("", "")
    assert ff.from_frame(frame) == (event,)
    empty = ff.to_frame([], backend=backend)
    assert ff.from_frame(empty) == ()
    assert tuple(empty.column_names if backend == "pyarrow" else empty.columns) == COLUMNS


SOMEWHERE = {"mode": "air", "platform": "Il-76MD", "origin": "Khmeimim", "destination": "al-Khadim"}


def test_events_in_the_columns_of_ucdp_and_acled(backend: Any) -> None:
    table = {
        "id": [7, 8], "date_start": ["2025-01-01", "2025-01-03"], "date_end": ["2025-01-02", "2025-01-03"],
        "low": [1, 2], "best": [2, 2], "high": [4, 2],
    }  # fmt: skip
    made = {
        "pandas": pd.DataFrame(table),
        "polars": pl.DataFrame(table),
        "pyarrow": pl.DataFrame(table).to_arrow(),
    }
    one, two = ff.from_frame(
        made[backend], columns={**ff.evidence.UCDP, **SOMEWHERE}, stop_inclusive=True
    )
    assert (one.event_id, one.start, one.stop) == (
        "7",
        dt.datetime(2025, 1, 1, tzinfo=UTC),
        two.start,
    )
    assert (one.movements.low, one.movements.best, one.movements.high) == (1, 2, 4)
    assert (two.stop - two.start, two.movements.best, two.origin) == (
        dt.timedelta(days=1),
        2,
        "OSLK",
    )
    rows = {"event_id_cnty": ["SYR1"], "event_date": [dt.date(2025, 1, 1)], "place": ["Tartus"]}
    columns = {
        **ff.evidence.ACLED,
        **SOMEWHERE,
        "mode": "sea",
        "platform": "Sparta",
        "origin": "place",
        "destination": "Tobruk",
    }
    (event,) = ff.from_frame(
        pl.DataFrame(rows), columns=columns
    )  # "place" is a column, "Tobruk" is none
    assert (event.event_id, event.origin, event.destination, event.movements.high) == (
        "SYR1",
        "tartus",
        "tobruk",
        1,
    )


def test_names_of_columns_that_do_not_fit_are_named() -> None:
    frame = pl.DataFrame({"event_id_cnty": ["SYR1"], "even_date": [dt.date(2025, 1, 1)]})
    with pytest.raises(
        ff.errors.FrameError,
        match=r"^columns: start wants 'event_date', .* lacks \(found even_date",
    ):
        ff.from_frame(frame, columns={**ff.evidence.ACLED, **SOMEWHERE})
    with pytest.raises(
        ff.errors.FrameError, match=r"^columns: stop wants 'zzz', which the frame lacks$"
    ):
        ff.from_frame(own(), columns={"stop": "zzz"})
    message = (
        "columns: colour, size are not columns of events; they are event_id, kind, mode, platform, origin, "
        "destination, via, start, stop, movements, vehicles, personnel, tonnes, movements_low, movements_best, "
        "movements_high"
    )
    with pytest.raises(ff.errors.FrameError, match=f"^{message}$"):
        ff.from_frame(own(), columns={"colour": "x", "size": 3})
    lacking = (
        own()
        .drop(columns=["mode", "movements_low", "movements_high", "start"])
        .rename(columns={"stop": "stat"})
    )
    with pytest.raises(
        ff.errors.FrameError,
        match=r"lacks the columns start \(found stat\), mode, movements_low \(found",
    ):
        ff.from_frame(lacking)


@pytest.mark.parametrize(
    ("told", "days", "movements", "is_stream"),
    [
        (None, 2, 3, True), (None, 1, 3, False), (None, 2, 1, False), (float("nan"), 2, 3, True), (pd.NA, 1, 3, False),
        (True, 1, 1, True), (False, 9, 9, False), (None, 9, None, False),
    ],
)  # fmt: skip
def test_several_over_more_than_a_day_are_a_stream(
    told: Any, days: int, movements: Any, is_stream: bool
) -> None:
    row = worded(start="2025-01-01", movements=movements, is_stream=told).astype(
        {"is_stream": object}
    )
    if told is pd.NA:
        row["is_stream"] = pd.array([pd.NA], dtype="boolean")
    row["stop"] = dt.datetime(2025, 1, 1) + dt.timedelta(days=days)
    (event,) = ff.from_frame(row)
    assert event.is_stream is is_stream


def test_the_way_between_two_places_or_as_it_is_told() -> None:
    ways = {
        ("Khmeimim", "al-Khadim"): "outbound", ("al-Khadim", "Khmeimim"): "inbound", ("Tartus", "Latakia"): "internal",
        ("al-Khadim", "Tobruk"): "external",
    }  # fmt: skip
    rows = pd.concat(
        [own(event_id=f"e{i}", origin=a, destination=b) for i, (a, b) in enumerate((*ways, *ways))]
    )
    assert [event.direction for event in ff.from_frame(rows)] == [*ways.values(), *ways.values()]
    rows["direction"] = ["inbound", None, "", "internal", *ways.values()]
    told = [event.direction for event in ff.from_frame(rows)]
    assert told == ["inbound", "inbound", "internal", "internal", *ways.values()]
    with pytest.raises(
        ff.errors.FrameError,
        match=r"direction 'sideways' is none of outbound, inbound, internal, external$",
    ):
        ff.from_frame(own(direction="sideways"))


# -- what is wrong, in words ---------------------------------------------------------------------------------------


def fault(frame: Any, *, inclusive: bool = False) -> str:
    with pytest.raises(ff.errors.FrameError) as caught:
        ff.from_frame(frame, stop_inclusive=inclusive)
    return str(caught.value)


def test_all_faults_at_once_with_their_rows() -> None:
    wrong = {
        1: {"origin": "Zzyzx"},
        2: {"destination": "Zzyzx"},
        3: {"mode": "tube"},
        5: {"start": "soon"},
    }
    rows = pd.concat([own(event_id=f"e{i}", **wrong.get(i, {})) for i in range(6)])
    assert fault(rows) == (
        "4 of 6 rows are wrong:\n"
        "row 1 ('e1'): origin: unknown place 'Zzyzx'\n"
        "row 2 ('e2'): destination: unknown place 'Zzyzx'\n"
        "row 3 ('e3'): mode 'tube' is none of air, sea, road, rail\n"
        "row 5 ('e5'): start: 'soon' is no date; write 2025-01-31 or 31 January 2025"
    )
    many = fault(pd.concat([own(event_id=f"e{i}", mode="tube") for i in range(11)]))
    assert many.splitlines()[0] == "11 of 11 rows are wrong:"
    assert many.splitlines()[-2:] == [
        "row 9 ('e9'): mode 'tube' is none of air, sea, road, rail",
        "... and 1 more",
    ]


@pytest.mark.parametrize(
    "field",
    [
        "event_id",
        "mode",
        "kind",
        "platform",
        "origin",
        "destination",
        "start",
        "stop",
        "direction",
        "known_from",
    ],
)
def test_a_list_where_one_value_was_wanted(field: str) -> None:
    """The others of its column are read all the same."""
    rows = pd.concat([own(event_id="e0"), own(event_id="e1")]).assign(
        kind="sortie", direction="", known_from=None
    )
    good = list(rows[field])
    rows[field] = pd.Series([[1], good[1]], index=rows.index, dtype=object)
    lines = fault(rows).splitlines()
    assert lines[0] == "1 of 2 rows are wrong:"
    assert lines[1].endswith(f": {field}: one value was wanted, got [1]")
    counted = worded(movements=3, tonnes="7").assign(movements=pd.Series([[1]], dtype=object))
    assert "row 0 ('e1'): movements: one value was wanted, got [1]" in fault(counted)


@pytest.mark.parametrize(
    ("cell", "claims", "sources"),
    [
        ("Blog; Tracker", "", ("Blog", "Tracker")),
        ("Blog;; ", None, ("Blog",)),
        ("Blog; Tracker", "c1", ("Blog; Tracker",)),  # not by hand: claims have names of their own
        ("Blog | Tracker; AFP", "", ("Blog", "Tracker; AFP")),
        (["Blog", "", "Tracker; AFP"], "", ("Blog", "Tracker; AFP")),
        (("Blog",), "", ("Blog",)),
        ("", "", ()),
        (None, "", ()),
        (7.0, "", ("7",)),
    ],
)
def test_a_cell_with_several_sources(cell: Any, claims: Any, sources: tuple[str, ...]) -> None:
    rows = own(claims=claims).assign(sources=pd.Series([cell], dtype=object))
    (event,) = ff.from_frame(rows)
    assert event.sources == sources
    assert event.roots == (() if claims else sources)
    for wrong in ([1], ["Blog", None], b"Blog", {"Blog": 1}):
        words = f"row 0 ('e1'): sources: a text or a list of texts was wanted, got {wrong!r}"
        assert words in fault(own().assign(sources=pd.Series([wrong], dtype=object)))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            {"destination": "Hmeimim"},
            "origin and destination are both OSLK; a movement goes from one place to another",
        ),
        ({"movements_low": -1.0}, "movements: 0 <= low <= best <= high was wanted, got -1, 3, 6"),
        ({"movements_best": 7.0}, "movements: 0 <= low <= best <= high was wanted, got 2, 7, 6"),
        ({"movements_best": 1.0}, "movements: 0 <= low <= best <= high was wanted, got 2, 1, 6"),
        (
            {"movements_low": None},
            "movements_low is missing beside movements_best or movements_high; write 0 for",
        ),
        ({"movements_low": None, "movements_best": None}, "movements_low is missing beside"),
        ({"movements_low": None, "movements_high": None}, "movements_low is missing beside"),
        ({"movements_model": "{x"}, "movements: not a quantity: '{x'"),
        (
            {"movements_low": math.inf, "movements_best": math.inf, "movements_high": math.inf},
            "movements: only the upper",
        ),
        (
            {"movements_best": math.inf, "movements_high": math.inf},
            "movements: only the upper end may be open, got 2, inf",
        ),
        ({"stop": "2025-01-01"}, r"the window [2025-01-01, 2025-01-01) is empty"),
    ],
)
def test_numbers_and_windows_out_of_order(changed: dict[str, Any], words: str) -> None:
    assert f"row 0 ('e1'): {words}" in fault(own(**changed))


def test_numbers_of_a_row_that_does_tell() -> None:
    """A model counts before its ends, and a row without one goes by them."""
    given = ff.Quantity.parse("about 40", unit="movements")
    rows = pd.concat(
        [
            own(movements_model=given.to_json(), movements_low=9.0),
            own(event_id="e2", movements_model=""),
        ]
    )
    one, two = ff.from_frame(rows)
    assert one.movements == given
    assert two.movements == ff.Quantity(2.0, 3.0, 6.0, "movements")
    (event,) = ff.from_frame(
        own(vehicles_low=0.0, vehicles_high=4.0, personnel_low=0.0, tonnes_low=8.0)
    )
    assert event.vehicles == ff.Quantity.between(0, 4, unit="vehicles")
    assert event.personnel is None  # 0 or more says nothing
    assert event.tonnes == ff.Quantity.at_least(8, unit="tonnes")
    (still,) = ff.from_frame(own(movements_low=0.0, movements_best=0.0, movements_high=0.0))
    assert (still.movements.best, still.movements.has_content) == (0, True)
    for below, words in (
        ("inf", "cannot read a quantity from 'inf'"),
        ("-1", "'-' before '1' makes it negative"),
    ):
        assert words in fault(worded(movements=below).astype({"movements": str}))
        assert f"a number from 0 up was wanted, got {float(below):g}" in fault(
            worded(movements=float(below))
        )
    assert "row 0 ('e1'): movements_low: 'x' is no number" in fault(own(movements_low="x"))


# -- moments -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "moment", "seconds"),
    [
        ("2025-01-01T06:00:00.000007", dt.datetime(2025, 1, 1, 6, 0, 0, 7, tzinfo=UTC), 1),
        ("2025-01-01T06:00+03:00", dt.datetime(2025, 1, 1, 3, tzinfo=UTC), 60),
        ("2025-01-01T06Z", dt.datetime(2025, 1, 1, 6, tzinfo=UTC), 3600),
        ("2025-01-01T23:45+00:15", dt.datetime(2025, 1, 1, 23, 30, tzinfo=UTC), 60),
        (
            "2025-01-01T23-00:30",
            dt.datetime(2025, 1, 1, 23, 30, tzinfo=UTC),
            1800,
        ),  # in one UTC day
        (dt.date(2025, 1, 2), dt.datetime(2025, 1, 2, tzinfo=UTC), 86_400),
        (dt.datetime(2025, 1, 2), dt.datetime(2025, 1, 2, tzinfo=UTC), 86_400),
        (dt.datetime(2025, 1, 1, 6), dt.datetime(2025, 1, 1, 6, tzinfo=UTC), 1),
        (
            pd.Timestamp("2025-01-01 06:00", tz="Europe/Berlin"),
            dt.datetime(2025, 1, 1, 5, tzinfo=UTC),
            1,
        ),
        (
            pd.Timestamp("2025-01-01 06:00:00.000007"),
            dt.datetime(2025, 1, 1, 6, 0, 0, 7, tzinfo=UTC),
            1,
        ),
        ("1969-12-31T23:00", dt.datetime(1969, 12, 31, 23, tzinfo=UTC), 60),
    ],
)
def test_moments_are_taken_in_utc(given: Any, moment: dt.datetime, seconds: int) -> None:
    (event,) = ff.from_frame(own(start=given, known_from=given))
    assert (event.start, event.known_from) == (moment, moment)
    (alone,) = ff.from_frame(own(start=given).drop(columns="stop"))
    assert alone.stop - alone.start == dt.timedelta(seconds=seconds)
    (last,) = ff.from_frame(own(start=given, stop=given), stop_inclusive=True)
    assert last.stop - last.start == dt.timedelta(seconds=seconds)
    rows = pd.concat([own(known_from=given), own(event_id="e2", known_from=None)])
    assert [event.known_from for event in ff.from_frame(rows)] == [moment, None]


@pytest.mark.parametrize(
    ("said", "first", "after"),
    [
        ("5 Oct 2023", (2023, 10, 5), (2023, 10, 6)),
        ("2023-10", (2023, 10, 1), (2023, 11, 1)),
        ("winter 2023", (2023, 12, 1), (2024, 3, 1)),
        ("2023-10-05/2023-10-08", (2023, 10, 5), (2023, 10, 9)),
        ("mid-October 2023", (2023, 10, 11), (2023, 10, 21)),
        (
            "2023-10-05T06:00",
            (2023, 10, 5, 6),
            (2023, 10, 5, 6, 1),
        ),  # a moment is as long as it is printed to
    ],
)
@pytest.mark.parametrize("blank", [None, "", " ", float("nan"), pd.NaT])
def test_a_date_in_words_gives_the_window_where_there_is_no_stop(
    said: str, first: tuple[int, ...], after: tuple[int, ...], blank: Any
) -> None:
    window = tuple(utc(*when) for when in (first, after))
    for stop_inclusive in (False, True):
        (event,) = ff.from_frame(own(start=said, stop=blank), stop_inclusive=stop_inclusive)
        assert (event.start, event.stop) == window
    (event,) = ff.from_frame(own(start=said).drop(columns="stop"))
    assert (event.start, event.stop) == window


def test_a_stop_in_words_is_the_first_day_after_or_the_last_day() -> None:
    rows = own(start="5 Oct 2023", stop="2023-11")
    assert (
        "stop: '2023-11' is longer than a day, and stop is the first day after; write 2023-12-01"
        in fault(rows)
    )
    assert ff.from_frame(rows, stop_inclusive=True)[0].stop == dt.datetime(2023, 12, 1, tzinfo=UTC)
    (event,) = ff.from_frame(own(start="since mid-October 2023", stop="2023-11-04"))
    assert (event.start, event.stop) == (
        dt.datetime(2023, 10, 11, tzinfo=UTC),
        dt.datetime(2023, 11, 4, tzinfo=UTC),
    )
    for start, words in (
        (
            "01/02/2023",
            "start: no cell tells whether the day or the month comes first (row 0: '01/02/2023')",
        ),
        ("until 2023-10-05", "start: 'until 2023-10-05' has no beginning"),
        ("", "start is blank in row 0 ('e1')"),
        ("soon", "start: 'soon' is no date"),
    ):
        assert words in fault(own(start=start, stop="2023-11-04"))
    assert "row 0 ('e1'): it has no end; give one in stop" in fault(
        own(start="since May 2023", stop=None)
    )
    assert "row 0 ('e1'): it has no end" in fault(
        own(start="2024-12-01", stop="since May 2025"), inclusive=True
    )
    moments = own(start=pd.Timestamp("2025-01-01"), stop=pd.NaT).astype({"stop": "datetime64[ns]"})
    assert ff.from_frame(moments)[0].days == 1
    assert "start is blank in row 0 ('e1')" in fault(moments.assign(start=moments["stop"]))


def test_when_a_row_was_known_is_read_or_refused() -> None:
    for said, moment in (
        ("5 Feb 2025", (2025, 2, 5)),
        ("2025-02", (2025, 3, 1)),
        ("", None),
        (None, None),
    ):
        (event,) = ff.from_frame(own(known_from=said))
        assert event.known_from == (utc(*moment) if moment else None)
    assert "row 0 ('e1'): known_from: 'soon' is no date" in fault(own(known_from="soon"))
    assert "row 0 ('e1'): known_from: it has no end" in fault(own(known_from="since May 2024"))


def test_the_first_day_and_the_last_day_there_is() -> None:
    early = "0001-01-01T00:00+14:00"
    assert f"row 0 ('e1'): start: '{early}' is no date" in fault(own(start=early))
    assert "row 0 ('e1'): start: '9999-12-31' is no date" in fault(
        own(start="9999-12-31").drop(columns="stop")
    )
    (event,) = ff.from_frame(own(start="2100-12-31").drop(columns="stop"))
    assert event.stop == dt.datetime(2101, 1, 1, tzinfo=UTC)
    for year in (1403, 1799, 2101, 2567):  # Solar Hijri, Buddhist
        for door in ("start", "stop", "known_from"):
            assert f"{door}: '{year}-12-08' is no date: the year {year} is not in" in fault(
                own(**{door: f"{year}-12-08"})
            )
        assert "start: lies beyond the years 1800 to 2100" in fault(
            own(start=dt.datetime(year, 12, 8)).astype({"start": "datetime64[us]"})
        )


# -- tables ------------------------------------------------------------------------------------------------------------


def test_tables_are_read_as_they_were_written(
    events: tuple[ff.FlowEvent, ...], tmp_path: Path, backend: Any
) -> None:
    frame = ff.to_frame(events, backend=backend)
    for ending in ("csv", "parquet"):
        path = write_table(frame, tmp_path / f"events.{ending}")
        assert ff.from_frame(read_table(path)) == events
    (tmp_path / "own.csv").write_text(
        "day,n\n2025-01-01,3\n2025-01-02,\n" + "2025-01-03,4\n" * 200 + "2025-01-03,x\n"
    )
    table = read_table(tmp_path / "own.csv")
    assert isinstance(table, pl.DataFrame)
    assert table.schema == {"day": pl.String, "n": pl.String}
    for name in ("own.xlsx", "own"):
        with pytest.raises(
            ff.errors.FrameError, match=f"{name}: a table is a file that ends in .csv or .parquet"
        ):
            read_table(tmp_path / name)
        with pytest.raises(
            ff.errors.FrameError, match=f"{name}: a table is written as .csv or .parquet"
        ):
            write_table(frame, tmp_path / name)
    with pytest.raises(ff.errors.FrameError, match=r"gone\.csv: no such file"):
        read_table(tmp_path / "gone.csv")


def test_columns_of_a_table_with_nothing_for_what_is_missing(backend: Any) -> None:
    table = pl.DataFrame(
        {
            "day": ["2025-01-01", "2025-01-02"],
            "n": [1.0, float("nan")],
            "m": ["x", None],
            "left": [1, 2],
        }
    )
    frame = {"pandas": table.to_pandas(), "polars": table, "pyarrow": table.to_arrow()}[backend]
    dates, columns = read_columns(frame, time="day", needed=("n",), optional=("m", "z", "n"))
    assert [cell.window for cell in dates] == [
        ff.dates.read_when("2025-01-01"),
        ff.dates.read_when("2025-01-02"),
    ]
    assert columns == {"n": [1, None], "m": ["x", None]}
    with pytest.raises(
        ff.errors.FrameError,
        match=r"lacks the columns dya \(nearest: day\), q; it has day, n, m, left$",
    ):
        read_columns(frame, time="dya", needed=("n", "q"))
    with pytest.raises(
        ff.errors.FrameError, match=r"^not a frame: int; give a pandas, polars or pyarrow frame$"
    ):
        read_columns(3, time="day", needed=())
    assert backend_of(3) == "polars"
