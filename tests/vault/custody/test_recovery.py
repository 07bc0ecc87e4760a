"""The recovery copy, by its commands: the key file destroyed, brought back, and clients open again."""

import io
import json
import sys
from base64 import b64decode
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tests.vault.custody import making
from tests.vault.custody.test_rotation import reads
from tests.vault.records.makers import ZHANG, add
from vault.crypto import recovery as crypto
from vault.custody.models import RecoveryCopy, RecoveryDrill
from vault.custody.recovery_state import recovery_state
from vault.keys import inventory
from vault.keys.errors import ProviderDown
from vault.keys.service import key_cache
from vault.records.models import ClientBook

pytestmark = pytest.mark.django_db(transaction=True)
PASSPHRASE = "correct horse battery staple"
HOLDERS = ("olivia", "otto")


@pytest.fixture(autouse=True)
def cheap_argon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crypto, "_MEMORY", 64)


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str, typed: str = "") -> str:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def shares(
    people: SimpleNamespace, book: ClientBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[list[str]]:
    """Two of two: (share file, key file) of each."""
    holders = []
    for name in HOLDERS:
        said = run(monkeypatch, "recovery_key", str(tmp_path / name), typed=f"{PASSPHRASE}\n" * 2)
        public = b64decode((tmp_path / f"{name}.pub").read_bytes())
        assert crypto.fingerprint(public) in said
        holders += ["--holder", name, str(tmp_path / f"{name}.pub")]
    told = run(
        monkeypatch,
        "recovery_copy",
        str(tmp_path / "out"),
        "--as",
        "olivia",
        "--needed",
        "2",
        "--json",
        *holders,
    )
    files = json.loads(told)["shares"]
    return [[file, str(tmp_path / name)] for file, name in zip(files, HOLDERS, strict=True)]


def given(shares: list[list[str]]) -> list[str]:
    return [word for pair in shares for word in ("--share", *pair)]


def test_the_key_file_destroyed_and_recovered_clients_open_again(
    people: SimpleNamespace, book: ClientBook, shares: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = add(book)
    root_file = settings.KEYS_DIR / "root-keys.json"
    before = json.loads(root_file.read_text())
    typed = f"{PASSPHRASE}\n" * 2
    with pytest.raises(CommandError, match="exists"):
        run(monkeypatch, "recover_keys", *given(shares), typed=typed)
    root_file.unlink()
    key_cache.cache_clear()
    with pytest.raises(ProviderDown):
        reads(client, people.ming)
    run(monkeypatch, "recover_keys", *given(shares), typed=typed)
    assert json.loads(root_file.read_text()) == before
    assert root_file.stat().st_mode & 0o777 == 0o600
    assert reads(client, people.ming) == ZHANG["notes"]


def tampered(share: list[str], **changes: Any) -> list[str]:
    path = Path(share[0])
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    return share


def test_too_few_or_false_shares_give_a_clear_error_and_no_file(
    shares: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    root_file = settings.KEYS_DIR / "root-keys.json"
    root_file.unlink()

    def refused(pairs: list[list[str]], match: str, typed: str = f"{PASSPHRASE}\n" * 2) -> None:
        with pytest.raises(CommandError, match=match):
            run(monkeypatch, "recover_keys", *given(pairs), typed=typed)
        assert not root_file.exists()

    refused(shares[:1], "2 different shares are needed; 1 were given|需要")
    refused([shares[0], shares[0]], "2 different shares are needed; 1 were given|需要")
    refused(shares, "passphrase|口令", typed="wrong wrong wrong\n" * 2)
    refused([[shares[0][0], shares[1][1]], shares[1]], "does not open|无法打开")
    sealed = json.loads(Path(shares[0][0]).read_text())["sealed"]
    refused([tampered(shares[0], sealed=sealed[:-8] + "AAAAAAA="), shares[1]], "does not open|无法打开")
    refused([tampered(shares[0], sealed=sealed, number=2), shares[1]], "needed|需要")
    refused([tampered(shares[0], number=3), shares[1]], "does not open|无法打开")


@pytest.mark.usefixtures("as_worker")
def test_the_drill_is_recorded_and_a_copy_of_before_a_rotation_is_stale(
    people: SimpleNamespace, shares: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = f"{PASSPHRASE}\n" * 2
    assert recovery_state(inventory.root_versions()[0]).problem
    said = run(monkeypatch, "recovery_drill", "--as", "otto", *given(shares), typed=typed)
    assert "on record" in said or "已记录" in said
    drill = RecoveryDrill.objects.get()
    assert (drill.by, drill.passed, drill.shares) == (people.otto, True, 2)
    assert not recovery_state(inventory.root_versions()[0]).problem
    making.rotated(people)
    state = recovery_state(inventory.root_versions()[0])
    assert state.stale
    assert state.problem
    with pytest.raises(CommandError):
        run(monkeypatch, "recovery_drill", "--as", "otto", *given(shares), typed=typed)
    assert not RecoveryDrill.objects.order_by("-at")[0].passed


def test_shares_that_cannot_be_written_are_not_made(
    shares: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = RecoveryCopy.objects.count()
    holders = [word for who in HOLDERS for word in ("--holder", who, str(tmp_path / f"{who}.pub"))]
    given = ("--as", "olivia", "--needed", "2", *holders)
    with pytest.raises(CommandError, match=r"无法写入|Nothing can be written"):
        run(monkeypatch, "recovery_copy", str(tmp_path / "olivia.pub" / "x"), *given)
    assert RecoveryCopy.objects.count() == made
    said = run(monkeypatch, "recovery_copy", str(tmp_path / "again"), *given)
    assert "不要留在本机" in said or "machine" in said


@pytest.mark.parametrize("name", ["ada", "ming", "aud"])
def test_only_officers_copy_and_rehearse(
    shares: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    holders = [word for who in HOLDERS for word in ("--holder", who, str(tmp_path / f"{who}.pub"))]
    with pytest.raises(CommandError):
        run(monkeypatch, "recovery_copy", str(tmp_path / "x"), "--as", name, "--needed", "2", *holders)
    assert not (tmp_path / "x").exists()
    with pytest.raises(CommandError):
        run(monkeypatch, "recovery_drill", "--as", name, *given(shares), typed=f"{PASSPHRASE}\n" * 2)
