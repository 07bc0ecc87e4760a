"""A real worker killed in the middle of a mail: after a restart everything has arrived, under one id each."""

import email
from collections.abc import Iterator
from types import SimpleNamespace
from uuid import uuid4

import pytest

from audit.origin import Origin, acting_as
from people.notices import tasks
from people.notices.models import Message, State
from people.notices.services import notify
from tests.cast import cast
from tests.compliance import processes
from tests.people.notices.servers import MailServer, running
from tests.vault.custody.conftest import own_root_keys

__all__ = ["own_root_keys"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def post_office(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with running(MailServer()) as server:
        monkeypatch.setenv("SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("SMTP_PORT", str(server.port))
        monkeypatch.setenv("SMTP_TLS", "false")
        yield server


def test_killed_while_it_sends_nothing_is_lost_and_nothing_shown_twice(
    own_root_keys: None, post_office: MailServer
) -> None:
    with acting_as(Origin()):
        people = SimpleNamespace(**cast())
        for _number in range(3):
            notify("approval.escalated", [people.olivia, people.otto], object_id=uuid4(), key=str(uuid4()))
    post_office.goes_on.clear()
    with processes.celery_worker() as worker:
        tasks.send.delay()
        processes.wait_for(post_office.arriving.is_set, "the first mail arrives")
        processes.kill(worker)
    processes.wait_for(lambda: not processes.worker_sessions(), "its sessions end")
    assert Message.objects.filter(state=State.SENT).count() == 0
    post_office.goes_on.set()
    with processes.celery_worker():
        tasks.send.delay()
        processes.wait_for(lambda: not Message.objects.exclude(state=State.SENT).exists(), "all are sent")
    processes.wait_for(lambda: len(post_office.taken) >= 7, "the mails are read")
    ids = [email.message_from_bytes(one)["Message-ID"] for one in post_office.taken]
    # The one that was under way was taken by the server and not noted: it comes once more, as the same mail.
    assert len(ids) == 7
    assert len(set(ids)) == 6
