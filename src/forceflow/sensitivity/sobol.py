"""Which inputs an answer depends on, and what an observation would leave of its width; for any model by draws."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Floats
from ..errors import EstimateError
from ..results.monte_carlo import mean_error
from ..results.progress import progress
from ..results.range import Range

__all__ = [
    "REPLICATES",
    "STUDENT_95",
    "Model",
    "as_observation",
    "left_variance",
    "risk_after",
    "total_indices",
    "width_after",
]


REPLICATES = 8
STUDENT_95 = 1.894579
"""95 % point of Student's t with 7 degrees of freedom, for the 8 replicates."""

Model = Callable[[frozenset[str], int], Floats]
"""``model(anew, replicate)``: draws of the answer with the inputs named in `anew` drawn again and all others as before.

Called with the same replicate it must keep every draw of an input that is not named."""


def total_indices(
    model: Model, groups: Mapping[str, Collection[str]], *, replicates: int = 8
) -> dict[str, Floats]:
    """Total Sobol index of each group of inputs, one value per replicate, shape (replicates,).

    Parameters
    ----------
    model
        See `Model`.
    groups
        Inputs that are taken together, by the name of the group: a single one, or all that depend on each other.
    replicates
        How many independent ones; their scatter is the Monte Carlo error.

    Raises
    ------
    EstimateError
        The answer does not vary.

    Notes
    -----
    ST = E[V(Y | all but the group)] / V(Y), by Jansen (1999): half the mean square of what changes when the group is
    drawn again, over the variance. The first-order index of a group is 1 less the total index of all the others.

    Examples
    --------
    >>> from forceflow.kernels.addressed import uniforms
    >>> def model(anew, replicate):
    ...     a, b = (uniforms(replicate, "again" if name in anew else "first", name, 4096) for name in ("a", "b"))
    ...     return 2 * a + b
    >>> {name: round(float(index.mean()), 1) for name, index in total_indices(model, {"a": "a", "b": "b"}).items()}
    {'a': 0.8, 'b': 0.2}
    """
    found = {name: np.empty(replicates) for name in groups}
    for replicate in progress(range(replicates), total=replicates, label="drawing inputs again"):
        base = model(frozenset(), replicate)
        variance = float(base.var())
        if variance == 0:
            raise EstimateError("nothing varies, so there is nothing to rank")
        for name, group in groups.items():
            # Jansen: half the mean square of what changes when the group alone is drawn again.
            change = base - model(frozenset(group), replicate)
            mean_square = float((change**2).mean())
            found[name][replicate] = mean_square / (2 * variance)
    return found


def left_variance(outcome: Floats, signal: Floats) -> float:
    """Variance of the outcome about a straight line through the signal, within one class of it."""
    n, fitted = outcome.size, 1
    left, centred = outcome - outcome.mean(), signal - signal.mean()
    # About a line, so that coarse classes do not look like uncertainty.
    if n > 2 and np.ptp(signal) > 0:
        left = left - centred * float(centred @ left) / float(centred @ centred)
        fitted = 2
    return float(left @ left) / max(n - fitted, 1)


def risk_after(
    outcome: ArrayLike,
    signal: ArrayLike,
    *,
    classes: int = 32,
    risk: Callable[[Any, Any], float] = left_variance,
) -> float:
    """Risk that is expected to remain once a signal has been observed (preposterior analysis).

    Parameters
    ----------
    outcome
        Equally likely values of what matters, shape (n,); or of the gain of each action, shape (actions, n).
    signal
        What would be observed together with each, shape (n,).
    classes
        A signal of more different values than this is cut into so many classes of equal size.
    risk
        Of the outcomes and signals in one class; by default `left_variance`.

    Returns
    -------
    float
        Mean risk over the classes, by their share. With variances: E[V(outcome | signal)].

    Raises
    ------
    EstimateError
        Outcomes and signals differ in number, or there are none.

    Notes
    -----
    Raiffa & Schlaifer, Applied Statistical Decision Theory (1961). With `risk` the negative gain of the best action,
    the fall of the risk is the expected value of the information.

    Examples
    --------
    >>> risk_after([10.0, 12.0, 30.0, 32.0], [1, 1, 2, 2])
    2.0
    """
    values, seen = np.asarray(outcome, dtype=np.float64), np.asarray(signal, dtype=np.float64)
    is_pair = seen.ndim == 1 and seen.size > 0 and values.shape[-1] == seen.size
    if not is_pair or classes < 1:
        raise EstimateError(
            f"one signal for each outcome was wanted, got {seen.shape} for {values.shape}"
        )
    order = np.argsort(seen, kind="stable")
    starts = np.flatnonzero(np.diff(seen[order])) + 1
    if starts.size >= classes:
        starts = np.arange(1, classes) * seen.size // classes
    total = 0.0
    for part in np.split(order, starts):
        total += risk(values[..., part], seen[part]) * part.size
    return float(total / seen.size)


def width_after(outcome: ArrayLike, signal: ArrayLike, *, success: float = 1.0) -> Range:
    """Standard deviation expected to remain after a look, with the 90 % interval of its Monte Carlo error.

    Parameters
    ----------
    outcome, signal
        As in `risk_after`, shape (n,).
    success
        Chance that the look works out.

    Notes
    -----
    The interval is Student's, of what remains as a share of the standard deviation now (whose own error is not in it),
    over as many parts of the draws as there are `REPLICATES`; each is cut into fewer classes, so that none is left with
    a draw or two. It does not reach above what there is now.
    """
    values, seen = np.asarray(outcome, dtype=np.float64), np.asarray(signal, dtype=np.float64)

    def share(rows: Any, classes: int) -> float:
        now = float(values[rows].var(ddof=1)) or 1.0
        after = risk_after(values[rows], seen[rows], classes=classes)
        return math.sqrt(1 - success + success * min(after / now, 1.0))

    then, now = share(slice(None), 32), float(values.std(ddof=1))
    shares = []
    for rows in np.array_split(np.arange(values.size), REPLICATES):
        classes = min(max(rows.size // 64, 1), 32)
        shares.append(share(rows, classes))
    half = STUDENT_95 * float(mean_error(shares))
    return Range(max(then - half, 0.0) * now, then * now, min(then + half, 1.0) * now)


def as_observation(name: str) -> str:
    """What one would do to learn an input, in words."""
    kind, _, what = name.partition(" of ")
    if kind == "mix":
        what = what.removeprefix("types of ")
    if kind in _LOOK:
        return _LOOK[kind].format(what)
    if kind == "vehicles per column":
        of_kind = f" of {what}" if what else ""
        return f"count the vehicles of a column{of_kind} (imagery, or a witness)"
    if name.startswith("count at "):
        return f"count all movements at {name.removeprefix('count at ')} over the span (passes or a watcher)"
    platform = name.removeprefix("load of ")
    return f"learn the load of {platform} (draught, weighbridge, or a manifest)"


_LOOK = {
    "count": "count the movements of {} (imagery or trackers over its window)",
    "vehicles": "count the vehicles of {} (imagery, or a witness)",
    "personnel": "count the personnel of {} (imagery, or a witness)",
    "mass": "learn the mass of {} (weighbridge, or which models they are)",
    "tonnes": "weigh the load of {} (draught, weighbridge, or a manifest)",
    "mix": "learn which types carried {} (imagery, or trackers)",
}
"""What one would do to learn an input, by the kind of input."""
