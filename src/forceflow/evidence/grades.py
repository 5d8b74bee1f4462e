"""What the letters of the Admiralty code mean as probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from ..errors import EventError

__all__ = ["GRADES", "Grades"]


def _prior_letters() -> dict[str, tuple[float, float]]:
    """Mean and effective number of reports of each letter, as long as no report was resolved."""
    return {
        "A": (0.95, 20.0),
        "B": (0.85, 15.0),
        "C": (0.70, 10.0),
        "D": (0.45, 8.0),
        "E": (0.20, 8.0),
        "F": (0.60, 2.0),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Grades:
    """What an Admiralty letter means as a probability; pass your own to `merge_claims`.

    The code carries no official probabilities. These are this library's choice: mean, and an effective number of
    resolved reports behind it, of a Beta prior per letter. F is "cannot be judged", which is unknown and not bad. The
    digit is not used: it grades the information by its agreement with other reports, and that agreement is already in
    the pooling.

    Parameters
    ----------
    letters
        (mean, effective number) by letter.
    broad_gsd
        Spread of what an unreliable report may say: a geometric standard deviation.
    birge_limit
        Totals that disagree by more than this many times their stated error are treated as in conflict.
    """

    letters: Mapping[str, tuple[float, float]] = field(default_factory=_prior_letters)
    broad_gsd: float = 3.0
    birge_limit: float = 1.5

    def reliability(self, grade: str) -> float:
        """Mean reliability of a source with a grade such as "B2"."""
        try:
            return self.letters[grade[:1]][0]
        except KeyError:
            raise EventError(
                f"no reliability for grade {grade!r}; letters known: {', '.join(self.letters)}"
            ) from None

    def updated(self, letter: str, *, right: int, wrong: int) -> Grades:
        """Grades after reports of sources with a letter were resolved: so many right, so many wrong."""
        if letter not in self.letters or right < 0 or wrong < 0:
            raise EventError(
                f"give a known letter ({', '.join(self.letters)}) and counts of 0 or more"
            )
        mean, size = self.letters[letter]
        # The mean and size of a Beta distribution after so many successes and failures.
        size_after = size + right + wrong
        mean_after = (mean * size + right) / size_after
        return replace(self, letters={**self.letters, letter: (mean_after, size_after)})


GRADES: Final = Grades()
