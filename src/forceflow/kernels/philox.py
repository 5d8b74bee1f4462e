"""Philox4x64-10 (Salmon, Moraes, Dror & Shaw, SC'11) for use inside kernels; see `addressed.py` for the addresses."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ._jit import kernel

__all__ = ["fill_uniform", "philox_block"]

_M0 = np.uint64(0xD2E7470EE14C6C93)
_M1 = np.uint64(0xCA5A826395121157)
_LOW = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)
_11 = np.uint64(11)
_0 = np.uint64(0)
_TO_UNIT = 2.0**-53


@kernel
def _high_low(a: np.uint64, b: np.uint64) -> tuple[np.uint64, np.uint64]:
    """Return the two halves of the 128-bit product a*b, from 32-bit halves; nothing here overflows."""
    a0, a1, b0, b1 = a & _LOW, a >> _32, b & _LOW, b >> _32
    p00, p10, p01, p11 = a0 * b0, a1 * b0, a0 * b1, a1 * b1
    middle = (p00 >> _32) + (p10 & _LOW) + (p01 & _LOW)
    return p11 + (p10 >> _32) + (p01 >> _32) + (middle >> _32), (middle << _32) | (p00 & _LOW)


@kernel
def philox_block(
    c0: np.uint64, c1: np.uint64, c2: np.uint64, c3: np.uint64, keys: NDArray[np.uint64]
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Four 64-bit words for one counter; `keys` from `round_keys`."""
    for step in range(10):
        h0, l0 = _high_low(_M0, c0)
        h1, l1 = _high_low(_M1, c2)
        c0, c1, c2, c3 = h1 ^ c1 ^ keys[2 * step], l1, h0 ^ c3 ^ keys[2 * step + 1], l0
    return c0, c1, c2, c3


@kernel
def fill_uniform(
    keys: NDArray[np.uint64],
    entity: np.uint64,
    stream: np.uint64,
    start: int,
    out: NDArray[np.float64],
) -> None:
    """Write uniforms number `start`, `start + 1`, ... of one entity into `out`, as `addressed.uniforms` has them."""
    n = out.shape[0]
    i = 0
    while i < n:
        index = start + i
        w0, w1, w2, w3 = philox_block(np.uint64(index // 4), stream, entity, _0, keys)
        lane = index % 4
        while lane < 4 and i < n:
            word = w0
            if lane == 1:
                word = w1
            elif lane == 2:
                word = w2
            elif lane == 3:
                word = w3
            # A float holds 53 bits, so only the top ones of the word are used.
            out[i] = np.float64(word >> _11) * _TO_UNIT
            lane += 1
            i += 1
