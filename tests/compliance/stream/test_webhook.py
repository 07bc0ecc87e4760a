"""The webhook against real servers: signed, in order, at least once, never past what was not acknowledged."""

import os
import signal
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from audit.actions import Action
from audit.models import LogEntry
from compliance.stream import pushing, webhook
from compliance.stream.failing import LONGEST, NotTaken, pause
from compliance.stream.models import StreamPlace, Trouble
from compliance.stream.receivers import receivers
from compliance.stream.tasks import push
from compliance.stream.webhook import is_loopback, key_of, signed
from people.accounts.system import SYSTEM_ID
from tests.compliance.processes import killed_in
from tests.compliance.stream.conftest import Made
from tests.compliance.stream.receivers import Authority, authority, checked
from tests.compliance.stream.receivers import webhook as receiving

pytestmark = pytest.mark.django_db(transaction=True)


def uids(events: list[dict[str, Any]]) -> list[str]:
    return [event["metadata"]["uid"] for event in events]


def due_again() -> None:
    """As if the pause were over."""
    StreamPlace.objects.update(next_try_at=timezone.now())


def test_the_signature_is_the_one_of_the_standard() -> None:
    """The example of the Standard Webhooks specification."""
    key = key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = signed(
        b'{"test": 2432232314}', key, identifier="msg_p5jXN8AQM9LWM0D4loKWxJek", now=1614265330.9
    )
    assert headers["webhook-timestamp"] == "1614265330"
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_every_entry_arrives_once_in_the_order_of_the_log_and_can_be_proved(
    made: Made, settings: Any
) -> None:
    with receiving() as web:
        settings.SIEM_WEBHOOK_URL = web.url
        ids = made(7)
        push()
        push()
    events = web.events()
    assert uids(events) == list(map(str, ids))
    first = events[0]["metadata"]["sequence"]
    assert [event["metadata"]["sequence"] for event in events] == list(range(first, first + 7))
    with connection.cursor() as cursor:
        cursor.execute("select hash from log.leaf where index = %s", [first])
        assert sha256(b"\0" + events[0]["raw_data"].encode()).digest() == bytes(cursor.fetchone()[0])
    place = StreamPlace.objects.get()
    assert (place.next_index, place.trouble) == (first + 7, "")
    assert place.acknowledged_at is not None
    assert len(web.got) == 1


def test_what_is_not_acknowledged_is_sent_again_and_nothing_is_passed_over(made: Made, settings: Any) -> None:
    with receiving() as web:
        settings.SIEM_WEBHOOK_URL = web.url
        web.answers = [503]
        ids = made(3)
        push()
        place = StreamPlace.objects.get()
        assert (place.trouble, place.attempts) == (Trouble.REFUSED, 1)
        push()  # left alone for the pause
        assert len(web.got) == 1
        due_again()
        push()
    assert uids(web.events())[:6] == list(map(str, ids)) * 2
    place = StreamPlace.objects.get()
    assert (place.trouble, place.failing_since, place.attempts) == ("", None, 0)
    told = LogEntry.objects.filter(action__in=(Action.STREAM_FAIL, Action.STREAM_RESUME)).order_by("-at")[:2]
    assert [(one.action, one.result, one.reason, one.actor) for one in told] == [
        (Action.STREAM_RESUME, "done", Trouble.REFUSED, SYSTEM_ID),
        (Action.STREAM_FAIL, "failed", Trouble.REFUSED, SYSTEM_ID),
    ]


