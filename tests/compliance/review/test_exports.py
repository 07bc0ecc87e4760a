"""The log as files: a table, the hashed bytes, events for a SIEM."""

import json
from hashlib import sha256
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from audit.actions import Action, ObjectType, Result
from audit.models import LogEntry
from compliance.review.ocsf import API_ACTIVITY, AUTHENTICATION, event
from tests.cast import cast, client_of
from tests.compliance.review.entries import reveal, written

pytestmark = pytest.mark.django_db

# What the schema requires of each class (schema.ocsf.io, 1.3.0), beside what it requires of every event.
REQUIRED = {"activity_id", "category_uid", "class_uid", "type_uid", "time", "severity_id", "metadata"}
OF_CLASS = {AUTHENTICATION: {"user", "service"}, API_ACTIVITY: {"actor", "api", "src_endpoint"}}


@pytest.fixture
def people() -> SimpleNamespace:
    return SimpleNamespace(**cast())


def taken(people: SimpleNamespace, client: UUID, kind: str) -> list[dict[str, Any]]:
    browser = client_of(people.olivia)
    answer = browser.get(reverse("compliance:log_export"), {"client": str(client), "format": kind})
    assert answer.status_code == 200
    return [json.loads(line) for line in answer.getvalue().decode().splitlines()]


def test_json_lines_hold_the_bytes_that_are_hashed(people: SimpleNamespace) -> None:
    client = uuid4()
    entry = reveal(people.ming, client)
    [row] = taken(people, client, "jsonl")
    assert row["id"] == str(entry.pk)
    assert row["subjects"] == [str(client)]
    assert sha256(row["leaf"].encode()).digest() == sha256(bytes(entry.leaf)).digest()


def test_events_are_whole_and_their_type_is_that_of_their_class(people: SimpleNamespace) -> None:
    client = uuid4()
    entry = reveal(people.ming, client)
    [one] = taken(people, client, "ocsf")
    assert REQUIRED | OF_CLASS[API_ACTIVITY] <= one.keys()
    assert one["type_uid"] == one["class_uid"] * 100 + one["activity_id"] == 600302
    assert one["time"] == int(entry.at.timestamp() * 1000)
    assert one["actor"]["user"] == {"uid": str(people.ming.pk)}
    assert one["api"]["operation"] == "client.reveal"
    assert one["metadata"]["uid"] == str(entry.pk)
    assert one["status_id"] == 1


def test_each_action_makes_an_event_of_the_schema(people: SimpleNamespace) -> None:
    entry = reveal(people.ming, uuid4())
    for action in Action:
        entry.action = action
        one = event(entry)
        assert REQUIRED | OF_CLASS[one["class_uid"]] <= one.keys(), action
        assert ("activity_name" in one) == (one["activity_id"] == 99), action
        assert set(one["src_endpoint"]) & {"ip", "uid", "name", "hostname"}, action
    assert event(entry)["metadata"]["version"] == "1.3.0"


@pytest.mark.parametrize(
    ("action", "result", "status"),
    [
        (Action.SESSION_SIGN_IN, Result.DONE, 1),
        (Action.SESSION_SIGN_IN_FAIL, Result.FAILED, 2),
        (Action.SESSION_SIGN_IN_FAIL, Result.DONE, 2),
        (Action.CLIENT_REVEAL, Result.REFUSED, 2),
    ],
)
def test_what_did_not_succeed_is_no_success(
    people: SimpleNamespace, action: Action, result: Result, status: int
) -> None:
    entry = written(people.ming, action, ObjectType.SESSION, uuid4(), result=result)
    assert event(entry)["status_id"] == status


def test_nobody_signed_in_is_an_unknown_user(people: SimpleNamespace) -> None:
    entry = written(people.ming, Action.SESSION_SIGN_IN_FAIL, ObjectType.SESSION, uuid4())
    entry.actor = None
    assert event(entry)["user"] == {"type_id": 0}


def test_a_file_says_its_format_in_the_log_and_another_format_is_none(people: SimpleNamespace) -> None:
    client = uuid4()
    reveal(people.ming, client)
    taken(people, client, "ocsf")
    made = LogEntry.objects.get(action=Action.LOG_EXPORT, actor=people.olivia.pk)
    assert made.fields == ["client", "format.ocsf", "count.1"]
    assert (
        client_of(people.olivia).get(reverse("compliance:log_export"), {"format": "exe"}).status_code == 400
    )
