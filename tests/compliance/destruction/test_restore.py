"""Measure M39: a backup of the data, restored beside today's keyring, yields nothing of the destroyed."""

import pytest

from audit import grouping
from compliance.destruction import tasks
from tests import databases
from tests.compliance import processes, world
from tests.conftest import DATABASE
from vault.keys.errors import KeyWithheld
from vault.keys.service import key_cache
from vault.records.models import Client

pytestmark = pytest.mark.django_db(transaction=True)
RESTORED = f"{DATABASE}_restored"


@pytest.fixture
def restored():
    """An empty database for the restore; the process's own aliases come back to the test's afterwards."""
    databases.drop(RESTORED)
    with_superuser = databases.superuser("postgres")
    databases.admin.make_database(with_superuser, RESTORED)
    with_superuser.close()
    yield RESTORED
    _work_in(DATABASE)
    databases.drop(RESTORED)


def _work_in(name: str) -> None:
    """The log's committer has a connection of its own: it ends, and the next entry begins another."""
    grouping.close()
    databases.point_aliases_at(name)


def test_i6_a_restored_backup_opens_the_kept_and_nothing_of_the_destroyed(
    restored, as_worker, monkeypatch
) -> None:
    monkeypatch.setattr(tasks.run, "delay", lambda run_id: None)
    everybody = world.people()
    ming = everybody["ming"]
    book = world.book_of(ming)
    stays = world.clients_in(book, ming, 3)
    goes = world.clients_in(book, ming, 5, age=world.LONG_AGO)
    world.rule_of(everybody["olivia"])
    before = processes.pg_dump("--exclude-schema=keyring")

    run = world.ordered(everybody)
    with as_worker():
        tasks.run(str(run.pk))
    keyring = processes.pg_dump("--schema=keyring")

    processes.psql(restored, before)
    processes.psql(restored, keyring)
    _work_in(restored)
    key_cache.cache_clear()
    assert Client.objects.filter(pk__in=goes).count() == len(goes)
    for client, values in stays.items():
        assert world.plaintext(client, ming) == values
    for client in goes:
        with pytest.raises(KeyWithheld):
            world.plaintext(client, ming)
