"""What each hedge means, as parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["LEXICON", "Lexicon"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """What each hedge means, as parameters; pass your own to `Quantity.parse`.

    The values are this library's modelling choices, scaled on a survey of 46 readers who gave numbers
    (zonination/perceptions); treat every geometric standard deviation (gsd) as a sensitivity parameter.

    Parameters
    ----------
    round_gsd
        gsd of a round number (bare, or hedged with about, some, roughly), by significant digits 1, 2, 3; a longer
        number is taken as exact unless hedged, and then has the last gsd.
    nearly_share
        Scale of the half-normal shortfall of "nearly n", as a share of n; cut at `nearly_cut` x n.
    over_share
        Mean of the exponential excess of "more than n", as a share of n.
    over_rate_share
        The same for a rate ("more than one flight a day"): such numbers are small and rounded down to the next whole,
        so the excess may be half of them.
    at_least_mean_ratio, at_least_k
        Prior over the true count behind "at least n": negative binomial with mean ratio x n and shape k, cut at n.
        A floor alone has no finite mean, so a proper prior is needed; 1.5 and 2 put the median near 1.8 n.
    couple, few, several, tens, dozens, scores, hundreds
        Quantifiers: probabilities by value for couple, else (median, gsd, lowest, highest). "Several hundred" is read
        as hundreds, "thousands" as ten times hundreds, "a handful" as a few.
    regular_per_week, daily_per_day
        Rate phrases, (median, gsd): "regular flights" is a statement about a rate and of low reliability.
    """

    round_gsd: tuple[float, float, float] = (1.20, 1.10, 1.05)
    nearly_share: float = 0.06
    nearly_cut: float = 0.2
    over_share: float = 0.10
    over_rate_share: float = 0.5
    at_least_mean_ratio: float = 1.5
    at_least_k: float = 2.0
    couple: tuple[tuple[float, float], ...] = ((2.0, 0.85), (3.0, 0.10), (4.0, 0.05))
    few: tuple[float, float, float, float] = (3.5, 1.3, 2.0, 8.0)
    several: tuple[float, float, float, float] = (6.0, 1.4, 3.0, 20.0)
    tens: tuple[float, float, float, float] = (36.0, 1.6, 20.0, 150.0)
    dozens: tuple[float, float, float, float] = (36.0, 1.6, 12.0, 150.0)
    scores: tuple[float, float, float, float] = (65.0, 1.8, 30.0, 400.0)
    hundreds: tuple[float, float, float, float] = (320.0, 1.6, 150.0, 2000.0)
    regular_per_week: tuple[float, float] = (3.0, 2.2)
    daily_per_day: tuple[float, float] = (1.0, 1.3)


LEXICON: Final = Lexicon()
