"""The pass over ships' messages beside its slow twin."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest
from slow_stays import Message, SlowPass

from forceflow.feeds.columns import COLUMNS
from forceflow.kernels.port_tables import Rules
from forceflow.tracks.growing import OutOfOrderError
from forceflow.tracks.stays import READ, Request, StayPass, Stays, sort_messages
from forceflow.tracks.zones import Zone, gates, lay_zones

pytestmark = pytest.mark.kernel

HOUR = 3_600_000_000
RULES = Rules(3.0, 60.0, 2.0, 2 * HOUR, 6 * HOUR, 5 * HOUR)
ZONES = (
    Zone("a", 36.0, 20.0, "berth", 5.0, 20.0),
    Zone("b", 36.15, 20.1, "berth", 4.0, 15.0),
    Zone("roads", 36.0, 20.6, "anchorage", 6.0),
    Zone("basin", 36.3, 20.5, corners=((36.3, 20.5), (36.3, 20.7), (36.4, 20.7), (36.35, 20.55))),
    Zone(
        "basin",
        36.4,
        20.75,
        corners=((36.4, 20.75), (36.2, 20.75), (36.2, 20.9)),
    ),
    Zone("date line", 36.2, 179.99, "berth", 8.0, 30.0),
)


def frame_of(messages: Sequence[Message]) -> pl.DataFrame:
    """Messages as the table that the pass reads."""
    columns: dict[str, list[object]] = {
        "ship": [m.ship for m in messages],
        "time": [m.time for m in messages],
        "latitude": [m.latitude for m in messages],
        "longitude": [m.longitude for m in messages],
        "speed_kn": [m.speed for m in messages],
        "draught_m": [m.draught for m in messages],
    }
    frame = pl.DataFrame(columns, schema={name: COLUMNS[name] for name in columns}, strict=False)
    missing = [pl.lit(None, COLUMNS[name]).alias(name) for name in READ if name not in columns]
    return frame.with_columns(missing)


def random_walk(seed: int, *, ships: int = 5, steps: int = 120) -> list[Message]:
    """Ships that wander through the zones, with repeats, silences, jumps, and reports without a position."""
    rng = np.random.default_rng(seed)
    messages = []
    for ship in range(273_000_001, 273_000_001 + ships):
        time, latitude, longitude = 0, 36.0 + rng.normal(0, 0.1), 20.0 + rng.normal(0, 0.2)
        draught = 5.0
        for _ in range(steps):
            time += int(rng.choice([0, 1, 60, 600, 1800, 9000, 90_000]) * 1_000_000)
            if rng.random() < 0.8:
                latitude += rng.normal(0, 0.03)
                longitude += rng.normal(0, 0.04)
            away = rng.choice([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0])
            if rng.random() < 0.1:
                draught = round(rng.uniform(4, 8), 1)
            speed = (
                None if rng.random() < 0.3 else float(np.float32(rng.choice([0.1, 2.9, 3.0, 9.0])))
            )
            said = None if rng.random() < 0.5 else float(np.float32(draught))
            place = (latitude + away, longitude) if rng.random() < 0.9 else (None, None)
            messages.append(Message(ship, time, place[0], place[1], speed, said))
            if rng.random() < 0.1:
                messages.append(messages[-1])
    return sorted(messages, key=lambda m: m.sort_key)


def run_pass(messages: Sequence[Message], *, cut: int | None = None, margin: float = 0.2) -> Stays:
    """The kernel over messages, cut into batches of a length."""
    one_pass = StayPass(Request(lay_zones(ZONES, margin=margin), gates()[1], RULES))
    step = cut or len(messages)
    for start in range(0, len(messages), step):
        one_pass.read(frame_of(messages[start : start + step]))
    return one_pass.finish()


def run_twin(messages: Sequence[Message], *, margin: float = 0.2) -> SlowPass:
    _, lines = gates()
    twin = SlowPass(ZONES, list(zip(*lines[:4], strict=True)), RULES, margin)
    for message in messages:
        twin.read(message)
    twin.finish()
    return twin


def as_rows(table: np.ndarray) -> list[tuple[object, ...]]:
    return sorted(row.item() for row in table.view(np.ndarray))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("margin", [0.0, 0.2])
def test_the_kernel_and_its_twin_find_the_same(seed: int, margin: float) -> None:
    messages = random_walk(seed)
    found, twin = run_pass(messages, margin=margin), run_twin(messages, margin=margin)
    assert len(found.tracks) == len(twin.tracks) > 5
    assert as_rows(found.stays) == sorted(twin.stays)
    assert len(twin.stays) > 20
    assert as_rows(found.crossings) == sorted(twin.crossings)
    numbers = found.ships["number"]
    rows = [(int(numbers[row[0]]), *row[1:]) for row in as_rows(found.draughts)]
    assert sorted(rows) == sorted(map(tuple, twin.draughts))


def test_ships_mixed_in_time_give_what_ships_one_after_another_give() -> None:
    messages = random_walk(3)
    mixed = sorted(messages, key=lambda m: (m.time, *m.sort_key))
    one, other = run_pass(messages), run_twin(mixed)
    both = run_pass(mixed)
    assert as_rows(both.stays) == sorted(other.stays)
    assert sorted(row[1:] for row in as_rows(one.stays)) == sorted(
        row[1:] for row in as_rows(both.stays)
    )


@pytest.mark.parametrize("cut", [1, 7, 100])
def test_batches_cut_anywhere_give_the_same(cut: int) -> None:
    messages = sorted(random_walk(4), key=lambda m: (m.time, *m.sort_key))
    whole, parts = run_pass(messages), run_pass(messages, cut=cut)
    for name in ("tracks", "stays", "crossings", "draughts"):
        assert getattr(whole, name).tobytes() == getattr(parts, name).tobytes(), name


def test_a_batch_out_of_order_is_sorted_and_an_older_batch_is_refused() -> None:
    messages = random_walk(5)
    backwards = messages[::-1]
    assert sorted(row[1:] for row in as_rows(run_pass(backwards).stays)) == sorted(
        row[1:] for row in as_rows(run_pass(messages).stays)
    )
    with pytest.raises(OutOfOrderError):
        run_pass(backwards, cut=50)


def test_more_ships_than_the_first_tables_hold() -> None:
    messages = [
        Message(200_000_000 + 7919 * number, 1_000_000 * step, 36.0, 20.0, 0.0, 5.0 + step)
        for step in range(3)
        for number in range(700)
    ]
    found = run_pass(messages, cut=500)
    assert len(found.ships) == len(found.tracks) == len(found.stays) == 700
    assert set(found.ships["number"]) == {m.ship for m in messages}
    assert found.stays["fixes"].tolist() == [3] * 700
    assert len(found.draughts) == 3 * 700


def test_a_straight_line_over_the_bosphorus_is_a_crossing_only_when_it_is_short() -> None:
    def leg(hours: int) -> Stays:
        return run_pass([Message(1_000, 0, 41.0, 29.0), Message(1_000, hours * HOUR, 41.25, 29.12)])

    ids, _ = gates()
    crossing = leg(2).crossings
    assert [ids[gate] for gate in crossing["gate"]] == ["bosphorus"]
    assert (crossing["before"][0], crossing["after"][0]) == (0, 2 * HOUR)
    assert len(leg(7).crossings) == 0


def test_sorting_puts_a_missing_number_last() -> None:
    messages = [Message(1, 0, None, None, None, 5.0), Message(1, 0, 36.0, 20.0, None, 5.0)]
    assert sort_messages(frame_of(messages))["latitude"].to_list() == [36.0, None]
