"""Make `src/forceflow/world/data/sea_network.npz` from the network inside the searoute package.

The network is Eurostat's (EUPL), built on the Global Shipping Lane Network of Oak Ridge National Laboratory.  Only its
points and lines are taken over; passages, lengths and added lines are ours and live in `passages.toml`::

    pip install searoute==1.6.0
    python tools/make_sea_network.py
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import numpy as np

OUT = Path(__file__).parents[1] / "src" / "forceflow" / "world" / "data" / "sea_network.npz"
Point = tuple[int, int]


def micro(point: list[float]) -> Point:
    """Longitude in [-180, 180) and latitude, both in millionths of a degree."""
    lon = (point[0] + 180.0) % 360.0 - 180.0
    return round(lon * 1e6), round(point[1] * 1e6)


def main() -> None:
    """Read the lines, merge equal points, write nodes and edges."""
    package = importlib.util.find_spec("searoute")
    if package is None or package.origin is None:
        raise SystemExit("install searoute first")
    file = Path(package.origin).parent / "data" / "marnet_searoute.geojson"
    edges: set[tuple[Point, Point]] = set()
    for feature in json.loads(file.read_text())["features"]:
        geometry = feature["geometry"]
        lines = (
            [geometry["coordinates"]]
            if geometry["type"] == "LineString"
            else geometry["coordinates"]
        )
        for line in lines:
            for a, b in zip(map(micro, line), map(micro, line[1:]), strict=False):
                if a != b:
                    edges.add((min(a, b), max(a, b)))
    points = sorted({point for edge in edges for point in edge})
    number = {point: i for i, point in enumerate(points)}
    np.savez_compressed(
        OUT,
        lon_lat_micro=np.array(points, np.int32),
        edges=np.array(sorted((number[a], number[b]) for a, b in edges), np.uint16),
    )
    print(f"{OUT.name}: {len(points)} nodes, {len(edges)} edges, {OUT.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
