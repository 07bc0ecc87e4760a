"""The pages: what the sinks hold, proofs to take along, and what waits in Today."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from psycopg2.extensions import connection as Connection

from audit.checkpoints import alarms, places, publishing
from audit.checkpoints.judging import Found
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from compliance.proofs import health
from people.today import due_for
from tests.audit.checkpoints.postbox import Postbox, serving
from tests.cast import cast, client_of
from tests.compliance.proofs.signed import lasting_keys, signed, written

__all__ = ["lasting_keys"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("lasting_keys")]


@pytest.fixture
def people() -> SimpleNamespace:
    return SimpleNamespace(**cast())


@pytest.fixture
def olivia(people: SimpleNamespace) -> Client:
    return client_of(people.olivia)


def waits(user: Any) -> dict[str, int]:
    with translation.override("en"):
        return {str(item.label): item.count for item in due_for(user) if "checkpoint" in str(item.label)}


def test_the_page_says_what_each_sink_holds(
    olivia: Client, superuser: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(1)
    checkpoint = signed(superuser, monkeypatch)
    publishing.publish()
    page = olivia.get("/compliance/checkpoints/").content.decode()
    assert f"{checkpoint.size} entries" in page
    assert "Files in a folder of the house" in page
    assert checkpoint.body.origin in page
    assert "does not agree" not in page


def test_the_proof_of_an_entry_is_a_download_and_a_growth_too(
    olivia: Client, superuser: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = written(2)[0]
    early = olivia.get(f"/log/{entry}/proof/download/", follow=True)
    assert "Try again in a few seconds" in early.content.decode()
    checkpoint = signed(superuser, monkeypatch)
    answer = olivia.get(f"/log/{entry}/proof/download/")
    assert answer.content.startswith(b"c2sp.org/tlog-proof@v1\n")
    assert answer["Content-Disposition"] == f'attachment; filename="{entry}.tlog-proof"'
    growth = olivia.get("/compliance/checkpoints/growth/download/", {"from": "1"})
    assert growth.content.startswith(b"old 1\n")
    for bad in ("0", "-1", "x", "", str(checkpoint.size + 9), "9" * 40, "١"):
        refused = olivia.get("/compliance/checkpoints/growth/download/", {"from": bad}, follow=True)
        assert "Nothing was made" in refused.content.decode()


def test_an_alarm_and_a_sink_that_gets_nothing_wait_for_officers(
    people: SimpleNamespace, olivia: Client, superuser: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(1)
    checkpoint = signed(superuser, monkeypatch)
    publishing.publish()
    with acting_as(Origin()):
        alarms.tell("file", Found.SAME, 0)
        assert waits(people.olivia) == {}
        alarms.tell("file", Found.OTHER, 7)
    assert waits(people.olivia) == {"Signed checkpoints outside that do not agree with the log": 1}
    assert waits(people.ming) == waits(people.ada) == {}
    page = olivia.get("/compliance/checkpoints/").content.decode()
    assert "the checkpoint of 7 entries does not agree with the log" in page
    with acting_as(Origin()):
        alarms.tell("file", Found.SAME, 0)
    assert waits(people.olivia) == {}
    ago = checkpoint.at - timedelta(hours=1)
    places.change("file", size=0, put_at=ago)
    assert not health.late()  # the checkpoint itself is young
    superuser.cursor().execute("alter table log.checkpoint disable trigger refuse_change")
    superuser.cursor().execute("update log.checkpoint set at = at - interval '1 hour'")
    superuser.cursor().execute("alter table log.checkpoint enable always trigger refuse_change")
    assert waits(people.olivia) == {"Places outside that no signed checkpoint reaches": 1}


def test_reading_the_state_of_the_sinks_is_an_entry(people: SimpleNamespace, olivia: Client) -> None:
    olivia.get("/compliance/checkpoints/")
    assert LogEntry.objects.filter(actor=people.olivia.pk, fields=["checkpoints"]).exists()


def test_the_page_names_the_recipient_who_is_behind_without_their_address(
    olivia: Client, superuser: Connection, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.CHECKPOINTS_MAIL_TO = ["notary@qq.com", "buyer@example.org"]
    written(1)
    signed(superuser, monkeypatch)
    with serving(Postbox()) as postbox:
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", postbox.port, False
        postbox.refuses.add("buyer@example.org")
        publishing.publish()
    page = olivia.get("/compliance/checkpoints/").content.decode()
    first, second = (
        page.index(f"Mail to {mask}, address {number} of 2")
        for mask, number in (("n***@qq.com", 1), ("b***@***", 2))
    )
    assert page.index("the mail server refuses the address") > second > first
    assert "buyer" not in page
    assert "notary" not in page
