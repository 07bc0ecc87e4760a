"""Killed with -9 at the last step of a rotation, the next run ends the old root version for good."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from psycopg2.extensions import connection as Connection

from tests import databases
from tests.compliance import processes
from tests.conftest import DATABASE
from tests.vault.custody import making
from tests.vault.custody.test_rotation import keyring, reads
from tests.vault.keys.providers.test_pkcs11 import PIN, TOKEN, of_house, tokens
from tests.vault.records.makers import ZHANG, acting, add, add_many, book_of
from tools.softhsm import find_softhsm
from vault.crypto.errors import SealBroken
from vault.crypto.keywrap import KeyKind, WrappingKey, unwrap_key
from vault.custody import running
from vault.custody.models import KeyRotation, RotationState
from vault.keys import inventory, store
from vault.keys.errors import KeyWithheld
from vault.keys.providers import provider
from vault.keys.providers.base import WrappedCompartmentKey
from vault.keys.service import key_cache

__all__ = ["tokens"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("as_worker")]

# Whoever ends a root version waits here, or at its commit, for whoever holds this lock.
WAIT = """
create function public.wait_here() returns trigger language plpgsql as
  $$ begin perform pg_advisory_xact_lock_shared(4711); return new; end $$;
create {} on keyring.root_version {} for each row when (new.ended_at is not null)
  execute function public.wait_here();
"""
IN_THE_KEYRING = WAIT.format("trigger wait_here before update", "")
AT_COMMIT = WAIT.format("constraint trigger wait_here after update", "deferrable initially deferred")


def doing(what: str) -> bool:
    """Whether the killed-to-be waits in the database, or outside of it after this statement."""
    stands = "(wait_event_type = 'Lock' or state = 'idle in transaction')"
    return bool(processes.forks(f"query ilike '%{what}%' and {stands}"))


@contextmanager
def waiting(sql: str) -> Iterator[None]:
    with closing(databases.superuser(DATABASE)) as blocker, blocker.cursor() as cursor:
        cursor.execute(sql)
        cursor.execute("select pg_advisory_lock(4711)")
        yield
        cursor.execute("drop function public.wait_here cascade")


@contextmanager
def before_the_end(_keys: Path) -> Iterator[str]:
    """All keys are moved, and the old version stands."""
    with waiting(IN_THE_KEYRING):
        yield "end_root_version"


@contextmanager
def within_the_destruction(keys: Path) -> Iterator[str]:
    """The keyring agreed, and the key file's lock is somebody else's."""
    with (keys / "root-keys.lock").open("rb+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield "end_root_version"


@contextmanager
def before_it_is_on_record(_keys: Path) -> Iterator[str]:
    """The provider has destroyed it; the keyring's own word is not committed."""
    with waiting(AT_COMMIT):
        yield "commit"


Point = Callable[[Path], AbstractContextManager[str]]
# (where the worker is killed, whether the provider has the old version then)
STEPS: dict[str, list[tuple[Point, bool]]] = {
    "file": [(before_the_end, True), (within_the_destruction, True), (before_it_is_on_record, False)],
    "pkcs11": [(before_the_end, True), (before_it_is_on_record, False)],
}


@pytest.fixture(params=STEPS)
def house(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> str:
    """Where the house keeps its root keys: in the key file, or in a real SoftHSM2."""
    if request.param == "pkcs11":
        request.getfixturevalue("tokens")
        pin = tmp_path / "pin"
        pin.write_text(PIN)
        settings.KEY_PROVIDER_OPTIONS = {
            "PKCS11_MODULE": find_softhsm(),
            "PKCS11_TOKEN": TOKEN,
            "PKCS11_PIN_FILE": str(pin),
            "PKCS11_LABEL": "sealroom-root",
        }
    settings.KEY_PROVIDER = request.param
    provider.cache_clear()
    return str(request.param)


def test_killed_at_the_end_the_next_run_ends_the_old_version_for_good(
    house: str, people: SimpleNamespace, superuser: Connection, settings: Any
) -> None:
    book, other = book_of(people.ming), book_of(people.lin, name="林的")
    add_many(book, 5)
    clients = [add(book), add(other, {"name": "李四", "notes": ZHANG["notes"]})]
    before = store.root_in_force() or 0
    kept, secrets = copy_of(superuser), secrets_of(house)
    rotation = making.ordered(people)
    work = partial(carried_out, people, rotation)
    for at, still_there in STEPS[house]:
        with at(settings.KEYS_DIR) as waits_in, processes.forked(work):
            processes.wait_for(partial(doing, waits_in), at.__name__)
        assert states() == ["in_force", "retiring"], at.__name__
        assert (before in provider().versions()) is still_there, at.__name__
        key_cache.cache_clear()
        assert all(reads(one, one.book.lead) == ZHANG["notes"] for one in clients), at.__name__
    work()
    rotation.refresh_from_db()
    assert rotation.state == RotationState.DONE
    assert states() == ["in_force", "destroyed"]
    assert provider().versions() == [store.root_in_force()] != [before]
    assert all(reads(one, one.book.lead) == ZHANG["notes"] for one in clients)

    if house == "file":
        left = b"".join(path.read_bytes() for path in settings.KEYS_DIR.iterdir())
        assert not any(secret.hex().encode() in left or secret in left for secret in secrets)
    put_back(superuser, kept)
    key_cache.cache_clear()
    opens_nothing(house, superuser, before)
    for one in clients:
        with pytest.raises(KeyWithheld):
            reads(one, one.book.lead)


def carried_out(people: SimpleNamespace, rotation: KeyRotation) -> None:
    with acting(people.olivia):
        running.carry_out(rotation.pk)


def states() -> list[str]:
    return [root.state for root in inventory.root_versions()]


def secrets_of(house: str) -> list[bytes]:
    """The root keys as they lie in the key file; no other provider gives any out."""
    return list(provider().export().values()) if house == "file" else []  # type: ignore[attr-defined]


def copy_of(superuser: Connection) -> list[tuple[str, str]]:
    """A backup of the keyring: its tables' rows as text."""
    return [
        (table, str(row))
        for table in ("key", "root_version")
        for (row,) in keyring(superuser, f"select t::text from keyring.{table} t")
    ]


def put_back(superuser: Connection, rows: list[tuple[str, str]]) -> None:
    """The keyring as it was, by the database's administrator, whom no rule of the database holds back."""
    with superuser.cursor() as cursor:
        cursor.execute("set session_replication_role = replica; delete from keyring.key")
        cursor.execute("delete from keyring.root_version")
        for table, row in rows:
            cursor.execute(f"insert into keyring.{table} select (%s::keyring.{table}).*", [row])
        cursor.execute("set session_replication_role = origin")


def opens_nothing(house: str, superuser: Connection, before: int) -> None:
    """Each compartment key of before, asked of the provider, and tried under every root key that is left."""
    rows = keyring(
        superuser, "select id, compartment, wrapped from keyring.key where root_version = %s", before
    )
    assert len(rows) > 1
    for key_id, compartment, wrapped in rows:
        owner = UUID(str(compartment))
        old = WrappedCompartmentKey(int(str(key_id)), owner, before, bytes(wrapped))  # type: ignore[arg-type]
        with pytest.raises(SealBroken):
            provider().unwrap_many([old])
        for secret in secrets_of(house):
            with pytest.raises(SealBroken):
                unwrap_key(
                    WrappingKey(before, secret),
                    old.wrapped,
                    key_id=old.key_id,
                    kind=KeyKind.COMPARTMENT,
                    owner=owner.bytes,
                    compartment=owner.bytes,
                )
    if house == "pkcs11":
        assert before not in of_house().versions()
