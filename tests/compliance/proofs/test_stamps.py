"""The time-stamp that goes along with evidence, as an outsider checks it: by the one-file program, and by the
command that the guides name.
"""

import shutil
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from psycopg2.extensions import connection as Connection
from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

from audit.checkpoints import places, publishing, store
from audit.models import LogEntry
from tests.audit.checkpoints.authority import Authority, serving
from tests.cast import cast
from tests.compliance.proofs.signed import DEALS, lasting_keys, signed, written
from tests.compliance.proofs.test_evidence import PROGRAM, give, taken, verify
from tools import verify_evidence

__all__ = ["lasting_keys"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("lasting_keys")]
GUIDES = [PROGRAM.parents[1] / "compliance/proofs" / name for name in ("guide.en.txt", "guide.zh.txt")]


def by_openssl(folder: Path) -> bool:
    """The command of the guides, by a program that the house did not write."""
    done = subprocess.run(
        verify_evidence.STAMP_COMMAND.split(), cwd=folder, capture_output=True, text=True, check=False
    )
    return "Verification: OK" in done.stdout and done.returncode == 0


def by_library(folder: Path) -> bool:
    """The same question to a library, from the same four files."""
    builder = VerifierBuilder()
    for root in x509.load_pem_x509_certificates((folder / "tsa-root.pem").read_bytes()):
        builder = builder.add_root_certificate(root)
    for between in x509.load_pem_x509_certificates((folder / "tsa-chain.pem").read_bytes()):
        builder = builder.add_intermediate_certificate(between)
    answer = decode_timestamp_response((folder / "timestamp.tsr").read_bytes())
    try:
        builder.build().verify_message(answer, (folder / "timestamp.checkpoint").read_bytes())
    except VerificationError:
        return False
    return True


# Where OpenSSL's program is not, the run says so among its warnings, and the library alone answers.
CHECKS: list[Callable[[Path], bool]] = [by_library]
if shutil.which("openssl"):
    CHECKS.append(by_openssl)
else:
    warnings.warn("no openssl here: the command of the guides is not run", stacklevel=1)


@pytest.fixture
def authority(folders: Path, settings: Any) -> Iterator[Authority]:
    with serving(Authority()) as running:
        (folders / "root.pem").write_bytes(running.root)
        settings.TSA_URL, settings.TSA_CA_FILE = running.url, str(folders / "root.pem")
        yield running


@pytest.fixture
def stamped(
    superuser: Connection, monkeypatch: pytest.MonkeyPatch, authority: Authority
) -> tuple[store.Checkpoint, store.Checkpoint]:
    """Entries under a checkpoint that was stamped, and more under a later one that was not."""
    cast()
    written(4)
    early = signed(superuser, monkeypatch)
    publishing.publish()
    assert places.read("timestamp").size == early.size
    written(4)
    return early, signed(superuser, monkeypatch)


def unpacked(tmp_path: Path, *which: str) -> Path:
    with zipfile.ZipFile(taken(tmp_path, "export_evidence", *which, name=f"e-{len(which[-1])}.zip")) as files:
        files.extractall(tmp_path / "folder")
    return tmp_path / "folder"


def month() -> str:
    return LogEntry.objects.latest("at").at.strftime("%Y-%m")


def test_the_stamp_of_an_older_checkpoint_covers_what_was_there_then(
    stamped: tuple[store.Checkpoint, store.Checkpoint], tmp_path: Path
) -> None:
    early, newest = stamped
    folder = unpacked(tmp_path, "--month", month())
    code, told = verify(folder, "--key", give(tmp_path / "key"))
    assert code == 0, told
    assert told["facts"]["signed"]["size"] == newest.size
    assert told["facts"]["stamped"]["size"] == early.size
    assert told["facts"]["stamped"]["digest"] == "sha512"
    assert told["facts"]["stamped"]["reach"] == "reach_part"
    assert told["facts"]["stamp_unchecked"]["command"] == verify_evidence.STAMP_COMMAND
    assert told["facts"]["stamped"]["time"][:10] == f"{early.at:%Y-%m-%d}"


def test_the_earliest_stamp_that_covers_every_entry_is_the_one(
    stamped: tuple[store.Checkpoint, store.Checkpoint],
    superuser: Connection,
    tmp_path: Path,
    monkeypatch: Any,
) -> None:
    _, second = stamped
    for _ in range(2):
        places.change("timestamp", put_at=None)
        publishing.publish()
        written(3)
        newest = signed(superuser, monkeypatch)
    written_later = f"{DEALS[0]}"
    folder = unpacked(tmp_path, "--deal", written_later)
    facts = verify(folder, "--key", give(tmp_path / "key"))[1]["facts"]
    assert facts["signed"]["size"] == newest.size
    assert facts["stamped"]["size"] > second.size
    assert facts["stamped"]["reach"] == "reach_part"
    places.change("timestamp", put_at=None)
    publishing.publish()
    again = taken(tmp_path, "export_evidence", "--deal", written_later, name="again.zip")
    facts = verify(again, "--key", tmp_path / "key")[1]["facts"]
    assert (facts["stamped"]["size"], facts["stamped"]["reach"]) == (newest.size, "reach_all")


@pytest.mark.parametrize("check", CHECKS)
def test_the_command_of_the_guides_says_whether_the_authority_signed(
    stamped: tuple[store.Checkpoint, store.Checkpoint], tmp_path: Path, check: Callable[[Path], bool]
) -> None:
    folder = unpacked(tmp_path, "--month", month())
    assert check(folder)
    root = (folder / "tsa-root.pem").read_bytes()
    (folder / "tsa-root.pem").write_bytes(Authority().root)
    assert not check(folder)
    (folder / "tsa-root.pem").write_bytes(root)
    (folder / "timestamp.checkpoint").write_bytes((folder / "checkpoint").read_bytes())
    assert not check(folder)


def test_the_guides_and_the_program_name_the_same_command() -> None:
    for guide in GUIDES:
        assert f"       {verify_evidence.STAMP_COMMAND}\n" in guide.read_text(encoding="utf-8")


def test_without_a_stamp_that_holds_evidence_has_none_and_says_nothing_of_one(
    stamped: tuple[store.Checkpoint, store.Checkpoint], tmp_path: Path, folders: Path, settings: Any
) -> None:
    for token in (folders / "checkpoints").rglob("*.tsr"):
        token.write_bytes(b"0")
    bundle = taken(tmp_path, "export_evidence", "--month", month(), name="none.zip")
    code, told = verify(bundle, "--key", give(tmp_path / "key"))
    assert code == 0
    assert "stamped" not in told["facts"]
    settings.TSA_URL = ""
    bundle = taken(tmp_path, "export_evidence", "--month", month(), name="off.zip")
    assert "stamped" not in verify(bundle, "--key", tmp_path / "key")[1]["facts"]


def test_the_words_name_time_reach_and_command_in_both_languages(
    stamped: tuple[store.Checkpoint, store.Checkpoint], tmp_path: Path
) -> None:
    folder = unpacked(tmp_path, "--month", month())
    for language, words in (("en", "NOT checked here"), ("zh", "此处未检查")):
        said = subprocess.run(
            [
                sys.executable,
                str(PROGRAM),
                str(folder),
                "--key",
                str(give(tmp_path / "key")),
                "--lang",
                language,
            ],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert words in said
        assert verify_evidence.STAMP_COMMAND in said
        assert "{" not in said
