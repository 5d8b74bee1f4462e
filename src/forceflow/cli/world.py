"""Commands on the world: places, platforms and the ways between places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import typer

from ..modes import check_mode
from .door import AsJson, app, examples
from .printing import plain, print_json, print_rows, span

if TYPE_CHECKING:
    from ..modes import ModeId


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
    from ..world.geography.gazetteer import places as known

    if not name:
        every = tuple(known().values())
        if as_json:
            print_json(every)
        else:
            print_rows(
                [
                    (
                        p.id,
                        p.name,
                        p.kind,
                        p.country,
                        f"{p.latitude:.3f}, {p.longitude:.3f}",
                        p.status,
                    )
                    for p in every
                ]
            )
        return
    place = find_place(name)
    if as_json:
        print_json(place)
        return
    typer.echo(str(place))
    rows = [
        (
            "position",
            f"{place.latitude:.4f} N, {place.longitude:.4f} E [{place.status}: {place.source}]",
        )
    ]
    rows += [("theatres", ", ".join(place.theatres))] if place.theatres else []
    rows += [("also", ", ".join(place.aliases))] if place.aliases else []
    rows += [("note", place.note)] if place.note else []
    print_rows([("  " + label, text) for label, text in rows])


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
    from ..report.platform_figures import figures_of
    from ..world.platforms.catalogue import find_platform
    from ..world.platforms.catalogue import platforms as known

    if not name:
        every = tuple(known())
        if as_json:
            print_json(
                [{"id": p.id, "name": p.name, "kind": p.kind, "aliases": p.aliases} for p in every]
            )
        else:
            print_rows([(p.id, p.name, p.kind, ", ".join(p.aliases)) for p in every])
        return
    platform = find_platform(name)
    if as_json:
        print_json(platform)
        return
    typer.echo(f"{platform.name} ({platform.id}, {platform.kind})")
    if hasattr(platform, "corners"):
        corners = (
            f"{span(c.payload_t, 't')} to {span(c.range_km, 'km')}" for c in platform.corners
        )
        typer.echo(f"  payload over range: {'; '.join(corners)}")
    rows = [(f"  {label}", str(figure), figure.note) for label, figure in figures_of(platform)]
    print_rows(rows)
    if platform.note:
        typer.echo(f"  note: {platform.note}")


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
    moved = find_platform(platform) if platform else None
    way = measured(
        origin,
        destination,
        mode=cast("ModeId", mode),
        via=tuple(via or ()),
        closed=tuple(closed or ()),
        opened=tuple(opened or ()),
        on=on or None,
        vessel=moved if mode == "sea" else None,
    )
    duration = way.duration_h(moved)
    if as_json:
        answer = plain(way) | {"distance_km": way.distance_km}
        print_json(answer | {"duration_h": plain(duration)})
        return
    typer.echo(
        f"{way.origin.name} to {way.destination.name} by {way.mode}: {way.distance_km:,.0f} km"
    )
    print_rows(
        [(f"  {leg.origin} to {leg.destination}", f"{leg.distance_km:,.0f} km") for leg in way.legs]
    )
    if way.passages:
        typer.echo(f"  through: {', '.join(way.passage_names)}")
    for note in way.notes:
        typer.echo(f"  note: {note}")
    carrier = platform or "in general"
    typer.echo(f"  {carrier}: {duration.best:,.1f} h ({duration.low:,.1f} to {duration.high:,.1f})")
