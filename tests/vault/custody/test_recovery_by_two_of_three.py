"""Two of three officers bring the root keys back in a fresh home, and nobody else does anything there."""

import json
import os
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError

from people.roles.models import RoleCode
from tests.cast import hold
from tests.compliance import processes
from tests.vault.custody.test_recovery import PASSPHRASE, cheap_argon, given, run, tampered
from tests.vault.custody.test_rotation import reads
from tests.vault.records.makers import ZHANG, add, book_of
from vault.keys.errors import ProviderDown
from vault.keys.providers import provider
from vault.keys.service import key_cache
from vault.records.models import ClientBook

__all__ = ["cheap_argon"]

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = ("olivia", "otto", "lea")
TYPED = f"{PASSPHRASE}\n" * 2
Shares = list[list[str]]  # (share file, its holder's key file) of each


@pytest.fixture
def officers(people: SimpleNamespace) -> SimpleNamespace:
    """The cast with a third officer."""
    hold(people.lea, RoleCode.COMPLIANCE_OFFICER)
    return people


def copied(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Shares:
    """A recovery copy of which two shares are needed, under recovery keys that its holders make for it."""
    holders: list[str] = []
    folder.mkdir()
    for name in NAMES:
        run(monkeypatch, "recovery_key", str(folder / name), typed=TYPED)
        holders += ["--holder", name, str(folder / f"{name}.pub")]
    who = ("--as", "olivia", "--needed", "2", "--json")
    files = json.loads(run(monkeypatch, "recovery_copy", str(folder / "out"), *who, *holders))["shares"]
    return [[file, str(folder / name)] for file, name in zip(files, NAMES, strict=True)]


def lost(settings: Any, fresh: Path) -> Path:
    """The root keys are gone for good, and the house starts from the folder `fresh`, which is not yet."""
    (settings.KEYS_DIR / "root-keys.json").unlink()
    settings.KEYS_DIR = fresh
    provider.cache_clear()
    key_cache.cache_clear()
    return fresh


def forgotten(fresh: Path) -> None:
    (fresh / "root-keys.json").unlink()
    provider.cache_clear()
    key_cache.cache_clear()


def test_any_two_shares_bring_every_client_back_and_one_brings_nobody(
    officers: SimpleNamespace,
    book: ClientBook,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clients = [
        add(book),
        add(book, {"name": "李四", "notes": ZHANG["notes"]}),
        add(book_of(officers.lin, name="林的"), {"name": "王五", "notes": ZHANG["notes"]}),
    ]
    shares = copied(tmp_path / "usb", monkeypatch)
    before = json.loads((settings.KEYS_DIR / "root-keys.json").read_text())
    fresh = lost(settings, tmp_path / "fresh" / "keys")

    def all_read() -> bool:
        return [reads(client, client.book.lead) for client in clients] == [ZHANG["notes"]] * len(clients)

    with pytest.raises(ProviderDown):
        all_read()
    for two in combinations(shares, 2):
        run(monkeypatch, "recover_keys", *given(list(two)), typed=TYPED)
        assert json.loads((fresh / "root-keys.json").read_text()) == before
        assert all_read()
        forgotten(fresh)
    for one in shares:
        with pytest.raises(CommandError):
            run(monkeypatch, "recover_keys", *given([one]), typed=TYPED)
        with pytest.raises(ProviderDown):
            all_read()


def test_what_is_not_two_shares_of_one_copy_is_refused_in_one_line_and_writes_nothing(
    officers: SimpleNamespace,
    book: ClientBook,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add(book)
    shares, others = (copied(tmp_path / name, monkeypatch) for name in ("first", "second"))
    fresh = lost(settings, tmp_path / "fresh" / "keys")

    def refused(pairs: Shares, words: str) -> None:
        with pytest.raises(CommandError, match=words) as said:
            run(monkeypatch, "recover_keys", *given(pairs), typed=TYPED)
        assert "\n" not in str(said.value)
        assert not fresh.parent.exists()

    def copy_of(share: list[str], name: str, **changes: Any) -> list[str]:
        path = tmp_path / name
        path.write_bytes(Path(share[0]).read_bytes())
        return tampered([str(path), share[1]], **changes)

    def damaged(share: list[str], at: int) -> list[str]:
        """One byte of the file is another."""
        path = tmp_path / f"damaged-{at}"
        content = bytearray(Path(share[0]).read_bytes())
        content[at] ^= 0x01
        path.write_bytes(content)
        return [str(path), share[1]]

    first, second, third = shares
    refused([first], "需要 2 份不同的份额，只提供了 1 份")
    refused([first, first], "需要 2 份不同的份额，只提供了 1 份")
    refused([first, copy_of(first, "again")], "需要 2 份不同的份额，只提供了 1 份")
    refused([first, copy_of(first, "renumbered", number=2)], "第 2 份用此密钥无法打开")
    refused([first, others[1]], "不属于同一恢复副本")
    of_first = json.loads(Path(first[0]).read_text())["copy"]
    refused([first, copy_of(others[1], "passed-off", copy=of_first)], "第 2 份用此密钥无法打开")
    sealed = Path(second[0]).read_text().index('"sealed"') + 40
    refused([first, damaged(second, sealed)], "第 2 份用此密钥无法打开")
    refused([first, damaged(second, 0)], "无法读取")
    refused([first, [second[0], third[1]]], "第 2 份用此密钥无法打开")
    for name, text in (("empty", ""), ("list", "[]"), ("half", Path(second[0]).read_text()[:99])):
        (tmp_path / name).write_text(text)
        refused([first, [str(tmp_path / name), second[1]]], "无法读取|不是恢复份额")
        refused([first, [second[0], str(tmp_path / name)]], "无法读取|口令")
    refused([first, copy_of(second, "lowered", threshold=1)], "不属于同一恢复副本")


def test_the_real_command_in_a_home_where_nothing_is_yet(
    officers: SimpleNamespace,
    book: ClientBook,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another process, at the full price of the passphrases, as an operator types it after a fire."""
    monkeypatch.undo()  # the cheap passphrases
    client = add(book)
    shares = copied(tmp_path / "usb", monkeypatch)
    home = tmp_path / "home"
    environment = os.environ | {
        "SEALROOM_HOME": str(home),
        "DATABASE_URL": processes.in_this_database(os.environ["DATABASE_URL"]),
    }
    lost(settings, home / "keys")

    done = subprocess.run(
        [sys.executable, "manage.py", "recover_keys", *given([shares[2], shares[0]])],
        env={name: value for name, value in environment.items() if name != "KEYS_DIR"},
        input=TYPED,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (home / "keys" / "root-keys.json").stat().st_mode & 0o777 == 0o600
    assert (home / "keys").stat().st_mode & 0o777 == 0o700
    assert reads(client, officers.ming) == ZHANG["notes"]
