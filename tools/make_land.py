"""Make `src/forceflow/world/data/land.npz`: which cells of a twentieth of a degree are land.

Natural Earth land at 1:10 million (public domain), as the world-atlas package carries it; a cell is land when its
middle is. The Caspian is water, other lakes are land::

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python tools/make_land.py package/land-10m.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

OUT = Path(__file__).parents[1] / "src" / "forceflow" / "world" / "data" / "land.npz"
CELLS_PER_DEGREE = 20


def sides(file: Path) -> NDArray[np.float64]:
    """Sides of all rings, shape (n, 4): lon, lat, lon, lat, in degrees."""
    atlas = json.loads(file.read_text())
    (kx, ky), (tx, ty) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    arcs = [
        np.cumsum(np.array(arc, np.float64), axis=0) * (kx, ky) + (tx, ty) for arc in atlas["arcs"]
    ]
    shapes = atlas["objects"]["land"]["geometries"]
    found = []
    for shape in shapes:
        for polygon in shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]:
            for ring in polygon:
                points = np.concatenate([arcs[n] if n >= 0 else arcs[~n][::-1] for n in ring])
                points[:, 0] = np.unwrap(
                    points[:, 0], period=360.0
                )  # some lie over the antimeridian
                side = np.concatenate([points[:-1], points[1:]], axis=1)
                found += [
                    side + np.array([shift, 0.0, shift, 0.0]) for shift in (-360.0, 0.0, 360.0)
                ]
    return np.concatenate(found)


def rasterised(edges: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Rows from the south pole up, columns from 180 W east: whether the middle of the cell is inside."""
    rows, columns = 180 * CELLS_PER_DEGREE, 360 * CELLS_PER_DEGREE
    toggles = np.zeros((rows, columns + 1), np.bool_)
    for x0, y0, x1, y1 in edges:
        low, high = sorted((y0, y1))
        first = int(np.ceil((low + 90.0) * CELLS_PER_DEGREE - 0.5))
        last = int(np.ceil((high + 90.0) * CELLS_PER_DEGREE - 0.5))
        for row in range(max(first, 0), min(last, rows)):
            y = (row + 0.5) / CELLS_PER_DEGREE - 90.0
            x = x0 + (y - y0) * (x1 - x0) / (y1 - y0)
            column = int(np.ceil((x + 180.0) * CELLS_PER_DEGREE - 0.5))
            toggles[row, min(max(column, 0), columns)] ^= True
    return np.logical_xor.accumulate(toggles, axis=1)[:, :columns]


def main() -> None:
    """Read the file named on the command line and write the cells, eight to a byte."""
    land = rasterised(sides(Path(sys.argv[1])))
    np.savez_compressed(
        OUT, land=np.packbits(land, axis=1), cells_per_degree=np.int64(CELLS_PER_DEGREE)
    )
    print(f"{OUT.name}: {land.mean():.1%} of the cells are land, {OUT.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
