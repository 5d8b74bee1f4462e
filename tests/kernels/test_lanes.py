"""The loop in vector instructions, word by word against the plain generator and a plain look-up."""

from __future__ import annotations

import numpy as np
import pytest

from forceflow.kernels.event_draws import add_drawn
from forceflow.kernels.philox_tiles import TILE, fill_tile, philox32_block, tile_keys
from forceflow.kernels.simd import STEPS

pytestmark = pytest.mark.kernel

ENTITY = np.uint64(0xFEDCBA9876543210)


def plain_words(keys: np.ndarray, lane: int, tile: int) -> np.ndarray:
    """Words of a tile from the published block function, one counter at a time."""
    low, high = np.uint64(int(ENTITY) & 0xFFFFFFFF), np.uint64(int(ENTITY) >> 32)
    blocks = [
        philox32_block(np.uint64(1024 * tile + i), np.uint64(lane), low, high, keys[0], keys[1])
        for i in range(1024)
    ]
    return np.array(blocks, dtype=np.uint64).T.ravel()


@pytest.mark.parametrize(("lane", "tile"), [(0, 0), (3, 77)])
def test_words_of_a_tile(lane: int, tile: int) -> None:
    keys = tile_keys(7, "words")
    out = np.zeros(TILE, dtype=np.uint32)
    fill_tile(keys, ENTITY, lane, tile, out)
    np.testing.assert_array_equal(out, plain_words(keys, lane, tile))


@pytest.mark.parametrize("limit", [0, 128, 255])
def test_draws_are_looked_up_and_added(limit: int) -> None:
    rng = np.random.default_rng(1)
    keys, table = tile_keys(11, "draws"), np.sort(rng.gamma(2.0, 3.0, STEPS + 1))
    voice = rng.integers(0, 2**32, TILE, dtype=np.uint64).astype(np.uint32)
    load, before = rng.uniform(0.5, 2.0, TILE), rng.uniform(0.0, 9.0, TILE)
    words = plain_words(keys, 1, 5)
    assert np.any(words % 256 == limit)  # a word stands right at the limit
    told = np.where(words % 256 < limit, voice, words).astype(np.int64)
    step, place = told // 2**22, told % 2**22 / 2**22
    wanted = before + (table[step] + (table[step + 1] - table[step]) * place) * load
    out = before.copy()
    add_drawn(keys, ENTITY, 1, 5, voice, limit, table, load, out)
    np.testing.assert_array_equal(out, wanted)
