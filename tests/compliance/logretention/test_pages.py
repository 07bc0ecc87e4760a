"""The pages: months and their grounds, the policy's form, asking, taking a bundle, the desk's calm word."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from psycopg2.extensions import connection as Connection

from audit.actions import Action
from audit.models import LogEntry
from compliance.conduct.codes import Measure
from compliance.conduct.models import ConductCase
from compliance.logretention import tasks
from compliance.logretention.models import LogMonth
from compliance.logretention.policy import Policy, policy
from people.approvals.models import ApprovalRequest
from tests.cast import signed_in
from tests.compliance.logretention.conftest import AddMonths
from tests.compliance.logretention.doing import agreed, night, worked
from tests.compliance.world import book_of, clients_in

PAGE = "/log/retention/"
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("lasting_keys")]


@pytest.fixture(autouse=True)
def _queue_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks.leave, "delay", lambda code: None)


@pytest.fixture
def olivia(people: dict[str, Any], client: Client) -> Client:
    people["olivia"].language = "en"
    people["olivia"].save()
    signed_in(client, people["olivia"])
    return client


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_each_month_says_what_keeps_it(
    people: dict[str, Any],
    olivia: Client,
    old: AddMonths,
    superuser: Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    [client_id, _] = clients_in(book_of(people["ming"]), people["ming"], 2)
    [month] = old(3, subject=client_id)
    night(superuser, monkeypatch)
    page = text(olivia.get(PAGE))
    assert "3 entries concern 1 client who is still kept" in page
    assert "Kept: something in it must stay" in page
    assert "Ask to let it leave" not in page
    assert LogEntry.objects.filter(action=Action.LOG_READ, fields=["retention"]).exists()
    assert olivia.get(f"{PAGE}{month:%Y-%m}/").status_code == 404


def test_from_the_page_to_the_drop(
    people: dict[str, Any],
    olivia: Client,
    old: AddMonths,
    superuser: Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    [month] = old(2)
    night(superuser, monkeypatch)
    assert "Ask to let it leave" in text(olivia.get(PAGE))
    asking = olivia.get(f"{PAGE}{month:%Y-%m}/")
    assert bytes(LogMonth.objects.get(pk=month).bundle or b"").hex() in text(asking)
    assert olivia.post(f"{PAGE}{month:%Y-%m}/", {"words": ""}).status_code == 422
    olivia.post(f"{PAGE}{month:%Y-%m}/", {"words": "Three years are over."})
    request = ApprovalRequest.objects.get(action="log.drop")
    assert "Asked for: open the request" in text(olivia.get(PAGE))
    assert "sealroom-log-" in text(olivia.get(f"/approvals/{request.pk}/"))
    agreed(people["otto"], request)
    assert "Leaves as soon as a checkpoint holds the order" in text(olivia.get(PAGE))
    worked(superuser, monkeypatch, month)
    assert "Left the database" in text(olivia.get(PAGE))
    day = f"{month:%Y-%m}-02"
    desk = text(olivia.get("/log/", {"since": day, "until": day}))
    assert f"{month:%Y-%m} has left the database with 2 entries, as two officers agreed." in desk
    assert "has left the database" not in text(olivia.get("/log/"))
    taken = olivia.get(f"{PAGE}{month:%Y-%m}/download/")
    assert b"".join(taken.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]
    export = LogEntry.objects.filter(action=Action.LOG_EXPORT, actor=people["olivia"].pk).latest("at")
    assert f"month.{month:%Y-%m}" in export.fields


def test_attack_a_bundle_is_not_read_from_elsewhere(
    olivia: Client, old: AddMonths, superuser: Connection, monkeypatch: pytest.MonkeyPatch, archive: Path
) -> None:
    [month] = old(2)
    night(superuser, monkeypatch)
    (archive / f"sealroom-log-{month:%Y-%m}.zip").unlink()
    assert olivia.get(f"{PAGE}{month:%Y-%m}/download/").status_code == 404
    for name in ("../keys", "2020-13", "..%2f..%2fkeys"):
        assert olivia.get(f"{PAGE}{name}/download/").status_code == 404


def test_attack_the_bundle_of_a_month_in_which_a_case_about_oneself_stood(
    people: dict[str, Any],
    olivia: Client,
    old: AddMonths,
    superuser: Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its entries would tell who opened and decided it. Not offered, and not given."""
    before, since = old(1, 2)
    night(superuser, monkeypatch)
    ConductCase.objects.create(
        person=people["olivia"],
        opened_by=people["otto"],
        first=people["lea"],
        second=people["lin"],
        appeal_by=people["ming"],
        opened_at=datetime(since.year, since.month, 3, tzinfo=UTC),
        proposed=Measure.TALK,
        compartment=uuid4(),
        key_id=1,
    )
    offered = text(olivia.get(PAGE))
    for month, given in ((before, 200), (since, 404)):
        address = f"{PAGE}{month:%Y-%m}/download/"
        assert olivia.get(address).status_code == given
        assert (address in offered) == (given == 200)
    other = Client()
    signed_in(other, people["otto"])
    assert other.get(f"{PAGE}{since:%Y-%m}/download/").status_code == 200


def test_the_form_sets_and_asks(olivia: Client) -> None:
    less = olivia.post(f"{PAGE}policy/", {"months": "5", "years": "3"})
    assert less.status_code == 422
    assert "six months at least" in text(less)
    olivia.post(f"{PAGE}policy/", {"months": "60", "years": "3"})
    assert policy() == Policy(60, 3)
    assert olivia.post(f"{PAGE}policy/", {"months": "12", "years": "3"}).status_code == 422
    olivia.post(f"{PAGE}policy/", {"months": "12", "years": "3", "words": "The law asks for no more."})
    assert policy() == Policy(60, 3)
    assert "has asked that the log is kept for less long" in text(olivia.get(PAGE))


def test_the_auditor_reads_and_changes_nothing(people: dict[str, Any], client: Client) -> None:
    people["aud"].language = "en"
    people["aud"].save()
    signed_in(client, people["aud"])
    page = text(client.get(PAGE))
    assert "How long the log is kept" not in page
    assert client.post(f"{PAGE}policy/", {"months": "60", "years": "3"}).status_code == 404


def test_queries_do_not_grow_with_the_months(olivia: Client, old: AddMonths) -> None:
    old(1)
    olivia.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        olivia.get(PAGE)
    old(*[1] * 35, oldest=39)
    for number in range(36):
        LogMonth.objects.create(
            month=date(2010 + number // 12, number % 12 + 1, 1), entries=1, kept={"living": [1, 1]}
        )
    with CaptureQueriesContext(connection) as many:
        page = olivia.get(PAGE)
    assert page.content.count(b"<tr data-month") >= 36
    assert len(many) == len(few)


def test_nobody_asks_about_a_month_that_is_not_there(olivia: Client) -> None:
    assert olivia.get(f"{PAGE}2001-01/").status_code == 404
