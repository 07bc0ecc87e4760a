"""The protocol: what goes over the line, and that one exact answer alone is a pass."""

import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.scanning.clamd import CHUNK, NotScanned, WrongAddress, frames, place_of, scan
from tests.people.scanning.clamd_server import EICAR, NAME, Clamd

SOON = 30.0  # seconds; what answers at all answers at once


def unframed(sent: bytes) -> tuple[bytes, bytes]:
    """The file as the other side reads it up to the empty chunk, and what stands behind that."""
    data = b""
    while length := int.from_bytes(sent[:4], "big"):
        assert length <= CHUNK
        data, sent = data + sent[4 : 4 + length], sent[4 + length :]
    return data, sent[4:]


@given(st.lists(st.binary(max_size=50) | st.just(b"long" * CHUNK)))
def test_every_byte_arrives_and_only_the_last_chunk_is_empty(pieces: list[bytes]) -> None:
    assert unframed(b"".join(frames(pieces))) == (b"".join(pieces), b"")


def test_a_file_passes_and_arrives_as_it_is(scanner: Clamd) -> None:
    data = bytes(range(256)) * 1000
    assert scan(scanner.address, [data[:7], b"", data[7:]], seconds=SOON) == ""
    assert scanner.seen == [data]


@pytest.mark.parametrize("at", [1, 30, len(EICAR) - 1])
def test_what_is_split_over_chunks_is_found(scanner: Clamd, at: int) -> None:
    around = b"a" * (CHUNK - at)
    assert scan(scanner.address, [around + EICAR + around], seconds=SOON) == NAME
    assert scan(scanner.address, [EICAR[:at], b"", EICAR[at:]], seconds=SOON) == NAME


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"stream: OK",  # cut off before its end: `stream: OK` may begin anything
        b"stream: OK\n",
        b"stream: OK\0more",
        b"stream: OK stream: Worm FOUND\0stream: OK",
        b"x: OK\0",
        b" stream: OK\0",
        b"stream: Can't allocate memory ERROR\0",
        b"UNKNOWN COMMAND\0",
        b"stream:  FOUND\0",
        b"\0",
        b"O" * 10_000,
    ],
)
def test_attack_no_other_answer_is_a_pass(scanner: Clamd, said: bytes) -> None:
    scanner.answer = lambda data: said
    with pytest.raises(NotScanned):
        scan(scanner.address, [b"file"], seconds=SOON)


def test_a_scanner_that_says_nothing_is_waited_for_no_longer_than_told(scanner: Clamd) -> None:
    scanner.silent = True
    with pytest.raises(NotScanned):
        scan(scanner.address, [b"file"], seconds=0.2)


def test_a_scanner_that_drips_is_waited_for_no_longer_than_told(scanner: Clamd) -> None:
    """Each byte comes in time, and the end never."""
    scanner.drips = True
    with pytest.raises(NotScanned):
        scan(scanner.address, [b"file"], seconds=0.2)


def test_no_time_is_no_pass(scanner: Clamd) -> None:
    with pytest.raises(NotScanned):
        scan(scanner.address, [b"file"], seconds=0)


def test_a_file_beyond_the_scanners_limit_is_told_apart(scanner: Clamd) -> None:
    scanner.limit = 100
    with pytest.raises(NotScanned) as failed:
        scan(scanner.address, [b"file" * 100], seconds=SOON)
    assert failed.value.too_large
    scanner.limit = None
    scanner.answer = lambda data: b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0"
    with pytest.raises(NotScanned) as failed:
        scan(scanner.address, [b"file"], seconds=SOON)
    assert failed.value.too_large


def test_where_nobody_listens_nothing_passes(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for address in (f"127.0.0.1:{port}", str(tmp_path / "none.sock")):
        with pytest.raises(NotScanned):
            scan(address, [b"file"], seconds=SOON)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("/run/clamav/clamd.ctl", "/run/clamav/clamd.ctl"),
        ("127.0.0.1:3310", ("127.0.0.1", 3310)),
        ("[::1]:3310", ("::1", 3310)),
    ],
)
def test_the_places_that_an_address_names(address: str, place: object) -> None:
    assert place_of(address) == place


@pytest.mark.parametrize(
    "address",
    [
        "scanner:3310",
        "localhost:3310",
        "10.0.0.9:3310",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:65536",
        "clamd.ctl",
    ],
)
def test_plaintext_leaves_this_machine_for_nobody(address: str) -> None:
    with pytest.raises(WrongAddress):
        place_of(address)
    with pytest.raises(NotScanned):
        scan(address, [b"file"], seconds=SOON)


def test_a_file_that_does_not_open_is_no_pass(scanner: Clamd) -> None:
    """What reading it raises, comes through; the scanner saw no whole file."""

    def broken():  # type: ignore[no-untyped-def]
        yield b"begun"
        raise OSError("broken")

    with pytest.raises(OSError, match="broken"):
        scan(scanner.address, broken(), seconds=SOON)
    assert scanner.seen == []
