"""Entries as OCSF events: what each class requires is there, sizes hold, nothing is lost but by saying so."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import ocsf
from audit.actions import Action, ObjectType, Result
from audit.entry import Entry, Stamped, leaf, timestamp
from audit.models import LogEntry
from audit.origin import Origin
from audit.phrases import OPENING

AT = datetime(2026, 11, 22, 8, 30, 0, 123456, tzinfo=UTC)
SOMEBODY = uuid4()
# Required of every event, and of each class: events/*.json of ocsf-schema v1.8.0.
BASE = {"activity_id", "category_uid", "class_uid", "metadata", "severity_id", "time", "type_uid"}
OF_CLASS = {
    3001: {"user"},
    3002: {"user", "service"},
    6003: {"actor", "api", "src_endpoint"},
    6006: {"actor", "file", "src_endpoint"},
}


def entry_of(
    action: str = Action.CLIENT_REVEAL,
    *,
    subjects: int = 1,
    result: Result = Result.DONE,
    actor: UUID | None = SOMEBODY,
    object_type: ObjectType = ObjectType.CLIENT,
    network: str | None = "192.0.2.0/24",
) -> LogEntry:
    stated = Entry(
        action=Action(action),
        object_type=object_type,
        object_id=uuid4(),
        subjects=tuple(uuid4() for _ in range(subjects)),
        purpose="service",
        reason="reason.asked",
        result=result,
        fields=("name", "phone"),
    )
    stamped = Stamped(stated, Origin(actor=actor, session=uuid4(), request=uuid4(), network=network), time=AT)
    columns = stamped.columns()
    data = leaf(columns, detail=None, time=timestamp(AT))
    return LogEntry(**columns | {"at": AT, "leaf": data, "subjects": list(stated.subjects)})


@pytest.mark.parametrize("result", list(Result))
def test_every_action_makes_an_event_with_what_its_class_requires(result: Result) -> None:
    for action in Action.values:
        check_complete(action, result)


def check_complete(action: str, result: Result) -> None:
    made = ocsf.event(entry_of(action, result=result), index=41)
    assert BASE | OF_CLASS[made["class_uid"]] <= made.keys()
    assert made["type_uid"] == made["class_uid"] * 100 + made["activity_id"]
    assert made["category_uid"] == made["class_uid"] // 1000
    assert made["status_id"] == (1 if result == Result.DONE else 2)
    assert made["time"] == 1795336200123
    json.loads(ocsf.line(made))


def test_what_opens_data_is_never_an_activity_without_a_number() -> None:
    assert [code for code in OPENING if ocsf.class_of(code)[1] == ocsf.OTHER] == []


@pytest.mark.parametrize(
    ("action", "type_uid"),
    [
        ("session.sign_in", 300201),
        ("session.sign_in_fail", 300201),
        ("session.sign_out", 300202),
        ("role.grant", 300107),
        ("role.revoke", 300108),
        ("person.disable", 300105),
        ("file.download", 600602),
        ("file.view_page", 600609),
        ("file.view", 600614),
        ("redaction.give", 600612),
        ("client.export", 600602),
        ("client.create", 600301),
        ("client.reveal", 600302),
        ("client.list", 600302),
        ("client.edit", 600303),
        ("book.member_remove", 600304),
        ("client.stop_use", 600399),
    ],
)
def test_actions_are_what_a_reader_of_ocsf_expects(action: str, type_uid: int) -> None:
    assert ocsf.event(entry_of(action))["type_uid"] == type_uid


def test_the_receiver_can_tell_it_again_and_prove_it() -> None:
    entry = entry_of(subjects=3)
    made = ocsf.event(entry, index=41)
    assert made == ocsf.event(entry, index=41)
    metadata = made["metadata"]
    assert (metadata["uid"], metadata["sequence"]) == (str(entry.id), 41)
    assert metadata["version"] == "1.8.0"
    raw = str(made["raw_data"]).encode()
    assert sha256(b"\0" + raw).digest() == sha256(b"\0" + bytes(entry.leaf)).digest()
    assert [one["uid"] for one in made["resources"]] == [str(entry.object_id), *map(str, entry.subjects)]
    assert made["src_endpoint"] == {"name": "192.0.2.0/24"}


def test_an_entry_without_actor_names_nobody() -> None:
    made = ocsf.event(entry_of(Action.SESSION_SIGN_IN_FAIL, subjects=0, actor=None, network=None))
    unknown = {"name": "unattributed", "type_id": 0}
    assert (made["actor"]["user"], made["user"]) == (unknown, unknown)
    assert made["src_endpoint"] == {"name": "unknown"}
    assert (made["severity_id"], made["status"]) == (1, "Success")


@given(st.integers(0, 1000))
def test_a_shortened_event_fits_and_says_that_it_was_cut(subjects: int) -> None:
    made = ocsf.event(entry_of(Action.CLIENT_LIST, subjects=subjects), index=1)
    cut = ocsf.shortened(made, 8192)
    assert len(ocsf.line(cut)) <= 8192
    whole = len(ocsf.line(made))
    if whole <= 8192:
        assert cut is made
    else:
        assert cut["metadata"]["is_truncated"]
        assert cut["metadata"]["untruncated_size"] == whole
        assert cut["metadata"]["uid"] == made["metadata"]["uid"]
        assert cut["unmapped"].get("subjects_count", subjects) == subjects


def test_an_event_is_never_cut_to_nothing() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        ocsf.shortened(ocsf.event(entry_of()), 100)
