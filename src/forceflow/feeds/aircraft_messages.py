"""Messages of aircraft from rows of a file or a table, whatever its layout."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from ..errors import TracksError
from .aircraft_columns import AIRCRAFT_COLUMNS, GROUND, NOT_ICAO, aircraft_in_order
from .aircraft_layouts import AIRCRAFT_UNITS, AircraftLayout
from .cells import read_numbers, read_texts, text_of
from .hex_numbers import numbers_of_hex
from .message_times import read_times
from .origin import Origin, Tally
from .raw_rows import RawRows

__all__ = ["AircraftPiece", "check_kept", "clean_aircraft", "read_aircraft_messages"]

_ON_GROUND: Final = {
    **dict.fromkeys(("ground", "true", "-1", "1", "-1.0", "1.0", "t", "yes"), "ground"),
    **dict.fromkeys(("air", "airborne", "false", "0", "0.0", "f", "no"), "air"),
}
"""Words of a flag for the ground, in lower case; SBS has -1 for true. All else is unknown."""

_FASTEST_KN = 2_500.0
_HIGHEST_FT = 150_000.0
_LOWEST_FT = -2_000.0
"""Bounds of what ADS-B can send and an aircraft can do (priors, far outside of both)."""


@dataclass(frozen=True, slots=True)
class AircraftPiece:
    """Rows of a file or a table, and their layout."""

    rows: RawRows
    layout: AircraftLayout
    aircraft: str = ""
    by_callsign: bool = False

    @property
    def label(self) -> str:
        """Name of the file, or "table"."""
        return self.rows.label

    def read(self, columns: Collection[str] | None = None) -> Iterator[pl.DataFrame]:
        """Messages in batches, with the columns of `aircraft_in_order(columns)`."""
        for messages, _ in self.read_with_tally():
            yield messages.select(aircraft_in_order(columns))

    def read_with_tally(self) -> Iterator[tuple[pl.DataFrame, Tally]]:
        """Messages in batches, each with what was left out of it."""
        needed = [name for name in self.rows.names if name in self.layout.columns]
        for raw, origin in self.rows.batches(needed):
            yield read_aircraft_messages(
                raw, self.layout, origin, aircraft=self.aircraft, by_callsign=self.by_callsign
            )


def read_aircraft_messages(
    raw: pl.DataFrame,
    layout: AircraftLayout,
    origin: Origin,
    *,
    aircraft: str = "",
    by_callsign: bool = False,
) -> tuple[pl.DataFrame, Tally]:
    """Messages with the columns of `AIRCRAFT_COLUMNS`, and what was left out.

    Parameters
    ----------
    raw
        Rows with the file's columns, as texts or typed.
    layout
        What they hold.
    origin
        Where they come from.
    aircraft
        Address of all rows, for tables without one.
    by_callsign
        Make addresses of the callsigns.

    Raises
    ------
    TracksError
        A cell cannot be read; the message names file, row and column.
    """
    columns: dict[str, pl.Series] = {}
    for what in layout.HELD:
        for name in layout.holding(what, raw.columns):
            found = _read_column(raw[name], what, layout, origin)
            if what in columns:
                found = columns[what].zip_with(columns[what].is_not_null(), found)
            columns[what] = found.alias(what)
    if aircraft:
        columns["aircraft"] = numbers_of_hex(pl.Series("aircraft", [aircraft])).new_from_index(
            0, raw.height
        )
    if by_callsign and "callsign" in columns:
        columns["aircraft"] = _made_addresses(columns["callsign"])
    _split_columns(columns, layout, origin)
    _ground_of(columns, raw, layout)
    return clean_aircraft(pl.DataFrame(list(columns.values())))


def _read_column(column: pl.Series, what: str, layout: AircraftLayout, origin: Origin) -> pl.Series:
    """One column of the file as what it holds."""
    if what == "aircraft":
        return _addresses(column, origin)
    if what == "time":
        return read_times(column, layout, origin)
    if what == "squawk":
        return _squawks(column, origin)
    if what == "ground":
        return text_of(column)
    if what == "new_leg":
        return column.cast(pl.Boolean)
    if AIRCRAFT_COLUMNS.get(what, pl.String()) == pl.String():
        return read_texts(column)
    return _numbers(column, what, layout, origin)


def _addresses(column: pl.Series, origin: Origin) -> pl.Series:
    """Addresses as numbers; a column that was read as numbers is refused."""
    if column.dtype.is_numeric() and column.dtype != pl.Null:
        raise origin.fault(
            "the addresses were read as numbers, which breaks codes such as 152e10 and 001a2b; read the column as "
            f"text: pandas.read_csv(file, dtype={{{column.name!r}: str}}), or give the path of the file to read_adsb",
            column=column.name,
        )
    texts = read_texts(column)
    numbers = numbers_of_hex(texts)
    wrong = (numbers.is_null() & texts.is_not_null()).arg_max()
    if wrong is not None and numbers[wrong] is None and texts[wrong] is not None:
        raise origin.fault(
            f"{texts[wrong]!r} is no address; wanted six hex digits as text, such as '152e10' or '~2b3c4d'",
            row=wrong,
            column=column.name,
        )
    return numbers


def _made_addresses(callsigns: pl.Series) -> pl.Series:
    """Addresses that are no ICAO ones, the same for one callsign wherever it is read."""
    kinds = callsigns.unique().drop_nulls()
    made = [NOT_ICAO + zlib.crc32(kind.encode()) % NOT_ICAO for kind in kinds.to_list()]
    return callsigns.replace_strict(
        kinds, pl.Series(made, dtype=pl.Int64), default=None, return_dtype=pl.Int64
    ).alias("aircraft")


def _squawks(column: pl.Series, origin: Origin) -> pl.Series:
    """Squawks as four digits; one that was read as a number lost its zeros in front, which are known."""
    if column.dtype.is_numeric():
        column = read_numbers(column, origin).cast(pl.Int64).cast(pl.String)
    return read_texts(column).str.zfill(4)


def _numbers(column: pl.Series, what: str, layout: AircraftLayout, origin: Origin) -> pl.Series:
    """Numbers in our units; "ground" in place of an altitude and "H" behind one are read elsewhere."""
    if what == "altitude_ft" and column.dtype == pl.String:
        is_word = column.str.strip_chars().str.to_lowercase() == "ground"
        column = column.set(is_word.fill_null(value=False), None).alias(column.name)
        column = column.str.strip_suffix("H")
    numbers = read_numbers(column, origin).cast(pl.Float64)
    unit = layout.units.get(what)
    if unit is None:
        return numbers
    (end,) = (
        end for end in AIRCRAFT_UNITS if what.endswith(f"_{end}") and unit in AIRCRAFT_UNITS[end]
    )
    return numbers / AIRCRAFT_UNITS[end][unit]


def _split_columns(columns: dict[str, pl.Series], layout: AircraftLayout, origin: Origin) -> None:
    """Positions from "lat,lon", times from date and clock."""
    if "position" in columns:
        texts = columns.pop("position")
        parts = texts.str.split_exact(",", 1)
        for place, name in enumerate(("latitude", "longitude")):
            part = parts.struct.field(f"field_{place}").alias(texts.name)
            columns[name] = read_numbers(part, origin).cast(pl.Float64).alias(name)
    if "date" in columns:
        moments = (columns.pop("date") + " " + columns.pop("clock")).alias("date and clock")
        columns["time"] = read_times(moments, layout, origin).alias("time")


def _ground_of(columns: dict[str, pl.Series], raw: pl.DataFrame, layout: AircraftLayout) -> None:
    """The state on the ground, from its flag, or from what stands in place of an altitude."""
    ground = pl.Series("ground", ["unknown"], dtype=pl.String).new_from_index(0, raw.height)
    if "ground" in columns:
        words = columns["ground"].str.strip_chars().str.to_lowercase()
        ground = words.replace_strict(_ON_GROUND, default="unknown", return_dtype=pl.String)
    if "altitude_ft" in columns:
        altitude = columns["altitude_ft"]
        (name,) = layout.holding("altitude_ft", raw.columns)[:1]
        said = text_of(raw[name]).str.strip_chars().str.to_lowercase() == "ground"
        # There an aircraft with an altitude above 0 is in the air, and has no flag that says so.
        if layout.zero_is_ground:
            said |= altitude == 0
            columns["altitude_ft"] = altitude.set((altitude == 0).fill_null(value=False), None)
            ground = ground.set(altitude.is_not_null(), "air")
        ground = ground.set(said.fill_null(value=False), "ground")
        if raw[name].dtype == pl.String:
            _geometric(columns, raw[name])
    columns["ground"] = ground.alias("ground")


def _geometric(columns: dict[str, pl.Series], texts: pl.Series) -> None:
    """Altitudes with an "H" behind them are above the ellipsoid."""
    above = texts.str.ends_with("H").fill_null(value=False)
    if not above.any():
        return
    altitude = columns["altitude_ft"]
    blank = pl.Series("geometric_altitude_ft", [None] * len(altitude), pl.Float64)
    columns["geometric_altitude_ft"] = blank.zip_with(~above, altitude).alias(
        "geometric_altitude_ft"
    )
    columns["altitude_ft"] = altitude.set(above, None)


def clean_aircraft(frame: pl.DataFrame) -> tuple[pl.DataFrame, Tally]:
    """Messages in the columns and types of `AIRCRAFT_COLUMNS`, nulls for what cannot be, and what was left out."""
    tally = Tally(rows=frame.height, craft="aircraft")
    blank = [
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in AIRCRAFT_COLUMNS.items()
        if name not in frame.columns
    ]
    frame = frame.with_columns(blank)
    tally.without_ship = frame["aircraft"].null_count()
    tally.without_time = frame["time"].null_count()
    # Without an address or a time a message belongs to no track.
    frame = frame.filter(pl.col("aircraft").is_not_null() & pl.col("time").is_not_null())
    latitude, longitude = pl.col("latitude"), pl.col("longitude")
    on_earth = latitude.is_between(-90, 90) & longitude.is_between(-180, 180)
    odd = frame.select(
        positions=latitude.count(), off_earth=(~on_earth).sum(), beyond=(latitude.abs() > 90).sum()
    )
    tally.positions, tally.off_earth, tally.beyond_latitude = odd.row(0)
    ground = pl.col("ground").cast(pl.String).fill_null("unknown")
    frame = frame.with_columns(
        pl.when(on_earth).then(latitude).alias("latitude"),
        pl.when(on_earth).then(longitude).alias("longitude"),
        _within("speed_kn", 0.0, _FASTEST_KN),
        _within("altitude_ft", _LOWEST_FT, _HIGHEST_FT),
        _within("geometric_altitude_ft", _LOWEST_FT, _HIGHEST_FT),
        pl.col("track_deg") % 360,
        ground.cast(pl.Enum(GROUND)).alias("ground"),
        pl.col("callsign").str.strip_chars().replace("", None),
    )
    # An altitude on the ground is that of the field or 0, by source.
    frame = frame.with_columns(
        pl.when(pl.col("ground") != "ground").then("altitude_ft").alias("altitude_ft")
    )
    tally.kept = frame.height
    return frame.select(pl.col(name).cast(kind) for name, kind in AIRCRAFT_COLUMNS.items()), tally


def _within(name: str, low: float, high: float) -> pl.Expr:
    """A column without values that cannot be."""
    value = pl.col(name)
    return pl.when(value.is_between(low, high)).then(value).alias(name)


def check_kept(labels: str, tally: Tally) -> None:
    """Refuse a source without any message, or with degrees that cannot be.

    Raises
    ------
    TracksError
        There are no rows, none is a message, or many latitudes lie beyond the poles.
    """
    if not tally.rows:
        raise TracksError(f"{labels}: there are no rows")
    if not tally.kept:
        raise TracksError(
            f"{labels}: none of {tally.rows:,} rows has an address and a time; {'; '.join(tally.notes())}"
        )
    if tally.beyond_latitude * 10 > tally.positions:
        raise TracksError(
            f"{labels}: {tally.beyond_latitude:,} of {tally.positions:,} latitudes lie beyond 90 degrees; latitude and "
            "longitude may be swapped in the layout's columns"
        )
