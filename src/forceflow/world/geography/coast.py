"""The coastline and the countries of Natural Earth at 1:110 million, offline.

Public domain; see README.md beside the data.  At this scale a coast may be off by some ten kilometres and small islands
are missing: good for maps and for telling land from sea on long lines, not for pilotage.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from ...errors import AmbiguousNameError, UnknownNameError
from ..names import DATA, fold
from .countries import all_countries, countries_named, countries_with_code, names_with_codes

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from .geodesy import Flags, Floats

__all__ = ["coastline", "countries", "on_land"]


@cache
def _stored_arrays() -> Mapping[str, NDArray[np.generic]]:
    with (DATA / "coastline.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
        return dict(stored)


def _split_lines(points: str, starts: str) -> tuple[Floats, ...]:
    """Lines that are stored one after the other, and where each begins."""
    stored = _stored_arrays()
    lines = np.split(stored[points].astype(np.float64), stored[starts][1:-1])
    for line in lines:
        # The arrays are kept for the whole process and given to every caller.
        line.setflags(write=False)
    return tuple(lines)


@cache
def coastline() -> tuple[Floats, ...]:
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
    return _split_lines("coast", "coast_start")


@cache
def _land_rings() -> tuple[Floats, ...]:
    return _split_lines("land", "land_start")


@cache
def countries() -> Mapping[str, tuple[Floats, ...]]:
    """Outer and inner rings of each country, by its English name in Natural Earth."""
    stored = _stored_arrays()
    names = list(map(str, stored["country_name"]))
    rings: dict[str, tuple[Floats, ...]] = dict.fromkeys(names, ())
    for ring, owner in zip(_land_rings(), stored["land_country"].tolist(), strict=True):
        rings[names[owner]] += (ring,)
    return rings


@cache
def _names_on_map() -> Mapping[str, str]:
    """English names in Natural Earth by folded name."""
    return {fold(name): name for name in countries()}


@cache
def _country_of_code() -> Mapping[str, str]:
    """English names in Natural Earth by alpha-2 code, for the countries that are not too small for the scale."""
    stored = _stored_arrays()
    index: dict[str, str] = {}
    for name, iso in zip(stored["country_name"], stored["country_iso3"], strict=True):
        # Some have no code there: "-99".
        nations = countries_with_code(str(iso)) or countries_named(str(name))
        if nations:
            index[nations[0].code] = str(name)
    return index


def find_country(name: str, *, others: Iterable[str] = ()) -> str:
    """The English name in Natural Earth of the country whose airspace is meant by a name or an ISO 3166 code.

    Raises
    ------
    UnknownNameError
        The name is unknown (`others` are suggested too), or the country is too small for the map.
    AmbiguousNameError
        Several countries have the name.
    """
    exact = _names_on_map().get(fold(name))
    if exact is not None:
        return exact
    nations = countries_named(name) or countries_with_code(name.strip().upper())
    if len(nations) > 1:
        raise AmbiguousNameError("airspace", name, names_with_codes(nations))
    if not nations:
        known = [*others, *countries()]
        for nation in all_countries().values():
            known += nation.names
        raise UnknownNameError("airspace", name, known)
    (nation,) = nations
    if nation.code not in _country_of_code():
        raise UnknownNameError(
            "airspace",
            name,
            (),
            otherwise=f"{nation.name} is too small for the map of airspaces (Natural Earth, 1:110 million)",
        )
    return _country_of_code()[nation.code]


def inside(rings: tuple[Floats, ...], lon: Floats, lat: Floats) -> Flags:
    """Which points lie inside an odd number of the rings (even-odd rule, straight sides in lon and lat)."""
    odd = np.zeros(lon.shape, np.bool_)
    for ring in rings:
        west, south = ring.min(axis=0)
        east, north = ring.max(axis=0)
        # The box of a ring is quick to test and rules out most points.
        across = (lon >= west) & (lon <= east)
        upright = (lat >= south) & (lat <= north)
        near = np.flatnonzero(across & upright)
        if near.size == 0:
            continue
        x, y = lon[near, None], lat[near, None]
        x0, y0 = ring[:-1].T
        x1, y1 = ring[1:].T
        straddles = (y0 > y) != (y1 > y)
        # A level side never straddles the point: any divisor but 0 will do for it.
        slope = (x1 - x0) / np.where(y1 == y0, 1.0, y1 - y0)
        crossings = np.count_nonzero(straddles & (x < x0 + (y - y0) * slope), axis=1)
        odd[near] ^= crossings % 2 == 1
    return odd


def on_land(lon: ArrayLike, lat: ArrayLike) -> Flags:
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
    return inside(_land_rings(), x, y)
