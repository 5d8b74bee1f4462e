"""What a number may come as: a number of any type, or a sample of equally likely values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, SupportsFloat, TypeGuard

from ..errors import QuantityError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Sample", "as_float", "as_floats", "is_sample"]


class Sample(Protocol):
    """Equally likely values: a numpy array, or a Series of pandas or polars."""

    @property
    def shape(self) -> tuple[int, ...]:
        """(n,)."""

    def __array__(self, *args: Any, **kwargs: Any) -> NDArray[Any]:
        """The values as numpy has them."""


def is_sample(value: object) -> TypeGuard[Sample]:
    """Whether a value is an array or a Series, and no single number of numpy."""
    return hasattr(value, "__array__") and getattr(value, "shape", ()) != ()


def as_float(value: object, *, name: str, wanted: str = "a number") -> float:
    """A number as a float.

    Raises
    ------
    QuantityError
        It is text, a time span, missing, or no number at all; the message names it.

    Examples
    --------
    >>> as_float(3, name="low")
    3.0
    """
    # A time span of numpy can be made a float, which counts its nanoseconds or its days.
    is_time = getattr(getattr(value, "dtype", None), "kind", "") in ("m", "M")
    if isinstance(value, str | bytes) or is_time or not isinstance(value, SupportsFloat):
        raise QuantityError(f"{name} must be {wanted}, got {value!r}")
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise QuantityError(f"{name} must be {wanted}, got {value!r}") from None


def as_floats(values: ArrayLike, *, name: str) -> NDArray[np.float64]:
    """Numbers as an array of floats.

    Raises
    ------
    QuantityError
        One of them is no number.

    Examples
    --------
    >>> as_floats([1, 2], name="weights").tolist()
    [1.0, 2.0]
    """
    import numpy as np

    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise QuantityError(f"{name} must be numbers, got {values!r}") from None
