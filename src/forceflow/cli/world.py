"""Commands on the world: places, platforms and the ways between places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import typer

from ..modes import check_mode
from .common import AsJson, app, examples
from .printing import (
    fields_of,
    plain,
    print_json,
    print_named,
    print_notes,
    print_rows,
    span,
)

if TYPE_CHECKING:
    from ..modes import ModeId
    from ..world.geography.place import Place
    from ..world.geography.routes import Route
    from ..world.platforms.catalogue import Platform


@app.command(
    epilog=examples(
        "forceflow places Khmeimim",
        "forceflow places",
    )
)
def places(
    name: Annotated[
        str, typer.Argument(help="Any name or spelling; all places when left out.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Find a place by any of its names, or list all of them."""
    from ..world.geography.gazetteer import find_place
    from ..world.geography.known_places import places as known

    if name and as_json:
        print_json(find_place(name))
    elif name:
        _print_place(find_place(name))
    elif as_json:
        print_json(list(known().values()))
    else:
        print_rows(list(map(_row_of_place, known().values())))


def _row_of_place(place: Place) -> tuple[str, ...]:
    position = f"{place.latitude:.3f}, {place.longitude:.3f}"
    return (place.id, place.name, place.kind, place.country, position, place.status)


def _print_place(place: Place) -> None:
    typer.echo(str(place))
    position = f"{place.latitude:.4f} N, {place.longitude:.4f} E"
    parts = {
        "position": f"{position} [{place.status}: {place.source}]",
        "theatres": ", ".join(place.theatres),
        "also": ", ".join(place.aliases),
        "note": place.note,
    }
    print_named({label: text for label, text in parts.items() if text})


@app.command(
    epilog=examples(
        "forceflow platforms Il-76MD",
        "forceflow platforms",
    )
)
def platforms(
    name: Annotated[
        str, typer.Argument(help="Any name or spelling; all platforms when left out.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Show what is known of an aircraft, ship or vehicle mix, each figure with its source."""
    from ..world.platforms.catalogue import find_platform
    from ..world.platforms.catalogue import platforms as known

    if name and as_json:
        print_json(find_platform(name))
    elif name:
        _print_platform(find_platform(name))
    elif as_json:
        print_json([fields_of(every, "id", "name", "kind", "aliases") for every in known()])
    else:
        print_rows(list(map(_row_of_platform, known())))


def _row_of_platform(platform: Platform) -> tuple[str, ...]:
    return (platform.id, platform.name, platform.kind, ", ".join(platform.aliases))


def _print_platform(platform: Platform) -> None:
    from ..report.platform_figures import figures_of

    typer.echo(f"{platform.name} ({platform.id}, {platform.kind})")
    corners = []
    for corner in getattr(platform, "corners", ()):
        corners.append(f"{span(corner.payload_t, 't')} to {span(corner.range_km, 'km')}")
    if corners:
        typer.echo(f"  payload over range: {'; '.join(corners)}")
    rows = [(f"  {label}", str(figure), figure.note) for label, figure in figures_of(platform)]
    print_rows(rows)
    print_notes(list(filter(None, (platform.note,))))


@app.command(
    epilog=examples(
        "forceflow route Hmeimim al-Khadim --mode air --platform Il-76MD",
        "forceflow route Tartus Novorossiysk --mode sea",
        "forceflow route Tartus Baltiysk --mode sea --closed bosphorus",
        "forceflow route Tartus Novorossiysk --mode sea --platform 'Ivan Gren' --on 2022-02-27",
    )
)
def route(
    origin: Annotated[str, typer.Argument(help="Where from, by any name.")],
    destination: Annotated[str, typer.Argument(help="Where to, by any name.")],
    mode: Annotated[str, typer.Option("--mode", help="air, sea or road.")],
    via: Annotated[
        list[str] | None, typer.Option("--via", help="A place on the way; may be given again.")
    ] = None,
    closed: Annotated[
        list[str] | None, typer.Option("--closed", help="A closed passage; may be given again.")
    ] = None,
    platform: Annotated[
        str,
        typer.Option(
            "--platform", help="Tells how long it takes this platform, under the rules for it."
        ),
    ] = "",
    opened: Annotated[
        list[str] | None, typer.Option("--opened", help="A passage shut by default, opened.")
    ] = None,
    on: Annotated[str, typer.Option("--on", help="The day whose rules hold, as 2022-02-28.")] = "",
    as_json: AsJson = False,
) -> None:
    """Measure the way between two places."""
    from ..world import find_platform
    from ..world import route as measured

    check_mode(mode)
    carrier = None
    if platform:
        carrier = find_platform(platform)
    vessel = None
    # Only passages have rules and sizes for a vessel; the library refuses one elsewhere.
    if mode == "sea":
        vessel = carrier
    way = measured(
        origin,
        destination,
        mode=cast("ModeId", mode),
        via=tuple(via or ()),
        closed=tuple(closed or ()),
        opened=tuple(opened or ()),
        # Empty means not given: then the rules still in force hold.
        on=on or None,
        vessel=vessel,
    )
    duration = way.duration_h(carrier)
    if as_json:
        answer = plain(way) | {"distance_km": way.distance_km}
        print_json(answer | {"duration_h": plain(duration)})
        return
    _print_way(way)
    hours = f"{duration.best:,.1f} h ({duration.low:,.1f} to {duration.high:,.1f})"
    typer.echo(f"  {platform or 'in general'}: {hours}")


def _print_way(way: Route) -> None:
    typer.echo(
        f"{way.origin.name} to {way.destination.name} by {way.mode}: {way.distance_km:,.0f} km"
    )
    rows = []
    for leg in way.legs:
        rows.append((f"  {leg.origin} to {leg.destination}", f"{leg.distance_km:,.0f} km"))
    print_rows(rows)
    if way.passages:
        typer.echo(f"  through: {', '.join(way.passage_names)}")
    print_notes(way.notes)