def test_killed_between_acknowledgement_and_place_it_sends_again(
    made: Made, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiving() as web:
        settings.SIEM_WEBHOOK_URL = web.url
        ids = made(2)
        with monkeypatch.context() as dying:
            dying.setattr(pushing, "_acknowledged", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
            killed_in(push)
        assert uids(web.events()) == list(map(str, ids))
        push()
    assert uids(web.events()) == list(map(str, ids)) * 2


def test_large_backlogs_go_in_batches(made: Made, settings: Any) -> None:
    with receiving() as web:
        settings.SIEM_WEBHOOK_URL = web.url
        ids = made(8)
        [receiver] = receivers()
        assert pushing.push(receiver, most=3) == 8
    assert [len(checked(*one)) for one in web.got] == [3, 3, 2]
    assert uids(web.events()) == list(map(str, ids))


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_attack_a_redirect_is_not_followed(made: Made, settings: Any, status: int) -> None:
    with receiving() as web:
        settings.SIEM_WEBHOOK_URL = web.url
        web.answers = [status]
        made(1)
        push()
        assert len(web.got) == 1
    assert StreamPlace.objects.get().trouble == Trouble.REDIRECT


def test_by_https_with_the_certificate_checked(made: Made, settings: Any, trusted: Authority) -> None:
    with receiving(trusted.server) as web:
        settings.SIEM_WEBHOOK_URL = web.url
        ids = made(2)
        push()
    assert uids(web.events()) == list(map(str, ids))


def test_attack_another_certificate_gets_nothing(
    made: Made, settings: Any, tmp_path: Path, trusted: Authority
) -> None:
    (tmp_path / "other").mkdir()
    unknown = authority(tmp_path / "other")  # not the one that is trusted
    with receiving(unknown.server) as web:
        settings.SIEM_WEBHOOK_URL = web.url
        made(1)
        push()
        assert not web.got
    assert StreamPlace.objects.get().trouble == Trouble.TLS


def test_attack_a_certificate_of_another_name_gets_nothing(made: Made, settings: Any, tmp_path: Path) -> None:
    elsewhere = authority(tmp_path, "192.0.2.1")
    settings.SIEM_CA = elsewhere.pem
    with receiving(elsewhere.server) as web:
        settings.SIEM_WEBHOOK_URL = web.url
        made(1)
        push()
        assert not web.got
    assert StreamPlace.objects.get().trouble == Trouble.TLS


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.1/in",  # not this machine
        "http://localhost/in",  # a name, which somebody else resolves
        "ftp://127.0.0.1/in",
        "file:///etc/passwd",
        "https://",
        "https://user:secret@192.0.2.1/",
        "https://192.0.2.1:99999/",
    ],
)
def test_attack_addresses_that_are_not_sent_to(made: Made, settings: Any, url: str) -> None:
    settings.SIEM_WEBHOOK_URL = url
    made(1)
    push()
    assert StreamPlace.objects.get().trouble == Trouble.SETTING


@pytest.mark.parametrize("secret", ["", "secret", "whsec_", "whsec_c2hvcnQ=", "whsec_***", "AAAA" * 10])
def test_a_weak_secret_signs_nothing(secret: str) -> None:
    with pytest.raises(NotTaken) as refused:
        key_of(secret)
    assert refused.value.trouble == Trouble.SETTING


def test_nobody_there(made: Made, settings: Any) -> None:
    with receiving() as web:
        settings.SIEM_WEBHOOK_URL = web.url
    made(1)
    push()
    due_again()
    push()
    place = StreamPlace.objects.get()
    assert (place.trouble, place.attempts) == (Trouble.UNREACHABLE, 2)
    assert place.failing_since is not None
    assert place.next_try_at - timezone.now() > timedelta(seconds=15)


def test_another_address_is_another_receiver_and_begins_at_the_beginning(made: Made, settings: Any) -> None:
    with receiving() as one, receiving() as other:
        settings.SIEM_WEBHOOK_URL = one.url
        made(1)
        push()
        settings.SIEM_WEBHOOK_URL = other.url
        push()
    assert other.events()[0]["metadata"]["sequence"] == 0
    assert "token" not in str(list(StreamPlace.objects.values()))


def test_pauses_grow_and_end() -> None:
    pauses = [pause(attempt) for attempt in range(1, 40)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[1], pauses[-1]) == (timedelta(seconds=15), timedelta(seconds=30), LONGEST)


@pytest.mark.parametrize(
    ("host", "is_one"), [("127.0.0.1", True), ("::1", True), ("localhost", False), ("10.0.0.1", False)]
)
def test_loopback(host: str, is_one: bool) -> None:
    assert is_loopback(host) == is_one
    assert webhook.TIMEOUT > 0
