"""A real worker killed with -9 at every step of a rotation; the next one ends it, and nothing is lost."""

from contextlib import closing
from types import SimpleNamespace

import pytest

from config.celery import app
from tests import databases
from tests.compliance import processes
from tests.conftest import DATABASE
from tests.vault.custody import making
from tests.vault.custody.test_rotation import reads
from tests.vault.records.makers import ZHANG, add, add_many
from vault.custody import tasks
from vault.custody.models import RotationState
from vault.keys import inventory, store
from vault.keys.providers import provider
from vault.keys.service import key_cache
from vault.records.models import ClientBook

pytestmark = pytest.mark.django_db(transaction=True)

# Where the worker waits for a lock that the test holds, and is killed: one step of the rotation after
# another.
STEPS = {
    "the keyring does not know the new version": "select from keyring.root_version for update",
    "the compartment has no new generation yet": "select from keyring.key where kind = 1 for update",
    "keys are being moved": "select from keyring.key where kind = 4 for update",
}


def test_killed_at_every_step_it_ends_and_loses_nothing(
    people: SimpleNamespace, book: ClientBook, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_many(book, 10)
    client, before = add(book), store.root_in_force()
    app.control.purge()
    rotation = making.ordered(people)
    for number, (step, sql) in enumerate(STEPS.items()):
        with closing(databases.superuser(DATABASE)) as blocker, blocker.cursor() as cursor:
            blocker.autocommit = False
            cursor.execute(sql)
            tasks.resume_all()
            with processes.celery_worker() as worker:
                processes.wait_for(processes.a_worker_waits_for_a_lock, step)
                processes.kill(worker)
        processes.wait_for(lambda: not processes.worker_sessions(), "the killed worker's connection ends")
        app.control.purge()
        key_cache.cache_clear()
        assert reads(client, people.ming) == ZHANG["notes"], step
        assert add(book, {"name": f"新人{number}"}), step
    tasks.resume_all()
    tasks.resume_all()
    with processes.celery_worker():
        processes.wait_for(lambda: _state(rotation) == RotationState.DONE, "the rotation ends")
    assert provider().versions() == [store.root_in_force()]
    assert [root.state for root in inventory.root_versions()] == ["in_force", "destroyed"]
    assert inventory.root_versions()[1].id == before
    key_cache.cache_clear()
    assert reads(client, people.ming) == ZHANG["notes"]


def _state(rotation: object) -> str:
    rotation.refresh_from_db()  # type: ignore[attr-defined]
    return str(rotation.state)  # type: ignore[attr-defined]
