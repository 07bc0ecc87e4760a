"""Syslog over TLS against a real server: RFC 5425's frames, RFC 5424's header, and the end of the
connection as acknowledgement."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from audit.actions import Action
from compliance.stream import syslog
from compliance.stream.models import StreamPlace, Trouble
from compliance.stream.syslog import MOST, framed, message, target_of
from compliance.stream.tasks import push
from tests.audit.test_ocsf import entry_of
from tests.compliance.stream.conftest import Made
from tests.compliance.stream.receivers import (
    Authority,
    Manner,
    authority,
    closes_unread,
    closes_without_a_word,
    hangs,
    reads_all,
    resets,
)
from tests.compliance.stream.receivers import syslog as receiving

pytestmark = pytest.mark.django_db(transaction=True)
HEADER = re.compile(
    rb"<(\d+)>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) (\S+) sealroom - (\S{1,32})"
    rb' \[meta sequenceId="(\d+)"\] (\{.*\})\Z'
)


def parsed(frame: bytes) -> tuple[int, str, dict[str, Any]]:
    """Priority, MSGID and event."""
    found = HEADER.match(frame)
    assert found is not None, frame[:200]
    return int(found[1]), found[4].decode(), json.loads(found[6])


@pytest.mark.parametrize("manner", [reads_all, closes_without_a_word])
def test_every_entry_arrives_in_order(made: Made, settings: Any, trusted: Authority, manner: Manner) -> None:
    with receiving(trusted.server, manner) as log:
        settings.SIEM_SYSLOG = log.address
        ids = made(5)
        push()
        push()
    found = [parsed(frame) for frame in log.frames]
    assert [event["metadata"]["uid"] for *_, event in found] == list(map(str, ids))
    assert {(priority, code) for priority, code, _ in found} == {(13 * 8 + 6, "client.view")}
    assert StreamPlace.objects.get().trouble == ""


@pytest.mark.parametrize("manner", [resets, closes_unread])
def test_a_receiver_that_dies_has_taken_nothing(
    made: Made, settings: Any, trusted: Authority, manner: Manner
) -> None:
    with receiving(trusted.server, manner) as log:
        settings.SIEM_SYSLOG = log.address
        made(40)
        before = StreamPlace.objects.get().next_index
        push()
    place = StreamPlace.objects.get()
    assert place.next_index == before
    assert place.trouble in (Trouble.UNREACHABLE, Trouble.TLS)


def test_a_receiver_that_hangs_has_taken_nothing(
    made: Made, settings: Any, trusted: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syslog, "TIMEOUT", 0.2)
    with receiving(trusted.server, hangs) as log:
        settings.SIEM_SYSLOG = log.address
        made(1)
        before = StreamPlace.objects.get().next_index
        push()
    assert StreamPlace.objects.get().next_index == before
    assert StreamPlace.objects.get().trouble


def test_attack_another_certificate_gets_nothing(
    made: Made, settings: Any, tmp_path: Path, trusted: Authority
) -> None:
    (tmp_path / "other").mkdir()
    with receiving(authority(tmp_path / "other").server) as log:
        settings.SIEM_SYSLOG = log.address
        made(1)
        push()
        assert not log.frames
    assert StreamPlace.objects.get().trouble == Trouble.TLS


@pytest.mark.parametrize("subjects", [0, 1, 200, 1000])
def test_no_message_is_longer_than_receivers_take(subjects: int) -> None:
    one = message(entry_of(Action.CLIENT_LIST, subjects=subjects), 2**31 + 5, host="vault.example")
    assert len(one) <= MOST
    _, _, event = parsed(one)
    assert event["metadata"].get("is_truncated", False) == (subjects >= 200)
    assert framed(one) == str(len(one)).encode() + b" " + one


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("siem.example", ("siem.example", 6514)),
        ("siem.example:7000", ("siem.example", 7000)),
        ("[::1]:7000", ("::1", 7000)),
    ],
)
def test_addresses(address: str, target: tuple[str, int]) -> None:
    assert target_of(address) == target
