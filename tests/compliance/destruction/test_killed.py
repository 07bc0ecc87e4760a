"""A real worker: killed in the middle it leaves no half state, and after a restart the run ends once."""

from contextlib import closing

import pytest

from audit.models import LogEntry
from compliance.destruction import services, tasks
from compliance.destruction.models import DestroyedRecord, RunState
from config.celery import app
from tests import databases
from tests.compliance import processes, world
from tests.conftest import DATABASE
from vault.keys import store
from vault.keys.errors import KeyWithheld
from vault.keys.service import key_cache
from vault.purposes.catalogue import ChangeReason
from vault.records.changing import update_client
from vault.records.models import Client

pytestmark = pytest.mark.django_db(transaction=True)
BATCHES = 5
IN_THE_MIDDLE = 3


@pytest.fixture
def everybody():
    return world.people()


@pytest.fixture
def run(everybody, monkeypatch):
    """Five batches of four; one client of the third has a version, whose row a test can hold on to."""
    monkeypatch.setattr(services, "BATCH_SIZE", 4)
    app.control.purge()
    book = world.book_of(everybody["ming"])
    world.clients_in(book, everybody["ming"], 4 * BATCHES, age=world.LONG_AGO)
    world.rule_of(everybody["olivia"])
    return world.proposed(everybody["olivia"])


def destroyed(run) -> int:
    return DestroyedRecord.objects.filter(run=run).count()


def whole_or_untouched(run) -> None:
    """Each batch is done with everything, or nothing of it is gone."""
    for batch in run.batches.all():
        clients = list(batch.items.values_list("client_id", flat=True))
        rows = Client.objects.filter(pk__in=clients).count()
        stones = DestroyedRecord.objects.filter(client_id__in=clients).count()
        live = {copy.live for copy in store.copies(clients)}
        entries = LogEntry.objects.filter(pk=batch.done_entry).count()
        state = (rows, stones, live, entries)
        assert state in (((0, len(clients), {False}, 1)), ((len(clients), 0, {True}, 0))), (
            batch.number,
            state,
        )


def test_killed_in_the_middle_it_leaves_no_half_state_and_ends_once(everybody, run) -> None:
    clients = sorted(run.items.values_list("client_id", flat=True))
    victim = clients[4 * (IN_THE_MIDDLE - 1)]
    update_client(
        actor=everybody["ming"],
        client_id=victim,
        version=1,
        reason=next(iter(ChangeReason)).value,
        values={"notes": "x"},
    )
    # Somebody else's transaction holds a row that the third batch must delete after its keys are destroyed.
    run = world.ordered(everybody)
    with closing(databases.superuser(DATABASE)) as blocker, blocker.cursor() as cursor:
        blocker.autocommit = False
        cursor.execute("select from vault_clientversion where client_id = %s for update", [str(victim)])
        with processes.celery_worker() as worker:
            processes.wait_for(processes.a_worker_waits_for_a_lock, "the worker comes to the third batch")
            assert destroyed(run) == 4 * (IN_THE_MIDDLE - 1)
            processes.kill(worker)
    processes.wait_for(lambda: not processes.worker_sessions(), "the killed worker's connection ends")
    assert destroyed(run) == 4 * (IN_THE_MIDDLE - 1)
    whole_or_untouched(run)

    tasks.resume_all()
    tasks.resume_all()
    with processes.celery_worker():
        processes.wait_for(lambda: _state(run) == RunState.DONE, "the run ends")
        processes.wait_for(lambda: not _queued(), "the second message is looked at")
    whole_or_untouched(run)
    assert destroyed(run) == 4 * BATCHES
    assert LogEntry.objects.filter(object_id=run.pk, action="destruction.done").count() == BATCHES
    assert LogEntry.objects.filter(object_id=run.pk, action="destruction.certify").count() == 1


def test_a_key_cached_in_another_process_is_gone_at_its_next_access(everybody, run) -> None:
    """This process plays the web; the worker that destroys is another one."""
    client = run.items.first()
    assert world.plaintext(client.client_id, everybody["ming"])
    assert key_cache().get_many([client.key_id])
    kept = Client.objects.select_related("book").get(pk=client.client_id)
    run = world.ordered(everybody)
    with processes.celery_worker():
        processes.wait_for(lambda: _state(run) == RunState.DONE, "the run ends")
    assert key_cache().get_many([client.key_id])
    with pytest.raises(KeyWithheld):
        world.opened(kept, everybody["ming"])
    assert not key_cache().get_many([client.key_id])


def _state(run) -> str:
    run.refresh_from_db()
    return run.state


def _queued() -> int:
    with app.connection_for_read() as connection:
        return connection.default_channel.client.llen("celery")
