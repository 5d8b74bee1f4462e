"""One number where no range is wanted: read as every other amount, and checked to be one."""

from __future__ import annotations

from ..errors import QuantityError
from .quantity import Quantity
from .units import same_unit
from .values import is_sample

__all__ = ["one_number"]


def one_number(value: object, *, name: str, unit: str = "") -> float:
    """Read an argument that must be one number: a number, a text such as "5,000", or a `Quantity` without doubt.

    Parameters
    ----------
    value
        What was given.
    name
        The argument, for the message.
    unit
        The unit that a text or a `Quantity` may name; "" for any.

    Raises
    ------
    QuantityError
        It is not understood, is in another unit, or is a range.

    Examples
    --------
    >>> one_number("5,000", name="total"), one_number(0.3, name="detection")
    (5000.0, 0.3)
    """
    try:
        # A sample or a tuple is a range; "nothing" has no single value and is refused below.
        if is_sample(value) or isinstance(value, tuple):
            found = Quantity.nothing("")
        else:
            found = Quantity.of(value)  # type: ignore[arg-type]
    except QuantityError as error:
        raise QuantityError(f"{name}: {error}") from None
    if found.family != "point" or found.per_day:
        raise QuantityError(f"{name} must be one number without a range, got {value!r}")
    if unit and not same_unit(found.unit, unit):
        raise QuantityError(f"{name}: {value!r} is in {found.unit!r}; give {unit}")
    return found.best
