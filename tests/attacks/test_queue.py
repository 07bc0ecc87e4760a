"""Invariant 7: what lies in the queue, read as Valkey holds it, before a worker takes it."""

import base64
import json
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
import redis
from django.conf import settings

from config.celery import app
from people.roles.builtin import RoleCode
from tests.cast import client_of, person
from tests.compliance.world import LONG_AGO, clients_in, ordered, rule_of
from tests.vault.disclosures.makers import approve, ask
from tests.vault.records.conftest import as_worker, book, people
from tests.vault.records.makers import ZHANG, acting, add
from tests.vault.records.uploads import start, upload
from vault.records.importing import services, tasks
from vault.records.importing.models import UndoReason
from vault.records.models import ClientBook

__all__ = ["as_worker", "book", "people"]

LIST = "姓名,手机\n王五,13800138001\n赵六,13900139000\n,13\n"
LONG = "姓名,手机\n" + "孙七,13700137000\n" * 25_000  # longer than a page waits for: the worker checks it
IMPORTED = ("王五", "赵六", "孙七", "13800138001", "13900139000", "13700137000")
SECRETS = [value for value in (*ZHANG.values(), *IMPORTED) if len(value) > 1]
STARTED = {
    "people.notices.tasks.send",
    "vault.records.importing.tasks.check",
    "vault.records.importing.tasks.discard",
    "vault.records.importing.tasks.run",
    "vault.records.importing.tasks.undo",
    "vault.disclosures.tasks.build",
    "compliance.destruction.tasks.run",
}


def is_id_or_switch(value: object) -> bool:
    """A UUID as it is written, a bool, or nothing: none of these says anything about a person."""
    return value is None or isinstance(value, bool) or (isinstance(value, str) and str(UUID(value)) == value)


def messages(store: "redis.Redis[bytes]") -> list[dict[str, Any]]:
    """What waits in the queue, oldest first."""
    return [json.loads(one) for one in reversed(store.lrange(app.conf.task_default_queue, 0, -1))]


@pytest.mark.django_db(transaction=True)
def test_i7_every_message_of_the_queue_holds_ids_and_nothing_else(
    as_worker: None, people: SimpleNamespace, book: ClientBook
) -> None:
    """A real import, its undoing, an export and a destruction, started as people start them."""
    people.oscar = person("oscar", role=RoleCode.COMPLIANCE_OFFICER)
    store = redis.from_url(settings.REDIS_URL)
    store.delete(app.conf.task_default_queue)
    client = add(book)
    with acting(people.ming):
        job = start(upload(book, LIST))
    tasks.run(str(job.pk))
    with acting(people.ming):
        services.cancel_import(actor=people.ming, job_id=upload(book, LONG).pk)
        services.drop_bad_rows(actor=people.ming, job_id=job.pk)
        services.order_undo(actor=people.ming, job_id=job.pk, reason=UndoReason.WRONG_LIST)
    approve(ask(people.ming, people.lin, ids=[client.pk]), people.lea)
    clients_in(book, people.ming, 2, age=LONG_AGO)
    rule_of(people.olivia)
    ordered(vars(people))
    assert client_of(people.ming).post("/clients/search/", {"q": ZHANG["phone"]}).status_code == 200

    found = messages(store)
    assert {message["headers"]["task"] for message in found} == STARTED
    for message in found:
        arguments, named, embedded = json.loads(base64.b64decode(message["body"]))
        assert arguments or message["headers"]["task"] == "people.notices.tasks.send"  # whatever is due
        assert all(map(is_id_or_switch, [*arguments, *named.values()])), message["headers"]["task"]
        assert not any(embedded.values())  # no callback carries arguments of its own
    held = {key: store.dump(key) for key in store.scan_iter()}
    assert app.conf.task_default_queue.encode() in held
    texts = "".join(map(str, found)) + "".join(repr(pair) for pair in held.items())
    texts += "".join(base64.b64decode(message["body"]).decode() for message in found)
    assert [secret for secret in SECRETS if secret in texts or json.dumps(secret).strip('"') in texts] == []
