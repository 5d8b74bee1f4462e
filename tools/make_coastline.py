"""Make `src/forceflow/world/data/coastline.npz` from the Natural Earth 110 m countries.

The shapefile is public domain.  A convenient copy lies in the wheel of geopandas 0.14.4::

    pip download geopandas==0.14.4 --no-deps
    unzip geopandas-0.14.4-py3-none-any.whl 'geopandas/datasets/naturalearth_lowres/*'
    python tools/make_coastline.py geopandas/datasets/naturalearth_lowres/naturalearth_lowres
"""

from __future__ import annotations

import itertools
import struct
import sys
from collections import Counter
from pathlib import Path

import numpy as np

OUT = Path(__file__).parents[1] / "src" / "forceflow" / "world" / "data" / "coastline.npz"
Point = tuple[float, float]


def read_names(path: Path) -> list[tuple[str, str]]:
    """(country name, ISO 3166 alpha-3) of each record of a dBase file."""
    data = path.read_bytes()
    records, header, width = struct.unpack("<IHH", data[4:12])
    fields: list[tuple[str, int]] = []
    at = 32
    while data[at] != 13:
        fields.append((data[at : at + 11].split(b"\0")[0].decode().lower(), data[at + 16]))
        at += 32
    names = []
    for record in range(records):
        at = header + record * width + 1
        row = {}
        for name, length in fields:
            row[name] = data[at : at + length].decode("latin-1").strip()
            at += length
        names.append((row["name"], row["iso_a3"]))
    return names


def read_rings(path: Path) -> list[list[np.ndarray]]:
    """Rings of each polygon record of a shapefile, as (n, 2) arrays of lon, lat."""
    data = path.read_bytes()
    at, shapes = 100, []
    while at < len(data):
        length = struct.unpack(">i", data[at + 4 : at + 8])[0] * 2
        parts, points = struct.unpack("<ii", data[at + 44 : at + 52])
        starts = [*struct.unpack(f"<{parts}i", data[at + 52 : at + 52 + 4 * parts]), points]
        first = at + 52 + 4 * parts
        xy = np.frombuffer(data, "<f8", 2 * points, first).reshape(-1, 2)
        shapes.append([xy[a:b] for a, b in itertools.pairwise(starts)])
        at += 8 + length
    return shapes


def coast_lines(rings: list[np.ndarray]) -> list[np.ndarray]:
    """The parts of the rings that no neighbour shares: the coast without the land borders."""

    def key(a: np.ndarray, b: np.ndarray) -> tuple[Point, Point]:
        p, q = (round(a[0], 5), round(a[1], 5)), (round(b[0], 5), round(b[1], 5))
        return (p, q) if p < q else (q, p)

    shared = Counter(key(a, b) for ring in rings for a, b in itertools.pairwise(ring))
    lines = []
    for ring in rings:
        line = [ring[0]]
        for a, b in itertools.pairwise(ring):
            edge_of_map = (abs(a[0]) > 179.99 and abs(b[0]) > 179.99) or min(a[1], b[1]) < -89.9
            if shared[key(a, b)] == 1 and not edge_of_map:
                line.append(b)
            else:
                if len(line) > 1:
                    lines.append(np.array(line))
                line = [b]
        if len(line) > 1:
            lines.append(np.array(line))
    return lines


def pack(lines: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Points of all lines as float32 (n, 2), and where each line starts (with the end of the last)."""
    starts = np.cumsum([0, *[len(line) for line in lines]]).astype(np.int32)
    return np.concatenate(lines).astype(np.float32), starts


def main() -> None:
    """Read the shapefile named on the command line and write the arrays."""
    stem = Path(sys.argv[1])
    names, shapes = read_names(stem.with_suffix(".dbf")), read_rings(stem.with_suffix(".shp"))
    rings = [ring for shape in shapes for ring in shape]
    owner = np.array([i for i, shape in enumerate(shapes) for _ in shape], np.int16)
    land, land_start = pack(rings)
    coast, coast_start = pack(coast_lines(rings))
    np.savez_compressed(
        OUT,
        coast=coast,
        coast_start=coast_start,
        land=land,
        land_start=land_start,
        land_country=owner,
        country_name=np.array([name for name, _ in names]),
        country_iso3=np.array([iso for _, iso in names]),
    )
    print(
        f"{OUT.name}: {len(coast_start) - 1} coast lines, {len(rings)} rings, {OUT.stat().st_size / 1e3:.0f} kB"
    )


if __name__ == "__main__":
    main()
