"""The command on what a bridge could carry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import ForceflowError
from .common import AsJson, Cargo, DayFirst, Draws, Seed, amount_of, app, case_of, examples, read
from .printing import fields_of, print_json, print_named, print_rows

if TYPE_CHECKING:
    from ..lift.capacity.capacity import Capacity
    from ..quantity import Quantity


@app.command(
    epilog=examples(
        "forceflow capacity seeds",
        "forceflow capacity Hmeimim al-Khadim --fleet Il-76MD=8 --fleet 'An-124-100=1 2 4' --onload 3 --offload 2",
        "forceflow capacity Tartus Novorossiysk --mode sea --fleet Sparta=1 --fleet 'Sparta II=1' --json",
    )
)
def capacity(
    where: Annotated[
        list[str],
        typer.Argument(
            help="The two ends of a bridge, by any name; or reports, as other commands take them, for the air bridge "
            "of the case beside them under the assumptions printed with it."
        ),
    ],
    mode: Annotated[str, typer.Option("--mode", help="air or sea, between two ends.")] = "air",
    fleet: Annotated[
        list[str] | None,
        typer.Option(
            "--fleet",
            help="A type and how many as 'low best high' or words; ships whole. May be repeated.",
        ),
    ] = None,
    onload: Annotated[
        str, typer.Option("--onload", help="Spots (or berths) to load at once at the first end.")
    ] = "",
    offload: Annotated[
        str, typer.Option("--offload", help="Spots (or berths) to unload at once at the other.")
    ] = "",
    hours: Annotated[
        str, typer.Option("--hours", help="Operating hours a day of an air bridge.")
    ] = "24",
    closed: Annotated[
        list[str] | None, typer.Option("--closed", help="A closed passage; may be repeated.")
    ] = None,
    cargo: Cargo = "",
    seed: Seed = 7,
    draws: Draws = 4_000,
    dayfirst: DayFirst = None,
    as_json: AsJson = False,
) -> None:
    """Tell what a bridge between two places could carry in a day, and what limits it."""
    if len(where) > 2:
        raise ForceflowError(
            f"a bridge has two ends, got {len(where)}: {', '.join(where)}; quote names with spaces"
        )
    # Options of a bridge say that two ends were meant; of reports they would be lost.
    given = bool(fleet or onload or offload or closed) or mode != "air" or hours != "24"
    if len(where) == 1 and given:
        raise ForceflowError(f"name both ends of the bridge; got {where[0]} alone")
    assumed: Sequence[Any] = ()
    events: Sequence[Any] = ()
    if len(where) == 1:
        bridge, assumed, events = _reported_bridge(where[0], dayfirst)
    else:
        ends = where[0], where[1]
        bridge = _own_bridge(ends, mode, fleet or [], (onload, offload), hours, closed or [])
    if cargo:
        bridge = replace(bridge, cargo=cargo)
    limit = _capacity_of(bridge, events, seed=seed, draws=draws)
    if as_json:
        print_json(_capacity_as_json(limit) | {"assumptions": assumed})
        return
    typer.echo(str(limit))
    print_named(limit.bounds_t_per_day)
    if assumed:
        typer.echo("  assumed:")
        print_rows([(f"    {one.name}", one.value, one.why) for one in assumed])


def _capacity_of(bridge: Any, events: Sequence[Any], *, seed: int, draws: int) -> Capacity:
    """What the bridge could carry, with notes where events carried more."""
    from ..lift.capacity.airlift import AirBridge, airlift_capacity
    from ..lift.capacity.sealift import sealift_capacity
    from ..withdrawal.pace_checks import ceiling_notes

    limit: Capacity
    if isinstance(bridge, AirBridge):
        limit = airlift_capacity(bridge, seed=seed, draws=draws)
    else:
        limit = sealift_capacity(bridge, seed=seed, draws=draws)
    return replace(limit, notes=(*limit.notes, *ceiling_notes(limit, events)))


def _capacity_as_json(limit: Capacity) -> dict[str, Any]:
    return {"answer": str(limit)} | fields_of(
        limit,
        "tonnes_per_day",
        "people_per_day",
        "trips_per_day",
        "bottleneck",
        "bottleneck_share",
        "bounds_t_per_day",
        "coverage",
        "draws",
        "seed",
    )


def _reported_bridge(seeds: str, dayfirst: bool | None) -> tuple[Any, Sequence[Any], Sequence[Any]]:
    """The bridge of the case beside the reports, if these events fly it, what is assumed of it, and the events."""
    reports, found = read(seeds, dayfirst=dayfirst)
    from ..report.bridge import air_bridge, bridge_assumptions

    case = case_of(None, reports)
    prior = None if case is None else case.bridge
    if prior is None or not prior.is_flown_by(found):
        why = "no case with a bridge lies beside them"
        if prior is not None:
            why = f"no event flies {prior.origin} to {prior.destination}, the bridge of the case"
        raise ForceflowError(
            f"{why}; name both ends of a bridge and its fleet, as in "
            "forceflow capacity Niamey 'N Djamena' --fleet A400M=4 --onload 2 --offload 2"
        )
    return air_bridge(prior), tuple(bridge_assumptions(prior)), found


def _own_bridge(
    ends: tuple[str, str],
    mode: str,
    fleet: Sequence[str],
    spots: tuple[str, str],
    hours: str,
    closed: Sequence[str],
) -> Any:
    """The bridge of the options; `spots` are ``--onload`` and ``--offload``."""
    counts = _fleet_counts(fleet)
    if mode == "sea":
        return _sea_bridge(ends, counts, spots, closed)
    if mode == "air":
        return _air_bridge(ends, counts, spots, hours, closed)
    raise ForceflowError(f"--mode is air or sea, got {mode!r}")


def _fleet_counts(fleet: Sequence[str]) -> list[tuple[str, str]]:
    """Types of ``--fleet`` and how many of each, as written."""
    counts = []
    for part in fleet:
        # The last sign parts them, so that a name may hold one too.
        name, _, count = part.rpartition("=")
        if not name.strip() or not count.strip():
            raise _no_fleet(part)
        counts.append((name.strip(), count))
    if not counts:
        raise _no_fleet("none")
    return counts


def _no_fleet(got: str) -> ForceflowError:
    return ForceflowError(f"--fleet names a type and how many, as in --fleet Il-76MD=8; got {got}")


def _sea_bridge(
    ends: tuple[str, str],
    counts: Sequence[tuple[str, str]],
    spots: tuple[str, str],
    closed: Sequence[str],
) -> Any:
    from ..lift.bridges.sea_bridge import SeaBridge
    from ..world import route

    ships: list[str] = []
    for name, count in counts:
        # Each ship is listed by itself, so only whole numbers of ships make sense.
        ships += [name] * _whole_ships(name, count)
    return SeaBridge(
        vessels=ships,
        route=route(*ends, mode="sea", closed=closed),
        load_berths=_berths_of(spots[0], "--onload"),
        discharge_berths=_berths_of(spots[1], "--offload"),
    )


def _whole_ships(name: str, count: str) -> int:
    number = amount_of(count, "ships", f"--fleet {name}")
    if number.family != "point" or not number.best.is_integer() or number.best > 1_000:
        raise ForceflowError(
            f"--fleet {name}={count}: ships are a whole number, as in --fleet Sparta=2"
        )
    return int(number.best)


def _berths_of(words: str, option: str) -> Quantity | None:
    if not words:
        return None
    return amount_of(words, "", option)


def _air_bridge(
    ends: tuple[str, str],
    counts: Sequence[tuple[str, str]],
    spots: tuple[str, str],
    hours: str,
    closed: Sequence[str],
) -> Any:
    from ..lift.capacity.airlift import AirBridge
    from ..world import route

    onload, offload = spots
    if not onload or not offload:
        raise ForceflowError(
            "an air bridge needs --onload and --offload: how many aircraft are worked at once there"
        )
    fleet = {}
    for name, count in counts:
        fleet[name] = amount_of(count, "aircraft", f"--fleet {name}")
    return AirBridge(
        fleet=fleet,
        route=route(*ends, mode="air", closed=closed),
        onload_mog=amount_of(onload, "", "--onload"),
        offload_mog=amount_of(offload, "", "--offload"),
        operating_h_per_day=amount_of(hours, "h", "--hours", daily=True),
    )
