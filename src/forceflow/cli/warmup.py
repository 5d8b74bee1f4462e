"""Compile every kernel ahead, so that no first answer has to wait for it."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

from ..kernels._jit import hush

__all__ = ["warm_up"]


def warm_up() -> dict[str, float]:
    """Compile what each family of kernels needs, or load it where that was done before.

    Returns
    -------
    dict
        Seconds taken by "tonnage", "rates", "routes", "queues" and "simulation"; well below a second each when the
        machine code was on disk already.

    Notes
    -----
    The machine code is kept next to the package, in the cache folder of the user where that cannot be written, or where
    ``NUMBA_CACHE_DIR`` says, until any kernel of the package, Python, numba, numpy or the processor changes.

    Examples
    --------
    >>> import forceflow.cli.warmup
    >>> taken = forceflow.cli.warmup.warm_up()  # doctest: +SKIP
    """
    # The caller waits on purpose and prints the times itself.
    hush()
    families: dict[str, Callable[[], object]] = {
        "tonnage": _warm_tonnage,
        "rates": _warm_rates,
        "routes": _warm_routes,
        "queues": _warm_queues,
        "simulation": _warm_simulation,
    }
    taken = {}
    for name, work in families.items():
        begin = time.perf_counter()
        work()
        taken[name] = time.perf_counter() - begin
    return taken


def _warm_tonnage() -> None:
    from ..evidence.events import Sortie
    from ..flows.tonnage import estimate_tonnage
    from ..quantity import Quantity

    start = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    event = Sortie(
        event_id="warm-up",
        platform="Il-76MD",
        origin="Hmeimim",
        destination="al-Khadim",
        start=start,
        stop=start + dt.timedelta(days=1),
        direction="outbound",
        movements=Quantity.exactly(1.0),
        tonnes=Quantity(10, 20, 30, "t"),
    )
    # Few draws will do: the machine code is the same for any number.
    estimate_tonnage((event,), draws=100, seed=0)


def _warm_rates() -> None:
    from ..flows.change_points import change_points
    from ..flows.change_scan import scan_changes

    counts = [9, 12, 10, 11, 8, 10, 2, 1, 3, 2, 1, 2]
    # Both, because only the negative binomial has sizes to choose.
    for dispersion in ("poisson", "negative-binomial"):
        str(change_points(counts, start="2025-01-01", dispersion=dispersion))
    scan_changes([counts])


def _warm_routes() -> None:
    from ..world import route

    route("Tartus", "Tobruk", mode="sea")


def _warm_queues() -> None:
    from ..lift.queueing.apron import apron_wait
    from ..lift.queueing.cycle_capacity import cycle_capacity
    from ..lift.queueing.mixed_fleet import mixed_cycle

    cycle_capacity(fleet=2, service_h=(1.0, 2.0), servers=(1, None))
    mixed_cycle((1, 1), service_h=((1.0, 2.0), (1.0, 2.0)), servers=(1, None))
    apron_wait(0.5, ground_h=1.0, mog=2)


def _warm_simulation() -> None:
    from ..lift.capacity.airlift import AirBridge
    from ..lift.simulation.simulate import simulate_airlift
    from ..world import route

    bridge = AirBridge({"Il-76MD": 1}, route("Hmeimim", "al-Khadim", mode="air"), 1, 1)
    simulate_airlift(bridge, days=2, replications=2, seed=0).trace()
