"""A time-stamp in a bundle: it must be about a checkpoint of this log, from which the bundle's goes on."""

from datetime import UTC, datetime
from hashlib import new
from pathlib import Path

import pytest
from asn1crypto import cms, core, tsp
from hypothesis import given
from hypothesis import strategies as st

from audit.merkle.proofs import consistency_proof
from compliance.proofs.files import growth_file
from tests.tools.test_verify_evidence import FIRST, KEYS, PAST, SIZE, folder_of, hashes, month, note, verified
from tools import verify_evidence

__all__ = ["month"]
STAMPED = {size: note(size) for size in (200, SIZE)}


def answer_about(data: bytes, *, digest: str = "sha512", status: str = "granted") -> bytes:
    """What an authority would answer, as far as the program reads it."""
    imprint = {"hash_algorithm": {"algorithm": digest}, "hashed_message": new(digest, data).digest()}
    told = tsp.TSTInfo(
        {
            "version": "v1",
            "policy": "1.2.3",
            "message_imprint": imprint,
            "serial_number": 1,
            "gen_time": datetime(2026, 11, 22, 8, 30, 15, tzinfo=UTC),
        }
    )
    content = {"content_type": "tst_info", "content": core.ParsableOctetString(told.dump())}
    signed = {"version": "v3", "digest_algorithms": [], "encap_content_info": content, "signer_infos": []}
    token = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})
    return bytes(tsp.TimeStampResp({"status": {"status": status}, "time_stamp_token": token}).dump())


def with_stamp(path: Path, size: int = 200, *, claimed: int | None = None, **changed: bytes) -> Path:
    """The bundle of the month with a stamped checkpoint of `size` entries, its manifest signed anew."""
    files = {name: (path / name).read_bytes() for name in ("entries.jsonl", "hashes.bin", "outside.txt")}
    files |= {
        "timestamp.checkpoint": STAMPED[size],
        "timestamp.tsr": answer_about(STAMPED[size]),
        "timestamp.growth": growth_file(size, consistency_proof(hashes, size, SIZE), note()),
    }
    files |= {f"timestamp.{name}": data for name, data in changed.items()}
    facts = {"kind": "month", "about": "2026-11", "first": FIRST, "entries": PAST - FIRST}
    return folder_of(path, files, stamp=claimed or size, **facts)


@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
@pytest.mark.parametrize("status", ["granted", "granted_with_mods"])
def test_what_a_time_stamp_states_is_read(
    month: Path, capsys: pytest.CaptureFixture[str], digest: str, status: str
) -> None:
    tsr = answer_about(STAMPED[200], digest=digest, status=status)
    code, told = verified(with_stamp(month, tsr=tsr), capsys)
    assert code == 0
    assert told["stamped"] == {
        "time": "2026-11-22 08:30:15",
        "size": 200,
        "digest": digest,
        "reach": "reach_part",
    }
    assert told["stamp_unchecked"] == {"command": verify_evidence.STAMP_COMMAND}


def test_a_stamp_of_the_bundles_own_checkpoint_reaches_all(
    month: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = verified(with_stamp(month, SIZE), capsys)
    assert (code, told["stamped"]["reach"]) == (0, "reach_all")


OTHER_ROOT = KEYS.sign(other_body := f"{KEYS.origin}\n200\n{'A' * 43}=\n").encoded()
ATTACKS = {
    "of something else": {"tsr": answer_about(b"something else")},
    "refused by the authority": {"tsr": answer_about(STAMPED[200], status="rejection")},
    "no answer at all": {"tsr": b"0"},
    "an answer cut short": {"tsr": answer_about(STAMPED[200])[:-40]},
    "of another history": {"checkpoint": OTHER_ROOT, "tsr": answer_about(OTHER_ROOT)},
    "of a checkpoint without a signature": {
        "checkpoint": other_body.encode(),
        "tsr": answer_about(other_body.encode()),
    },
    "without the log's growth": {"growth": growth_file(200, [], note())},
    "with growth to another checkpoint": {
        "growth": growth_file(200, consistency_proof(hashes, 200, 250), note(250))
    },
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_a_time_stamp_that_does_not_fit_is_named(
    month: Path, capsys: pytest.CaptureFixture[str], attack: str
) -> None:
    code, told = verified(with_stamp(month, **ATTACKS[attack]), capsys)
    assert code == 1
    assert told.keys() & {"bad_stamp", "bad_growth", "bad_note"}
    assert "stamped" not in told


def test_attack_a_manifest_that_claims_another_size_is_named(
    month: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = verified(with_stamp(month, claimed=250), capsys)
    assert (code, list(told)) == (1, ["bad_stamp"])


@given(st.binary(max_size=200))
def test_an_answer_of_any_bytes_is_read_or_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="no time-stamp"):
        verify_evidence.stamp_facts(data)


@given(st.integers(0, 400), st.integers(0, 255))
def test_an_answer_with_any_byte_changed_is_read_or_refused(place: int, value: int) -> None:
    answer = bytearray(answer_about(STAMPED[200]))
    answer[place % len(answer)] = value
    try:
        name, digest, time = verify_evidence.stamp_facts(bytes(answer))
    except ValueError:
        return
    assert name in verify_evidence.DIGESTS.values()
    assert isinstance(digest, bytes)
    assert len(time) >= len("2026-11-22 08:30:15")
