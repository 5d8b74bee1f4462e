"""Addressed random numbers against Random123's published vectors and NumPy's own Philox."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cases import CASES
from forceflow.kernels import addressed
from forceflow.kernels.addressed import address, round_keys, uniforms
from forceflow.kernels.philox import fill_uniform, philox_block
from forceflow.kernels.philox_tiles import TILE, fill_tile, philox32_block

pytestmark = pytest.mark.kernel


@pytest.mark.parametrize("name", ["philox4x64_10_kat3", "philox4x64_10_kat4"])
def test_random123_vectors(name: str) -> None:
    case = CASES[name]
    a, b, c, d = (np.uint64(int(word, 16)) for word in case["inputs"]["ctr"])
    k0, k1 = (int(word, 16) for word in case["inputs"]["key"])
    words = philox_block(a, b, c, d, round_keys(k0, k1))
    assert [f"{int(word):016x}" for word in words] == case["outputs"]["out"]


@pytest.mark.parametrize("name", ["philox4x32_10_kat0", "philox4x32_10_kat1"])
def test_random123_vectors_of_the_tiles(name: str) -> None:
    case = CASES[name]
    words = [np.uint64(int(word, 16)) for word in (*case["inputs"]["ctr"], *case["inputs"]["key"])]
    assert [f"{int(word):08x}" for word in philox32_block(*words)] == case["outputs"]["out"]


@pytest.mark.parametrize("name", ["philox4x32_10_kat0", "philox4x32_10_kat1"])
def test_random123_vectors_in_a_tile_as_it_is_filled(name: str) -> None:
    """The loop that draws writes the rounds out a second time; its first blocks are those of its counter and key."""
    case = CASES[name]
    counter, key = ([int(word, 16) for word in case["inputs"][part]] for part in ("ctr", "key"))
    tile, block = divmod(counter[0], 1024)
    out = np.empty(TILE, dtype=np.uint32)
    entity = np.uint64(counter[2] | counter[3] << 32)
    fill_tile(np.array(key, dtype=np.uint64), entity, counter[1], tile, out)
    assert [f"{int(word):08x}" for word in out[block::1024]] == case["outputs"]["out"]


@pytest.mark.parametrize(
    "name",
    [
        "seedsequence_oneill_1",
        "seedsequence_42",
        "seedsequence_42_spawn0",
        "seedsequence_42_spawn1",
    ],
)
def test_seed_sequences_against_a_slow_twin(name: str) -> None:
    """O'Neill's seed_seq_fe in plain integers, and NumPy's own: seeds of studies are spawned, not counted up."""
    case = CASES[name]
    entropy, spawn = case["inputs"]["entropy"], case["inputs"].get("spawn_key", [])
    wanted = case["outputs"]["out"]
    assert (
        np.random.SeedSequence(entropy, spawn_key=tuple(spawn)).generate_state(4).tolist() == wanted
    )
    assert mixed(entropy if isinstance(entropy, list) else [entropy], spawn) == wanted


def mixed(entropy: list[int], spawn: list[int]) -> list[int]:
    low, shift = 0xFFFFFFFF, 16
    const = 0x43B0D7E5

    def hashed(value: int) -> int:
        nonlocal const
        value ^= const
        const = const * 0x931E8875 & low
        value = value * const & low
        return value ^ value >> shift

    def mix(x: int, y: int) -> int:
        value = (0xCA01F9DD * x - 0x4973F715 * y) & low
        return value ^ value >> shift

    words = entropy + [0] * (4 - len(entropy) if spawn else 0) + spawn
    pool = [hashed(word) for word in (words + [0] * 4)[:4]]
    for source in range(4):
        for target in range(4):
            if source != target:
                pool[target] = mix(pool[target], hashed(pool[source]))
    for word in words[4:]:
        for target in range(4):
            pool[target] = mix(pool[target], hashed(word))
    const, out = 0x8B51F9DD, []
    for value in pool:
        value ^= const
        const = const * 0x58F38DED & low
        value = value * const & low
        out.append(value ^ value >> shift)
    return out


def test_the_kernel_continues_a_seeded_stream_of_numpy() -> None:
    """NumPy takes its key from the seed sequence and begins at counter 1; given those, our block is its first."""
    case = CASES["numpy_philox_seed_deadbeaf"]
    k0, k1 = (
        int(word)
        for word in np.random.SeedSequence(int(case["inputs"]["seed"], 16)).generate_state(
            2, "uint64"
        )
    )
    one, none = np.uint64(1), np.uint64(0)
    words = philox_block(one, none, none, none, round_keys(k0, k1))
    assert [hex(int(word)) for word in words] == case["outputs"]["out"]


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
    got = philox_block(
        np.uint64(0), np.uint64(1), np.uint64(0), np.uint64(0), round_keys(seed, purpose)
    )
    assert [int(x) for x in got] == [int(x) for x in wanted]


@settings(max_examples=200)
@given(
    seed=st.integers(0, 2**64 - 1),
    purpose=st.text(max_size=8),
    entity=st.text(max_size=8),
    n=st.integers(0, 30),
    start=st.integers(0, 2**40),
    stream=st.integers(0, 2**40),
)
@example(seed=0, purpose="", entity="", n=4, start=0, stream=0)
def test_numpy_and_the_kernel_draw_the_same_bits(
    seed: int, purpose: str, entity: str, n: int, start: int, stream: int
) -> None:
    out = np.empty(n)
    fill_uniform(
        round_keys(seed, purpose), np.uint64(address(entity)), np.uint64(stream), start, out
    )
    np.testing.assert_array_equal(
        uniforms(seed, purpose, entity, n, start=start, stream=stream), out
    )


def test_the_first_block_of_address_zero_needs_the_last_counter_there_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its counter is 0, so NumPy's begins one earlier, at 2**256 - 1."""
    monkeypatch.setattr(addressed, "address", lambda text: 0)
    out = np.empty(6)
    fill_uniform(round_keys(7, 0), np.uint64(0), np.uint64(0), 0, out)
    np.testing.assert_array_equal(addressed.uniforms(7, "any", "any", 6), out)


def test_draws_are_addressed_not_sequential() -> None:
    whole = uniforms(7, "count", "event", 103)
    for first, n in ((0, 1), (1, 2), (3, 50), (97, 6)):
        np.testing.assert_array_equal(
            uniforms(7, "count", "event", n, start=first), whole[first : first + n]
        )
    assert whole.min() >= 0
    assert whole.max() < 1


def test_streams_of_different_addresses_are_uncorrelated() -> None:
    a, b, c = uniforms(7, "p", "a", 4000), uniforms(7, "p", "b", 4000), uniforms(8, "p", "a", 4000)
    for x, y in ((a, b), (a, c)):
        assert abs(np.corrcoef(x, y)[0, 1]) < 4 / np.sqrt(4000)
    assert a.mean() == pytest.approx(0.5, abs=4 * np.sqrt(1 / 12 / 4000))


def test_addresses_are_the_same_on_every_machine() -> None:
    assert (
        address("khadim-air-bridge") == address("khadim-air-bridge") != address("khadim-air-bridgf")
    )
    assert 0 <= address("") < 2**64
