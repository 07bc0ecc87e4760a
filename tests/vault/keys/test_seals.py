"""No data key seals more often than its bound, in all processes together."""

import ast
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import transaction
from psycopg2 import errors
from psycopg2.extensions import connection as Connection

from audit.actions import Action
from tests.vault.profiles import crypto_profile
from tests.vault.records.makers import acting, add
from vault.access import Mode, access
from vault.crypto.envelope import OpenKey
from vault.crypto.errors import WornOut
from vault.keys import seals
from vault.keys.service import key_cache
from vault.records.entries import client_entry
from vault.records.models import Client, ClientBook

__all__ = ["crypto_profile"]

pytestmark = pytest.mark.django_db(transaction=True)
BOUND = 2**32  # NIST SP 800-38D, section 8.3


def written(client: Client, person: object, text: str) -> None:
    with acting(person), access(Mode.WRITE, client_entry(client, Action.CLIENT_OPEN)):  # type: ignore[arg-type]
        found = Client.objects.select_related("book").get(pk=client.pk)
        found.notes = text
        found.save()


def granted(superuser: Connection, client: Client) -> int:
    with superuser.cursor() as cursor:
        cursor.execute("select seals from keyring.key where id = %s", [client.key_id])
        found: int = cursor.fetchone()[0]
        return found


def test_a_key_stops_hard_at_its_bound_of_seals(
    superuser: Connection, people: SimpleNamespace, book: ClientBook
) -> None:
    client = add(book)
    with superuser.cursor() as cursor:
        cursor.execute(
            "update keyring.key set seals = %s where id = %s", [BOUND - seals.BLOCK, client.key_id]
        )
    key_cache.cache_clear()
    written(client, people.ming, "the last grant")
    assert granted(superuser, client) == BOUND
    key_cache.cache_clear()  # another process, or this one later
    with pytest.raises(WornOut, match="reencrypt"):
        written(client, people.ming, "one more")
    with superuser.cursor() as cursor, pytest.raises(errors.CheckViolation, match="bound_of_seals"):
        cursor.execute("update keyring.key set seals = seals + 1 where id = %s", [client.key_id])


def test_a_process_seals_what_it_was_granted_and_then_asks(
    superuser: Connection, people: SimpleNamespace, book: ClientBook
) -> None:
    client = add(book)
    assert granted(superuser, client) == seals.BLOCK  # at birth
    key_cache.cache_clear()
    for text in ("one", "two"):
        written(client, people.ming, text)
    assert granted(superuser, client) == 2 * seals.BLOCK  # one grant for both
    [held] = key_cache().get_many([client.key_id]).values()
    assert isinstance(held.key, OpenKey)
    held.key.left = 0
    written(client, people.ming, "three")
    assert granted(superuser, client) == 3 * seals.BLOCK


def test_a_rollback_takes_no_seal_back(
    superuser: Connection, people: SimpleNamespace, book: ClientBook
) -> None:

    client = add(book)
    key_cache.cache_clear()
    with transaction.atomic():
        written(client, people.ming, "lost")
        transaction.set_rollback(True)
    assert granted(superuser, client) == 2 * seals.BLOCK


def test_a_forked_child_spends_nothing_of_its_parents_grant(book: ClientBook) -> None:
    add(book)
    assert len(key_cache())
    child = os.fork()
    if not child:
        os._exit(len(key_cache()))
    assert os.waitpid(child, 0)[1] == 0


def test_nobody_seals_without_being_counted() -> None:
    """The envelope's sealing functions are imported by the account alone."""
    root = Path(__file__).resolve().parents[3]
    callers = {
        str(path.relative_to(root))
        for package in ("audit", "people", "vault", "deals", "compliance", "config")
        for path in (root / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and node.module == "vault.crypto.envelope"
        and {name.name for name in node.names} & {"seal", "seal_many"}
    }
    assert callers == {"vault/keys/seals.py"}
