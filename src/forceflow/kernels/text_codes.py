"""Numbers for texts that come again and again: each different one is looked at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ._jit import kernel

__all__ = ["number_texts"]


@kernel
def number_texts(
    hashes: NDArray[np.uint64],
    keys: NDArray[np.uint64],
    places: NDArray[np.int32],
    codes: NDArray[np.int32],
    first: NDArray[np.int64],
    start: int,
    known: int,
) -> tuple[int, int]:
    """Write a number of each hash, in the order of their first rows, to `codes`, and these rows to `first`.

    `keys` and `places` (-1 where free) are a hash table, a power of two long. Return the number of the first hash that
    was not read for want of room, and how many different ones are known.
    """
    mask = np.uint64(keys.shape[0] - 1)
    one = np.uint64(1)
    code = np.int32(-1)
    last = np.uint64(0)
    for i in range(start, hashes.shape[0]):
        wanted = hashes[i]
        if code < 0 or wanted != last:
            at = (wanted >> np.uint64(20)) & mask
            while places[at] >= 0 and keys[at] != wanted:
                at = (at + one) & mask
            if places[at] < 0:
                if known == first.shape[0]:
                    return i, known
                places[at] = known
                keys[at] = wanted
                first[known] = i
                known += 1
            code, last = places[at], wanted
        codes[i] = code
    return hashes.shape[0], known
