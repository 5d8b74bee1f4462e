"""`Quantity`: a published number with its hedge."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from ..errors import QuantityError
from .distributions import INVERSE, Family, summary
from .fitting import are_whole, check_range, check_units
from .formatting import printed
from .lexicon import LEXICON, Lexicon
from .units import is_measured, same_unit
from .values import Sample, as_float, as_floats, is_sample

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

__all__ = ["READERS", "Quantity", "build"]

_WANTED: Final = "a number, a tuple of two or three, an array, words or a Quantity"
_MAKE_A_COUNT: Final = "make the rate a count with over_days first"
READERS: Final[dict[str, Callable[..., Quantity]]] = {}
"""Readers of words, "printed" and "entered": they lie above this module, and the package registers them here."""


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """A number as published: its range, its hedge and its words.

    ``Quantity(low, best, high)`` is a PERT distribution: nothing below `low` or above `high`, most likely at `best`.
    `Quantity.parse` reads hedged words; there `low`, `best` and `high` are the 5, 50 and 95 % points.

    Parameters
    ----------
    low, best, high
        The range, in `unit`; NaN in all three when the words carry no number.
    unit
        What is counted or measured: "vehicles", "t", "sorties".
    words
        The words it was read from.
    family, params
        The distribution and its parameters; set by the constructors.
    per_day
        True for a rate: the number is movements per day until `over_days` makes it a count.
    whole
        True when draws are whole numbers.

    Examples
    --------
    >>> nearly = Quantity.parse("nearly 100 vehicles")
    >>> print(nearly)
    96 vehicles (88 to 100), from 'nearly 100 vehicles'
    >>> Quantity.parse("at least 400").low
    400.0
    """

    low: float
    best: float
    high: float
    unit: str = ""
    words: str = ""
    family: Family = field(default="pert", kw_only=True)
    params: tuple[float, ...] = field(default=(), kw_only=True)
    per_day: bool = field(default=False, kw_only=True)
    whole: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        for name in ("low", "best", "high"):
            object.__setattr__(self, name, as_float(getattr(self, name), name=name))
        if self.family == "none":
            return
        check_range(self.low, self.best, self.high, self.words)
        if self.family == "pert":
            if math.isinf(self.high):
                raise QuantityError(
                    "an open upper end needs words: use Quantity.parse('at least n') instead"
                )
            object.__setattr__(self, "params", (self.low, self.best, self.high))

    def _key(self) -> tuple[Any, ...]:
        """What makes two quantities equal; NaN in the range of one without content is left out."""
        return (self.family, self.params, self.unit, self.words, self.per_day, self.whole)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Quantity):
            return NotImplemented
        return self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    # -- constructors ------------------------------------------------------------------------------------------

    @classmethod
    def exactly(cls, value: float, *, unit: str = "", words: str = "") -> Quantity:
        """A number known without error."""
        return build("point", (as_float(value, name="value"),), unit=unit, words=words, whole=False)

    @classmethod
    def between(cls, low: float, high: float, *, unit: str = "", words: str = "") -> Quantity:
        """Anything from `low` to `high`, all equally likely."""
        low, high = as_float(low, name="low"), as_float(high, name="high")
        if low > high:
            raise QuantityError(f"between {low:g} and {high:g}: the lower end comes first")
        return build("uniform", (low, high), unit=unit, words=words, whole=False)

    @classmethod
    def at_least(
        cls,
        floor: float,
        *,
        unit: str = "",
        words: str = "",
        prior_mean: float | None = None,
        k: float | None = None,
        lexicon: Lexicon = LEXICON,
    ) -> Quantity:
        """A floor: right-censored, with a negative binomial prior above it.

        Parameters
        ----------
        floor
            The published number; the truth is not below it.
        prior_mean, k
            Mean and shape of the prior before the cut at `floor`; by default from `lexicon`.
        """
        floor = as_float(floor, name="floor")
        mean = lexicon.at_least_mean_ratio * floor if prior_mean is None else prior_mean
        shape = lexicon.at_least_k if k is None else k
        if floor < 0 or not mean > 0 or not shape > 0:
            raise QuantityError(
                f"at least {floor:g}: floor >= 0, prior mean > 0 and k > 0 are needed"
            )
        # "At least 2 km" is measured and need not be whole; "at least 2 trucks" is counted.
        whole = float(floor).is_integer() and not is_measured(unit)
        params = (float(floor), float(mean), float(shape))
        return build("at_least", params, unit=unit, words=words, whole=whole)

    @classmethod
    def lognormal(
        cls,
        median: float,
        gsd: float,
        *,
        lowest: float = 0.0,
        highest: float = math.inf,
        unit: str = "",
        words: str = "",
        per_day: bool = False,
        whole: bool = False,
    ) -> Quantity:
        """Log-normal with the given median and geometric standard deviation, cut to [lowest, highest]."""
        median, gsd = as_float(median, name="median"), as_float(gsd, name="gsd")
        if not (median > 0 and gsd >= 1 and lowest < highest):
            raise QuantityError(
                f"log-normal needs median > 0, gsd >= 1, lowest < highest; got {median:g}, {gsd:g}"
            )
        params = (median, gsd, lowest, highest)
        return build("lognormal", params, unit=unit, words=words, per_day=per_day, whole=whole)

    @classmethod
    def nothing(cls, words: str, *, unit: str = "") -> Quantity:
        """Words that carry no number ("large amounts"): kept, and without any effect."""
        return cls(math.nan, math.nan, math.nan, unit, words, family="none")

    @classmethod
    def pool(cls, parts: Sequence[Quantity], *, weights: Sequence[float] | None = None) -> Quantity:
        """Linear pool: with probability `weights` (equal by default) the truth is as one of the parts says.

        Disagreement between the parts is kept: the pool is as wide as they are apart. Its inverse distribution
        function is a table of 401 points, from 20,000 quantiles of each part.

        Raises
        ------
        QuantityError
            No part carries a number, their units do not fit, or the weights are wrong.

        Examples
        --------
        >>> heavy, light = Quantity.parse("7 t"), Quantity.parse("5,000 kg")
        >>> Quantity.pool([heavy, light.times(0.001, unit="t")]).unit
        't'
        """
        from .combining import check_shares, mixture_table

        if not isinstance(parts, Iterable) or isinstance(parts, str):
            raise QuantityError(f"a pool needs several quantities, got {parts!r}")
        given = [part for part in map(_check_quantity, parts) if part.has_content]
        check_units(given, "pool")
        if not given:
            raise QuantityError("nothing to pool: no part carries a number")
        if len({part.per_day for part in given}) > 1:
            raise QuantityError(f"cannot pool a rate with a count; {_MAKE_A_COUNT}")
        shares = check_shares(weights, len(given))
        if len(given) == 1:
            return given[0]
        table = mixture_table([part.quantile for part in given], shares)
        words = " / ".join(dict.fromkeys(part.words for part in given if part.words))
        return cls.from_table(table, like=given[0], words=words, whole=are_whole(given))

    @classmethod
    def from_table(
        cls, values: ArrayLike, *, like: Quantity, words: str, whole: bool = False
    ) -> Quantity:
        """Build a quantity from its quantiles at equal steps from 0 to 1; `like` gives the unit, per day or not."""
        from .combining import check_table

        params = check_table(values)
        return build(
            "table", params, unit=like.unit, words=words, per_day=like.per_day, whole=whole
        )

    def plus(self, other: Quantity) -> Quantity:
        """Sum of two independent quantities of one unit, from 1,000 quantiles of each."""
        check_units([self, _check_quantity(other)], "add")
        if self.per_day != other.per_day:
            raise QuantityError(f"cannot add a rate and a count; {_MAKE_A_COUNT}")
        words = " + ".join(part.words for part in (self, other) if part.words)
        return self._with(other, "add", unit=self.unit or other.unit, words=words)

    def by(self, other: Quantity, *, unit: str = "", words: str = "") -> Quantity:
        """Product of two independent quantities (kilometres of column by vehicles per kilometre)."""
        return self._with(_check_quantity(other), "multiply", unit=unit, words=words or self.words)

    def _with(self, other: Quantity, operation: str, *, unit: str, words: str) -> Quantity:
        import numpy as np

        from .combining import pairs_table

        per_day = self.per_day or other.per_day
        if self.family == other.family == "point":
            value = float(getattr(np, operation)(self.best, other.best))
            return build("point", (value,), unit=unit, words=words, per_day=per_day)
        table = pairs_table(self.quantile, other.quantile, getattr(np, operation))
        whole = are_whole((self, other))
        joined = Quantity.from_table(table, like=self, words=words, whole=whole)
        return replace(joined, unit=unit, per_day=per_day)

    @classmethod
    def sample(cls, values: ArrayLike | Sample, *, unit: str = "", words: str = "") -> Quantity:
        """One of these values, each as likely as the others: observed ground times, draws of another model.

        Parameters
        ----------
        values
            A 1-D array or a Series, shape (n,). Their order means nothing: two samples are drawn independently, row k
            of one is not paired with row k of the other.

        Raises
        ------
        QuantityError
            There is no value, one is NaN or infinite, or they are no numbers in one dimension.
        """
        import numpy as np

        from .combining import sample_counts

        value, count = sample_counts(values)
        if value.size == 1:
            return cls.exactly(value[0], unit=unit, words=words)
        size = int(count.sum())
        low, best, high = np.repeat(value, count)[[(size * k - 1) // 20 for k in (1, 10, 19)]]
        params = tuple(np.stack([value, count], axis=1).ravel().tolist())
        return cls(low, best, high, unit, words, family="pmf", params=params)

    @classmethod
    def of(
        cls, value: Quantity | float | tuple[float, ...] | str | Sample, *, unit: str = ""
    ) -> Quantity:
        """A quantity from whatever an analyst has.

        Parameters
        ----------
        value
            A number, (low, high), (low, best, high), words, a 1-D array or Series of equally likely values (see
            `sample`), or a quantity. Words are data that the user enters: round numbers are exact, and three numbers
            in a row are low, best, high ("400 600 900 t"); see `parse`.

        Examples
        --------
        >>> print(Quantity.of("35,000", unit="t"), Quantity.of("7 500").best, Quantity.of("400 600 900").high)
        35,000 t 7500.0 900.0
        """
        if isinstance(value, Quantity):
            return value
        if isinstance(value, str):
            return READERS["entered"](value, unit=unit)
        if isinstance(value, tuple):
            ends = [_read_end(part, value, unit) for part in value]
            if len(ends) == 2:
                return cls.between(ends[0], ends[1], unit=unit)
            if len(ends) == 3:
                return cls(ends[0], ends[1], ends[2], unit)
            raise QuantityError(f"a tuple needs (low, high) or (low, best, high), got {value!r}")
        if is_sample(value):
            return cls.sample(value, unit=unit)
        if not math.isfinite(number := as_float(value, name="a quantity", wanted=_WANTED)):
            raise QuantityError(f"a quantity needs a finite number, got {value!r}")
        return cls.exactly(number, unit=unit)

    @classmethod
    def parse(
        cls,
        words: str,
        *,
        unit: str = "",
        lexicon: Lexicon = LEXICON,
        round_numbers: Literal["about", "exact"] = "about",
    ) -> Quantity:
        """Read a printed number with its hedge.

        Parameters
        ----------
        words
            As printed: "nearly 100", "at least 400 soldiers", "several", "more than one flight a day", "5 to 9".
        unit
            What is counted; by default the words after the number.
        lexicon
            What each hedge means.
        round_numbers
            How to read a round number without a hedge: "about" that number, as in the words of a source, or "exact",
            as in data that the user enters. See the notes.

        Returns
        -------
        Quantity
            With family "none" for words known to carry no number ("large amounts").

        Raises
        ------
        QuantityError
            The words are not understood, or are longer than 500 characters; nothing is guessed. The message names the
            word where reading stopped.

        Notes
        -----
        The rule for round numbers. In words printed by a source, a number without a hedge that ends in zero, is at
        least 10 and has at most two significant digits is read as "about" that number: "20", "1,200", "1 200",
        "twenty", "1.2 thousand". Data that the user enters (a number, a cell, an argument) is exact unless it has a
        hedge; `Quantity.of` reads it so. A dozen or a score is a rough number in both.

        Examples
        --------
        >>> Quantity.parse("two to three hundred").low, Quantity.parse("20-plus trucks").family
        (200.0, 'at_least')
        >>> Quantity.parse("20").family, Quantity.parse("20", round_numbers="exact").family
        ('lognormal', 'point')
        """
        if round_numbers not in ("about", "exact"):
            raise QuantityError(f"round_numbers is 'about' or 'exact', got {round_numbers!r}")
        return READERS["printed"](words, unit=unit, lexicon=lexicon, rough=round_numbers == "about")

    # -- reading it --------------------------------------------------------------------------------------------

    @property
    def has_content(self) -> bool:
        """False for words that carry no number."""
        return self.family != "none"

    @property
    def is_censored(self) -> bool:
        """True when only one side was published ("at least", "up to")."""
        return self.family in ("at_least", "at_most")

    @property
    def ends(self) -> tuple[float, float]:
        """Least and greatest value of a sample or a pool; `low` and `high` of any other."""
        if self.family == "pmf":
            return min(self.params[::2]), max(self.params[::2])
        if self.family == "table":
            return self.params[0], self.params[-1]
        return self.low, self.high

    def quantile(self, p: ArrayLike) -> NDArray[np.float64]:
        """Value below which the truth lies with probability `p` (inverse of the distribution function)."""
        import numpy as np

        u = as_floats(p, name="probabilities")
        if self.family == "none":
            raise QuantityError(f"{self.words!r} carries no number; there is nothing to draw")
        if u.size and not (u.min() >= 0 and u.max() <= 1):
            raise QuantityError("a probability lies between 0 and 1")
        value = np.asarray(INVERSE[self.family](u, self.params, self.whole), dtype=np.float64)
        if self.whole:
            return np.rint(value)
        return value

    def interval(self, coverage: float = 0.9) -> tuple[float, float]:
        """Central range that holds the truth with probability `coverage`."""
        if not 0 < as_float(coverage, name="coverage") < 1:
            raise QuantityError(f"coverage lies above 0 and below 1, got {coverage!r}")
        tail = (1 - coverage) / 2
        low, high = self.quantile([tail, 1 - tail])
        return float(low), float(high)

    def draw(self, n: int, *, seed: int, entity: str, purpose: str) -> NDArray[np.float64]:
        """`n` draws that depend only on (seed, purpose, entity, number of the draw); shape (n,)."""
        from ..kernels.addressed import uniforms

        return self.quantile(uniforms(seed, purpose, entity, n))

    # -- making others of it -----------------------------------------------------------------------------------

    def times(self, factor: float, *, unit: str | None = None) -> Quantity:
        """The same quantity on another scale (vehicles per column, days in a window, short tons to tonnes)."""
        factor = as_float(factor, name="a scale factor")
        if not factor > 0 or math.isinf(factor):
            raise QuantityError(f"a scale factor is positive and finite, got {factor!r}")
        if not self.has_content:
            return self
        from .combining import scale_params

        return build(
            self.family,
            scale_params(self.family, self.params, factor),
            unit=self.unit if unit is None else unit,
            words=self.words,
            per_day=self.per_day,
            whole=self.whole and float(factor).is_integer() and self.family != "lognormal",
        )

    def over_days(self, days: float, *, unit: str | None = None) -> Quantity:
        """Turn a rate into the count of a window of `days`; a count stays as it is."""
        if not self.per_day:
            return self
        return replace(self.times(days, unit=unit), per_day=False)

    def to_json(self) -> str:
        """One line from which `from_json` makes an equal quantity."""
        spec: dict[str, Any] = {"family": self.family, "params": self.params}
        for name in ("unit", "words", "per_day", "whole"):
            # What is empty or False is the default, and is left out of the line.
            if getattr(self, name):
                spec[name] = getattr(self, name)
        return json.dumps(spec)

    @classmethod
    def from_json(cls, text: str) -> Quantity:
        """Read what `to_json` wrote."""
        try:
            spec = json.loads(text)
            family, params = spec.pop("family"), tuple(float(x) for x in spec.pop("params"))
            if family == "none":
                return cls.nothing(spec.get("words", ""), unit=spec.get("unit", ""))
            return build(family, params, **{"unit": "", "words": "", **spec})
        except (ValueError, LookupError, ArithmeticError, TypeError, AttributeError) as error:
            raise QuantityError(f"not a quantity: {text!r} ({error})") from None

    def __str__(self) -> str:
        return printed(self)

    def _repr_html_(self) -> str:
        import html

        return f"<span title='{html.escape(self.family)}'>{html.escape(str(self))}</span>"


def _check_quantity(value: object) -> Quantity:
    """A quantity that joins others; numbers and words have no unit of their own and are refused."""
    if not isinstance(value, Quantity):
        raise QuantityError(
            f"a Quantity was wanted, got {value!r}; make one with Quantity.of({value!r}, unit=...)"
        )
    return value


def _read_end(part: object, given: tuple[object, ...], unit: str) -> float:
    """One number of a tuple; text is read as everywhere."""
    if isinstance(part, tuple) or is_sample(part):
        raise QuantityError(f"{part!r} in {given!r} is not one number")
    number = Quantity.of(part)  # type: ignore[arg-type]
    if number.family != "point" or number.per_day:
        raise QuantityError(f"{part!r} in {given!r} is not one number")
    if number.unit and not (unit and same_unit(number.unit, unit)):
        wanted = f" of {unit}" if unit else ""
        raise QuantityError(f"{part!r} in {given!r} has a unit of its own; give numbers{wanted}")
    return number.best


def build(
    family: Family,
    params: tuple[float, ...],
    *,
    unit: str,
    words: str,
    per_day: bool = False,
    whole: bool = False,
) -> Quantity:
    """Make a quantity of a family; low, best and high follow from its parameters."""
    if family == "pert":
        return Quantity(params[0], params[1], params[2], unit, words, per_day=per_day, whole=whole)
    low, best, high = summary(family, params, whole)
    return Quantity(
        low, best, high, unit, words, family=family, params=params, per_day=per_day, whole=whole
    )
