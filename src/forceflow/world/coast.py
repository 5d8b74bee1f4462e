"""The coastline and the countries of Natural Earth at 1:110 million, offline.

Public domain; see README.md beside the data.  At this scale a coast may be off by some ten kilometres and small islands
are missing: good for maps and for telling land from sea on long lines, not for pilotage.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from forceflow.errors import UnknownNameError
from forceflow.world.places import DATA, airfield_positions, fold

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["coastline", "countries", "on_land"]


@cache
def _arrays() -> Mapping[str, NDArray[np.generic]]:
    with (DATA / "coastline.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def _split(points: str, starts: str) -> tuple[NDArray[np.float64], ...]:
    stored = _arrays()
    lines = np.split(stored[points].astype(np.float64), stored[starts][1:-1])
    for line in lines:
        line.setflags(write=False)
    return tuple(lines)


@cache
def coastline() -> tuple[NDArray[np.float64], ...]:
    """Coastlines of the world, without land borders.

    Returns
    -------
    tuple of ndarray
        Lines of shape (points, 2): longitude and latitude, degrees; none of them crosses the antimeridian.

    Notes
    -----
    Natural Earth 1:110m Admin 0 countries (public domain); the sides two countries share are left out.

    Examples
    --------
    >>> len(coastline()) > 200
    True
    """
    return _split("coast", "coast_start")


@cache
def _rings() -> tuple[NDArray[np.float64], ...]:
    return _split("land", "land_start")


@cache
def countries() -> Mapping[str, tuple[NDArray[np.float64], ...]]:
    """Outer and inner rings of each country, by its English name in Natural Earth."""
    owner, names = _arrays()["land_country"], _arrays()["country_name"]
    return {
        str(name): tuple(ring for ring, of in zip(_rings(), owner, strict=True) if of == number)
        for number, name in enumerate(names)
    }


@cache
def _country_index() -> Mapping[str, str]:
    index = {fold(name): name for name in countries()}
    for name, iso in zip(_arrays()["country_name"], _arrays()["country_iso3"], strict=True):
        if str(iso) != "-99":
            index[fold(str(iso))] = str(name)
    index |= {"turkiye": "Turkey", "usa": "United States of America", "uk": "United Kingdom"}
    return index


def find_country(name: str) -> str:
    """The English name of a country in Natural Earth, from a name or an ISO 3166 code of two or three letters."""
    found = _country_index().get(fold(name))
    if found is None and len(name) == 2:
        found = _country_of_alpha_2().get(name.upper())
    if found is None:
        raise UnknownNameError("country", name, countries())
    return found


def country_code(name: str) -> str:
    """ISO 3166 alpha-2 code of a country by its name in Natural Earth, or "" where that is none."""
    found = _country_index().get(fold(name))
    if found is None:
        return ""
    return next((code for code, country in _country_of_alpha_2().items() if country == found), "")


@cache
def _country_of_alpha_2() -> Mapping[str, str]:
    """Countries by alpha-2 code, which Natural Earth lacks: most airfields of the one lie in the other, and in turn.

    Without those that are too small for the scale (Singapore) or have no airfield on land there.
    """
    listed, positions = airfield_positions()
    codes, (lon, lat) = np.array(listed), np.array(positions, np.float64).T
    every = Counter(listed)
    index = {}
    for name, rings in countries().items():
        held = Counter(codes[inside(rings, lon, lat)].tolist())
        for code, number in held.items():
            if 2 * number >= max(held.total(), every[code]):
                index[code] = name
    return index


def inside(
    rings: tuple[NDArray[np.float64], ...], lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Which points lie inside an odd number of the rings (even-odd rule, straight sides in lon and lat)."""
    odd = np.zeros(lon.shape, np.bool_)
    for ring in rings:
        low, high = ring.min(axis=0), ring.max(axis=0)
        near = np.flatnonzero((lon >= low[0]) & (lon <= high[0]) & (lat >= low[1]) & (lat <= high[1]))
        if near.size == 0:
            continue
        x, y = lon[near, None], lat[near, None]
        (x0, y0), (x1, y1) = ring[:-1].T, ring[1:].T
        straddles = (y0 > y) != (y1 > y)
        slope = (x1 - x0) / np.where(y1 == y0, 1.0, y1 - y0)
        crossings = np.count_nonzero(straddles & (x < x0 + (y - y0) * slope), axis=1)
        odd[near] ^= crossings % 2 == 1
    return odd


def on_land(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.bool_]:
    """Whether points lie on land.

    Parameters
    ----------
    lon, lat
        Degrees, shape (n,).

    Returns
    -------
    ndarray
        Shape (n,), bool.

    Examples
    --------
    >>> on_land([36.29, 33.0], [33.51, 33.0]).tolist()
    [True, False]
    """
    x = np.atleast_1d(np.asarray(lon, np.float64))
    y = np.atleast_1d(np.asarray(lat, np.float64))
    return inside(_rings(), x, y)
