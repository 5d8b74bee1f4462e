"""Uniforms for many draws at once: Philox4x32-10 in tiles, laid out so that the loop runs in vector registers.

The 64-bit generator of `philox` needs 128-bit products, which no vector unit has; its 32-bit sister (Salmon et al.,
SC'11) does the same work about ten times as fast. A draw stays a pure function of its address: draw d of an
entity is word ``(d % 4096) // 1024`` of block ``1024 (d // 4096) + d % 1024``, whatever the chunks and threads.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from ._jit import kernel
from .simd import BLOCKS, LANES, write_words

__all__ = ["TILE", "fill_tile", "philox32_block", "tile_keys"]

TILE = 4096
"""Draws in one tile."""

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_LOW = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)


def tile_keys(seed: int, purpose: str) -> NDArray[np.uint64]:
    """Key for (seed, purpose): two 32-bit words, shape (2,)."""
    digest = hashlib.blake2b(f"{seed}|{purpose}".encode(), digest_size=8).digest()
    return np.array(
        [int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:], "little")],
        dtype=np.uint64,
    )


@kernel
def philox32_block(
    c0: np.uint64, c1: np.uint64, c2: np.uint64, c3: np.uint64, k0: np.uint64, k1: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Four 32-bit words, each in the low half of 64 bits, for one counter and key."""
    for _ in range(10):
        p0, p1 = _M0 * c0, _M1 * c2
        c0, c1, c2, c3 = (p1 >> _32) ^ c1 ^ k0, p1 & _LOW, (p0 >> _32) ^ c3 ^ k1, p0 & _LOW
        k0, k1 = (k0 + _W0) & _LOW, (k1 + _W1) & _LOW
    return c0, c1, c2, c3


@kernel
def fill_tile(
    keys: NDArray[np.uint64], entity: np.uint64, lane: int, tile: int, out: NDArray[np.uint32]
) -> None:
    """Write the words of one tile of one entity; `lane` tells apart what an entity draws; shape (4096,).

    The rounds are written out in `simd` a second time: called through `philox32_block` the loop is not vectorised.
    """
    for offset in range(0, BLOCKS, LANES):
        write_words((keys[0], keys[1]), entity, lane, tile * BLOCKS + offset, out, offset)
