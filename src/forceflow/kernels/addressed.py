"""Random numbers by address, from NumPy's own Philox4x64-10; nothing here is compiled.

A draw is a pure function of (seed, purpose, entity, index). Nothing is drawn "next", so row order, chunks, threads
and workers cannot change a number, and two scenarios that use the same address share the draw.

The key is (seed, hash of the purpose), the counter is (index // 4, stream, entity, 0), and a uniform is the top 53
bits of a word, so it lies in [0, 1). `philox_block` in `philox.py` is the same generator for use inside kernels.
"""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["address", "round_keys", "uniforms"]

_WORD: Final = 1 << 64
_WORDS_PER_BLOCK: Final = 4
_ROUNDS: Final = 10
_WEYL_0, _WEYL_1 = 0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B


def address(text: str) -> int:
    """A 64-bit address for a name: the same on every machine and in every session."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def round_keys(seed: int, purpose: str | int) -> NDArray[np.uint64]:
    """The ten pairs of round keys for (seed, purpose), shape (20,)."""
    k0, k1 = _key_words(seed, purpose)
    keys: list[int] = []
    for step in range(_ROUNDS):
        keys += [(k0 + step * _WEYL_0) % _WORD, (k1 + step * _WEYL_1) % _WORD]
    return np.array(keys, dtype=np.uint64)


def uniforms(
    seed: int, purpose: str, entity: str, n: int, *, start: int = 0, stream: int = 0
) -> NDArray[np.float64]:
    """Uniforms in [0, 1) number `start` to `start + n` of a named entity, shape (n,).

    Examples
    --------
    >>> all(uniforms(7, "count", "event", 3) == uniforms(7, "count", "event", 9)[:3])
    True
    """
    block, skipped = divmod(start, _WORDS_PER_BLOCK)
    # NumPy steps the counter before it makes a block, so the first block needs the counter before its own.
    counter = (block | stream << 64 | address(entity) << 128) - 1
    bits = np.random.Philox(
        counter=counter % (1 << 256), key=np.array(_key_words(seed, purpose), dtype=np.uint64)
    )
    return np.random.Generator(bits).random(skipped + n)[skipped:]


def _key_words(seed: int, purpose: str | int) -> tuple[int, int]:
    second = address(purpose) if isinstance(purpose, str) else purpose
    return seed % _WORD, second % _WORD
