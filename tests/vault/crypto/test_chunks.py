"""Each property is named after the attack that it refuses."""

import io
import os
import tracemalloc
from uuid import UUID

import pytest
from cryptography.cobblestone import Cobblestone256Decryptor
from hypothesis import assume, given
from hypothesis import strategies as st

from vault.crypto.chunks import CHUNK, ChunkOpener, ChunkSealer, FileBinding, FileKey, sealed_size
from vault.crypto.errors import SealBroken, WrongLength

KEY = FileKey(8, bytes(range(32)))
BINDING = FileBinding(UUID(int=21).bytes, UUID(int=22).bytes)
PREFIX = 66  # header 10, salt 24, commitment 32
SEALED_CHUNK = CHUNK + 16
EDGES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 5]

sizes = st.sampled_from(EDGES) | st.integers(0, 3 * CHUNK)


def plaintext(size: int) -> bytes:
    return bytes(i * i % 251 for i in range(1000)) * (size // 1000) + b"x" * (size % 1000)


def seal(data: bytes, pieces: int = 10_000) -> bytes:
    sealer = ChunkSealer(KEY, BINDING)
    parts = [sealer.update(data[at : at + pieces]) for at in range(0, len(data), pieces)]
    return b"".join([*parts, sealer.finish()])


def opened(sealed: bytes, key: FileKey = KEY, binding: FileBinding = BINDING) -> bytes:
    return b"".join(ChunkOpener(key, binding, io.BytesIO(sealed)))


def refused_at_once(sealed: bytes, key: FileKey = KEY, binding: FileBinding = BINDING) -> None:
    with pytest.raises(SealBroken):
        ChunkOpener(key, binding, io.BytesIO(sealed))


WHOLE = plaintext(2 * CHUNK + 5)
SEALED = seal(WHOLE)


@pytest.mark.parametrize("pieces", [1000, CHUNK, CHUNK + 1, 10**6])
@pytest.mark.parametrize("size", EDGES)
def test_any_size_in_any_pieces_comes_back(size, pieces):
    data = plaintext(size)
    sealed = seal(data, pieces)
    assert len(sealed) == sealed_size(size)
    assert opened(sealed) == data
    assert ChunkOpener(KEY, BINDING, io.BytesIO(sealed)).size == size


@given(sizes)
def test_another_reader_of_the_same_specification_opens_it(size):
    sealed = seal(plaintext(size))
    context = b"SRfile01" + sealed[:10] + BINDING.file_version + BINDING.compartment
    reader = Cobblestone256Decryptor(KEY.secret, context)
    assert reader.update(sealed[10:]) + reader.finalize() == plaintext(size)


@given(st.integers(0, 3 * CHUNK), st.integers(0, 3 * CHUNK))
def test_any_range_is_the_slice(one, other):
    start, stop = sorted((one, other))
    pieces = list(ChunkOpener(KEY, BINDING, io.BytesIO(SEALED)).open_range(start, stop))
    assert b"".join(pieces) == WHOLE[start:stop]
    assert all(0 < len(piece) <= CHUNK for piece in pieces)


@pytest.mark.parametrize(("start", "stop"), [(-1, 5), (5, 4)])
def test_ranges_that_do_not_run_forward(start, stop):
    with pytest.raises(WrongLength):
        ChunkOpener(KEY, BINDING, io.BytesIO(SEALED)).open_range(start, stop)


@given(sizes, st.data())
def test_truncated_anywhere(size, data):
    sealed = seal(plaintext(size))
    refused_at_once(sealed[: data.draw(st.integers(0, len(sealed) - 1))])


@pytest.mark.parametrize("chunks", [0, 1, 2])
def test_truncated_at_a_chunk_boundary(chunks):
    refused_at_once(SEALED[: PREFIX + chunks * SEALED_CHUNK])


@given(sizes, st.binary(min_size=1, max_size=40))
def test_extended(size, tail):
    refused_at_once(seal(plaintext(size)) + tail)


def test_extended_by_a_chunk_of_its_own():
    refused_at_once(SEALED + SEALED[PREFIX:SEALED_CHUNK])
    refused_at_once(SEALED[:-21] + SEALED[PREFIX : PREFIX + SEALED_CHUNK] + SEALED[-21:])


def test_chunks_reordered_or_repeated():
    first, second = SEALED[PREFIX : PREFIX + SEALED_CHUNK], SEALED[PREFIX + SEALED_CHUNK : -21]
    for body in (second + first, first + first, second + second):
        opener = ChunkOpener(KEY, BINDING, io.BytesIO(SEALED[:PREFIX] + body + SEALED[-21:]))
        with pytest.raises(SealBroken):
            b"".join(opener)


@given(st.integers(0, len(SEALED) * 8 - 1))
def test_flipped_bit_anywhere(bit):
    bad = bytearray(SEALED)
    bad[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SealBroken):
        opened(bytes(bad))


@given(st.integers(CHUNK, 2 * CHUNK - 1))
def test_no_byte_of_a_damaged_chunk_is_given_out(at):
    bad = bytearray(SEALED)
    bad[PREFIX + 16 + at] ^= 1
    opener = ChunkOpener(KEY, BINDING, io.BytesIO(bytes(bad)))
    got = []
    with pytest.raises(SealBroken):
        got.extend(opener.open_range(CHUNK, CHUNK + 1))
    assert got == []
    assert b"".join(opener.open_range(0, CHUNK)) == WHOLE[:CHUNK]


@given(st.uuids(), st.uuids())
def test_wrong_file_or_compartment(file_version, compartment):
    other = FileBinding(file_version.bytes, compartment.bytes)
    assume(other != BINDING)
    refused_at_once(SEALED, binding=other)
    refused_at_once(SEALED, binding=BINDING._replace(file_version=other.file_version))
    refused_at_once(SEALED, binding=BINDING._replace(compartment=other.compartment))


def test_file_and_compartment_exchanged():
    refused_at_once(SEALED, binding=FileBinding(BINDING.compartment, BINDING.file_version))


@given(st.binary(min_size=32, max_size=32))
def test_wrong_key_is_refused_by_the_commitment(secret):
    assume(secret != KEY.secret)
    refused_at_once(SEALED, key=FileKey(KEY.key_id, secret))


@given(st.integers(1, 2**63 - 1))
def test_other_key_id_in_the_header(other_id):
    assume(other_id != KEY.key_id)
    relabelled = SEALED[:2] + other_id.to_bytes(8, "big") + SEALED[10:]
    refused_at_once(relabelled)
    refused_at_once(relabelled, key=FileKey(other_id, KEY.secret))


@given(st.binary(max_size=200))
def test_rubbish(rubbish):
    refused_at_once(rubbish)
    refused_at_once(SEALED[:10] + rubbish)


def test_an_upload_that_breaks_off_does_not_open():
    refused_at_once(ChunkSealer(KEY, BINDING).update(WHOLE))


def test_file_that_shrinks_while_it_is_read():
    file = io.BytesIO(SEALED)
    opener = ChunkOpener(KEY, BINDING, file)
    file.truncate(PREFIX + 5)
    with pytest.raises(SealBroken):
        next(iter(opener))


def test_the_same_file_twice_differs():
    assert seal(WHOLE)[10:34] != SEALED[10:34]


@pytest.mark.parametrize("binding", [FileBinding(b"x", bytes(16)), FileBinding(bytes(16), bytes(17))])
def test_bindings_of_another_width_are_a_bug(binding):
    with pytest.raises(WrongLength):
        ChunkSealer(KEY, binding)


def test_memory_stays_flat(tmp_path):
    """A 32 MiB file is sealed and opened in well under 1 MiB of Python memory."""
    path, piece = tmp_path / "sealed", os.urandom(64 * 1024)
    tracemalloc.start()
    sealer = ChunkSealer(KEY, BINDING)
    with path.open("wb") as out:
        for _ in range(512):
            out.write(sealer.update(piece))
        out.write(sealer.finish())
    with path.open("rb") as file:
        total = sum(len(got) for got in ChunkOpener(KEY, BINDING, file))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == 512 * len(piece)
    assert peak < 2**20
