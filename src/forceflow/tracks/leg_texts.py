"""Texts of the table of legs: where an aircraft was last seen, and the fields it may have come from."""

from __future__ import annotations

import polars as pl

from .leg_ends import End
from .leg_fields import LegFields

__all__ = ["may_be", "seen_at"]


def seen_at(end: End) -> pl.Series:
    """Position, height, heading and time of ends without a field: "34.70 N 33.02 E, 9,400 ft, heading 245, ..."."""
    wanted = pl.Series(end.field < 0)
    point = end.point.filter(wanted)
    down = pl.col("is_down")
    picked = point.select(
        "is_down",
        *(
            pl.when(down).then(f"down_{name}").otherwise(name).alias(name)
            for name in ("time", "latitude", "longitude", "altitude", "track")
        ),
    )
    heading = pl.format(", heading {}", _digits((pl.col("track").round(0) % 360).cast(pl.Int64), 3))
    text = pl.concat_str(
        _degrees(pl.col("latitude"), "N", "S"),
        pl.lit(" "),
        _degrees(pl.col("longitude"), "E", "W"),
        pl.when(down).then(pl.lit(", on the ground")).otherwise(_feet(pl.col("altitude"))),
        pl.when(pl.col("track").is_nan() | down).then(pl.lit("")).otherwise(heading),
        pl.lit(", "),
        pl.from_epoch("time", time_unit="us").dt.strftime("%Y-%m-%d %H:%MZ"),
    )
    found = picked.select(text=text)["text"]
    texts = pl.Series([None] * len(wanted), dtype=pl.String)
    return texts.scatter(wanted.arg_true(), found)


def _degrees(angle: pl.Expr, positive: str, negative: str) -> pl.Expr:
    """Degrees with two decimals and the letter of the half of the globe."""
    hundredths = (angle.abs() * 100).round(0).cast(pl.Int64)
    letter = pl.when(angle < 0).then(pl.lit(negative)).otherwise(pl.lit(positive))
    return pl.format("{}.{} {}", hundredths // 100, _digits(hundredths % 100, 2), letter)


def _digits(number: pl.Expr, width: int) -> pl.Expr:
    return number.cast(pl.String).str.zfill(width)


def _feet(altitude: pl.Expr) -> pl.Expr:
    """Height to a hundred feet, with a comma before it; nothing where it is not known."""
    feet = (altitude / 100).round(0).fill_nan(None).cast(pl.Int64) * 100
    large = pl.format(", {},{} ft", feet // 1000, _digits(feet % 1000, 3))
    text = pl.when(feet >= 1000).then(large).otherwise(pl.format(", {} ft", feet))
    return text.fill_null("")


def may_be(end: End, fields: LegFields) -> pl.Series:
    """Fields and weights of ends without a field, the likeliest first: "OSLK 0.62; OSDI 0.21"; null for none."""
    columns: dict[str, pl.Series] = {}
    texts = []
    for place in range(end.found.shape[1]):
        columns[f"field {place}"] = pl.Series(end.found[:, place])
        columns[f"weight {place}"] = pl.Series(end.weights[:, place])
        number = pl.col(f"field {place}")
        hundredths = (pl.col(f"weight {place}") * 100).round(0).cast(pl.Int64)
        name = pl.lit(fields.ids).gather(pl.max_horizontal(number, pl.lit(0)).cast(pl.UInt32))
        text = pl.format("{} {}.{}", name, hundredths // 100, _digits(hundredths % 100, 2))
        texts.append(pl.when(number >= 0).then(text))
    joined = pl.concat_str(*texts, separator="; ", ignore_nulls=True)
    is_open = pl.Series("open", end.field < 0)
    table = pl.DataFrame(columns).with_columns(is_open)
    wanted = pl.col("open") & (pl.col("field 0") >= 0)
    return table.select(text=pl.when(wanted).then(joined))["text"]
