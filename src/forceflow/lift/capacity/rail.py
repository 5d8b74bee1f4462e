"""How much a railway line delivers in a day: trains a day times the load of a train, division by division."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...arrays import Floats
from ...errors import EstimateError
from ...modes import MODES
from ...results.range import Range, figure, held
from ...results.range_table import parts_of, ranges_frame, table_html
from ...world.platforms.catalogue import FreightTrain, find_platform
from ..bridges.amounts import Amount, as_quantity
from ..bridges.draws import Draws
from .capacity import days_needed, tally

__all__ = ["RailCapacity", "RailDivision", "rail_capacity"]

TRAINS_BY_TRACKS = {1: 10.0, 2: 30.0}
"""Trains a day and direction where nothing but the number of tracks is known (TR0603, paragraph 2.13a)."""

NET_SHARE = 0.5
"""Freight as a share of all that the locomotive pulls (TR0603, paragraph 2.12)."""

_ONE_DIRECTION = 2.0
"""Trains meet on a single track: half of them run one way, and half come back."""


@dataclass(frozen=True, kw_only=True)
class RailDivision:
    """A stretch of line that one crew and one locomotive work.

    Parameters
    ----------
    name
        What to call it in results and messages.
    tracks
        1 or 2.
    length_km, speed_km_per_h, passing_tracks
        Length, average speed of a train with its halts, and places where trains can pass each other. Count no
        passing track within 8 km of another: so close together they let no further train through. All three
        together give the trains of a single track by formula.
    trains_per_day
        Trains a day in one direction, where that is known; the formula is then not used.
    other_trains_per_day
        Trains among these that carry no freight: passengers, troops, wounded.

    Raises
    ------
    EstimateError
        `tracks` is neither 1 nor 2, or only a part of the three inputs of the formula is given.

    Examples
    --------
    >>> RailDivision(name="coast", length_km=177, speed_km_per_h=16, passing_tracks=14).is_by_formula
    True
    """

    name: str
    tracks: int = 1
    length_km: Amount | None = None
    speed_km_per_h: Amount | None = None
    passing_tracks: Amount | None = None
    trains_per_day: Amount | None = None
    other_trains_per_day: Amount = 0.0

    def __post_init__(self) -> None:
        if self.tracks not in TRAINS_BY_TRACKS:
            raise EstimateError(
                f"division {self.name!r}: tracks must be 1 or 2, got {self.tracks!r}; "
                "for more tracks give trains_per_day"
            )
        inputs = (self.length_km, self.speed_km_per_h, self.passing_tracks)
        missing = sum(value is None for value in inputs)
        if missing not in (0, len(inputs)):
            raise EstimateError(
                f"division {self.name!r}: give length_km, speed_km_per_h and passing_tracks together, "
                "or none of them"
            )
        if missing == 0 and self.tracks != 1:
            raise EstimateError(
                f"division {self.name!r}: the formula is for a single track; "
                "for a double track give trains_per_day, or only tracks=2"
            )

    @property
    def is_by_formula(self) -> bool:
        """Whether its trains a day are computed from length, speed and passing tracks."""
        return self.trains_per_day is None and self.length_km is not None

    @property
    def is_by_rule_of_thumb(self) -> bool:
        """Whether nothing but its number of tracks is known."""
        return self.trains_per_day is None and self.length_km is None


@dataclass(frozen=True, kw_only=True)
class RailCapacity:
    """What a line of one or several divisions delivers in a day.

    Parameters
    ----------
    tonnes_per_day
        Freight delivered at the far end, in t/day: that of the weakest division.
    trains_per_day
        Freight trains a day in one direction through the weakest division.
    tonnes_per_train
        Freight of a train, in t.
    bounds_t_per_day
        By division: what it alone would pass, in t/day.
    bottleneck, bottleneck_share
        The division that is weakest most often, and the share of draws in which each one is.
    slack_share
        By division: the share of its bound that stays unused.
    notes
        What rests on a rule of thumb, one line each.
    by_draw
        Draws of "tonnes_per_day" and of the bound of each division, each of shape (draws,).
    coverage, draws, seed
        How the ranges were made.
    """

    tonnes_per_day: Range
    trains_per_day: Range
    tonnes_per_train: Range
    bounds_t_per_day: Mapping[str, Range]
    bottleneck: str
    bottleneck_share: Mapping[str, float]
    slack_share: Mapping[str, Range]
    notes: tuple[str, ...] = ()
    coverage: float = 0.9
    draws: int = 0
    seed: int = 0
    by_draw: Mapping[str, Floats] = field(repr=False, compare=False, default_factory=dict)

    def to_frame(self, *, backend: str = "polars") -> Any:
        """One row per number: name, low, middle, high, unit.

        Parameters
        ----------
        backend
            "polars", "pandas" or "pyarrow".
        """
        numbers = [
            ("tonnes_per_day", self.tonnes_per_day),
            ("trains_per_day", self.trains_per_day),
            ("tonnes_per_train", self.tonnes_per_train),
            *parts_of("bounds_t_per_day", self.bounds_t_per_day),
        ]
        return ranges_frame(numbers, backend=backend)

    def closure_days(self, tonnes: Amount) -> Range:
        """Days to deliver a requirement in t at the steady rate; infinite where no freight train runs."""
        requirement = as_quantity(tonnes, name="tonnes", unit="t")
        drawn = Draws(self.draws, self.seed, self.coverage)
        need_t = drawn.of(requirement, entity="requirement", purpose="tonnes")
        return drawn.range(days_needed(need_t, self.by_draw["tonnes_per_day"]), "days")

    @property
    def _headline(self) -> str:
        share = self.bottleneck_share[self.bottleneck]
        trains = figure(self.trains_per_day.middle)
        return (
            f"railway: {self.tonnes_per_day} by {trains} freight trains a day; "
            f"{self.bottleneck} is the weakest division in {share:.0%} of draws; "
            f"{held(self.coverage, self.draws)}"
        )

    def __str__(self) -> str:
        """The headline, and each note on a line of its own."""
        return "\n  note: ".join((self._headline, *self.notes))

    def _repr_html_(self) -> str:
        rows = [("load of a train", str(self.tonnes_per_train))]
        for name, bound in self.bounds_t_per_day.items():
            rows.append((name, f"{bound}; weakest in {self.bottleneck_share[name]:.0%}"))
        for note in self.notes:
            rows.append(("note", note))
        return table_html(self._headline, rows)


def rail_capacity(
    divisions: Iterable[RailDivision],
    *,
    gross_trailing_load_t: Amount | None = None,
    net_train_load_t: Amount | None = None,
    coverage: float = 0.9,
    draws: int = 4_000,
    seed: int = 0,
) -> RailCapacity:
    """Freight a railway delivers in a day: no more than its weakest division passes.

    Parameters
    ----------
    divisions
        The stretches of the line, in any order.
    gross_trailing_load_t
        All that the locomotive pulls, wagons and freight, in t; half of it is taken as freight.
    net_train_load_t
        Freight of a train, in t, in place of `gross_trailing_load_t`; with neither, that of the platform
        "freight train", a wide prior.
    coverage, draws, seed
        As in `airlift_capacity`.

    Raises
    ------
    EstimateError
        There is no division, two have one name, or both loads are given.

    Notes
    -----
    Train density (trains a day and direction) of a single track is
    ``(passing tracks + 1) / 2 x 24 h x speed / length``; it times the load of a train is the tonnage of a division,
    and the least of them is delivered at the end of the line. A fraction of a train is kept: over many days it is one.
    Source: US Army Transportation School, *Rail Operations Planning*, subcourse TR0603, edition 3, paragraphs 2.12 to
    2.16 (read in a public copy).

    Examples
    --------
    >>> line = [RailDivision(name=name, trains_per_day=n) for name, n in (("A", 10), ("B", 9), ("C", 11))]
    >>> print(rail_capacity(line, net_train_load_t="383 short tons"))
    railway: 3,127 t/day by 9 freight trains a day; B is the weakest division in 100% of draws; ranges hold 90% of
    4,000 draws
    """
    divisions = tuple(divisions)
    names = [division.name for division in divisions]
    if not names:
        raise EstimateError("a railway needs at least one RailDivision")
    if len(set(names)) < len(names):
        raise EstimateError(
            f"two divisions have one name, in {', '.join(names)}; name each its own"
        )
    drawn = Draws(draws, seed, coverage)
    load_t = _load_of_a_train(drawn, gross_trailing_load_t, net_train_load_t)
    trains = {division.name: _freight_trains(drawn, division) for division in divisions}
    bounds = {name: count * load_t for name, count in trains.items()}
    tonnes = np.minimum.reduce(list(bounds.values()))
    bottleneck, share, slack = tally(bounds, tonnes, drawn=drawn)
    return RailCapacity(
        tonnes_per_day=drawn.range(tonnes, "t/day"),
        trains_per_day=drawn.range(np.minimum.reduce(list(trains.values())), "trains/day"),
        tonnes_per_train=drawn.range(load_t, "t"),
        bounds_t_per_day=drawn.ranges(bounds, "t/day"),
        bottleneck=bottleneck,
        bottleneck_share=share,
        slack_share=slack,
        notes=tuple(_rule_of_thumb_notes(divisions)),
        coverage=coverage,
        draws=draws,
        seed=seed,
        by_draw={"tonnes_per_day": tonnes, **bounds},
    )


def _load_of_a_train(drawn: Draws, gross: Amount | None, net: Amount | None) -> Floats:
    """Freight of a train in t, shape (draws,)."""
    if gross is not None and net is None:
        quantity = as_quantity(gross, name="gross_trailing_load_t", unit="t", may_be_0=False)
        return NET_SHARE * drawn.of(quantity, entity="railway", purpose="gross load")
    if gross is None:
        if net is None:
            train = find_platform(MODES["rail"].generic_platform)
            assert isinstance(train, FreightTrain)
            net = train.cargo_t
        quantity = as_quantity(net, name="net_train_load_t", unit="t", may_be_0=False)
        return drawn.of(quantity, entity="railway", purpose="net load")
    raise EstimateError("give gross_trailing_load_t or net_train_load_t, not both")


def _freight_trains(drawn: Draws, division: RailDivision) -> Floats:
    """Trains a day and direction that are left for freight, shape (draws,)."""
    others = _drawn_input(drawn, division, "other_trains_per_day", "trains/day")
    # Other trains take the place of as many freight trains, and cannot take more than there are.
    return np.maximum(_train_density(drawn, division) - others, 0.0)


def _train_density(drawn: Draws, division: RailDivision) -> Floats:
    """Trains a day and direction that can be run safely, shape (draws,)."""
    if division.is_by_rule_of_thumb:
        return np.full(drawn.n, TRAINS_BY_TRACKS[division.tracks])
    if not division.is_by_formula:
        return _drawn_input(drawn, division, "trains_per_day", "trains/day")
    length_km = _drawn_input(drawn, division, "length_km", "km", may_be_0=False)
    speed_km_per_h = _drawn_input(drawn, division, "speed_km_per_h", "km/h", may_be_0=False)
    passing_tracks = _drawn_input(drawn, division, "passing_tracks", "passing tracks")
    # Without a passing track one train at a time is on the line: the 1 of the formula.
    trips_of_one_train = 24.0 * speed_km_per_h / length_km
    return (passing_tracks + 1.0) / _ONE_DIRECTION * trips_of_one_train


def _drawn_input(
    drawn: Draws, division: RailDivision, name: str, unit: str, *, may_be_0: bool = True
) -> Floats:
    """Draws of one input of a division, read and checked, shape (draws,)."""
    label = f"{name} of division {division.name!r}"
    quantity = as_quantity(
        getattr(division, name), name=label, unit=unit, may_be_0=may_be_0, daily=True
    )
    return drawn.of(quantity, entity=f"division {division.name}", purpose=name)


def _rule_of_thumb_notes(divisions: Sequence[RailDivision]) -> list[str]:
    notes = []
    for division in divisions:
        if division.is_by_rule_of_thumb:
            trains = TRAINS_BY_TRACKS[division.tracks]
            notes.append(
                f"{division.name}: {trains:.0f} trains a day is a rule of thumb for {division.tracks} track(s); "
                "length_km, speed_km_per_h and passing_tracks would give its own number"
            )
    return notes
