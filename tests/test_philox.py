"""Addressed random numbers against Random123's published vectors and NumPy's own Philox."""

from __future__ import annotations

import numpy as np
import pytest

from cases import CASES
from forceflow.kernels.philox import address, philox_block, round_keys, uniforms


@pytest.mark.parametrize("name", ["philox4x64_10_kat3", "philox4x64_10_kat4"])
def test_random123_vectors(name: str) -> None:
    case = CASES[name]
    a, b, c, d = (np.uint64(int(word, 16)) for word in case["inputs"]["ctr"])
    k0, k1 = (int(word, 16) for word in case["inputs"]["key"])
    words = philox_block(a, b, c, d, round_keys(k0, k1))
    assert [f"{int(word):016x}" for word in words] == case["outputs"]["out"]


def test_random123_vector_of_pi() -> None:
    """Random123 tests/kat_vectors at commit 9545ff6, the vector made of digits of pi."""
    a, b = np.uint64(0x243F6A8885A308D3), np.uint64(0x13198A2E03707344)
    c, d = np.uint64(0xA4093822299F31D0), np.uint64(0x082EFA98EC4E6C89)
    words = philox_block(a, b, c, d, round_keys(0x452821E638D01377, 0xBE5466CF34E90C6C))
    wanted = [0xA528F45403E61D95, 0x38C72DBD566E9788, 0xA5A1610E72FD18B5, 0x57BD43B5E52B7FE6]
    assert [int(word) for word in words] == wanted


def test_same_stream_as_numpy() -> None:
    """NumPy steps the counter before the first block, so its stream begins one earlier."""
    seed, purpose = 7, 12345
    counter = np.array([2**64 - 1, 0, 0, 0], dtype=np.uint64)
    bits = np.random.Philox(counter=counter, key=np.array([seed, purpose], dtype=np.uint64))
    wanted = bits.random_raw(4)
    got = philox_block(np.uint64(0), np.uint64(1), np.uint64(0), np.uint64(0), round_keys(seed, purpose))
    assert [int(x) for x in got] == [int(x) for x in wanted]


def test_draws_are_addressed_not_sequential() -> None:
    whole = uniforms(7, "count", "event", 103)
    for first, n in ((0, 1), (1, 2), (3, 50), (97, 6)):
        np.testing.assert_array_equal(uniforms(7, "count", "event", n, start=first), whole[first : first + n])
    assert whole.min() >= 0
    assert whole.max() < 1


def test_streams_of_different_addresses_are_uncorrelated() -> None:
    a, b, c = uniforms(7, "p", "a", 4000), uniforms(7, "p", "b", 4000), uniforms(8, "p", "a", 4000)
    for x, y in ((a, b), (a, c)):
        assert abs(np.corrcoef(x, y)[0, 1]) < 4 / np.sqrt(4000)
    assert a.mean() == pytest.approx(0.5, abs=4 * np.sqrt(1 / 12 / 4000))


def test_addresses_are_the_same_on_every_machine() -> None:
    assert address("khadim-air-bridge") == address("khadim-air-bridge") != address("khadim-air-bridgf")
    assert 0 <= address("") < 2**64
