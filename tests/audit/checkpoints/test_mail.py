"""Mail to chosen outsiders, by a real mail server: each gets each day's newest once, whoever else fails."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from audit.checkpoints import places, store
from audit.checkpoints.publishing import publish
from audit.checkpoints.sinks import SinkDown, configured
from audit.checkpoints.sinks.mail import MailSink
from audit.models import LogEntry
from tests.audit.checkpoints.conftest import signed_anew
from tests.audit.checkpoints.postbox import Postbox, serving
from tests.audit.tree.conftest import House

FIRST, SECOND, THIRD = (f"{name}@example.org" for name in ("notary", "buyer", "seller"))


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    with serving(Postbox()) as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", running.port, False
        settings.CHECKPOINTS_MAIL_TO = [FIRST, SECOND, THIRD]
        yield running


@pytest.fixture
def made(house: House, settings: Any, monkeypatch: pytest.MonkeyPatch) -> store.Checkpoint:
    return signed_anew(house, 3, settings, monkeypatch)


def sink_of(recipient: str) -> MailSink:
    [found] = [one for one in configured() if isinstance(one, MailSink) and one.recipient == recipient]
    return found


def later(recipient: str, *, put: bool = False) -> None:
    """The next try of this recipient is due, as after its hour or day."""
    ago = timezone.now() - timedelta(days=2)
    places.change(sink_of(recipient).name, tried_at=ago, **({"put_at": ago} if put else {}))


@pytest.mark.parametrize(("fails", "code"), [("refuses", "address-refused"), ("hangs_up_on", "not-sent")])
def test_one_recipient_who_fails_makes_nobody_get_a_checkpoint_twice(
    made: store.Checkpoint, postbox: Postbox, fails: str, code: str
) -> None:
    getattr(postbox, fails).add(SECOND)
    for _ in range(3):
        publish()
        later(SECOND)
    assert [who for who, _ in postbox.taken] == [FIRST, THIRD]
    assert [places.read(sink_of(who).name).size for who in (FIRST, SECOND, THIRD)] == [3, 0, 3]
    assert places.read(sink_of(SECOND).name).error == code
    getattr(postbox, fails).clear()
    publish()
    assert [who for who, _ in postbox.taken] == [FIRST, THIRD, SECOND]
    assert places.read(sink_of(SECOND).name).error == ""
    [*_, (_, message)] = postbox.taken
    assert next(message.iter_attachments()).get_content() == made.note


def test_who_was_not_reached_for_days_gets_the_newest_and_nothing_of_between(
    made: store.Checkpoint, postbox: Postbox, house: House, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    postbox.refuses.add(SECOND)
    publish()
    for _ in range(2):
        signed_anew(house, 4, settings, monkeypatch)
        for recipient in (FIRST, SECOND, THIRD):
            later(recipient, put=recipient != SECOND)
        publish()
    postbox.refuses.clear()
    later(SECOND)
    publish()
    assert postbox.sizes(FIRST) == postbox.sizes(THIRD) == ["3", "7", "11"]
    assert postbox.sizes(SECOND) == ["11"]


def test_within_the_day_nobody_gets_another_while_one_is_tried_again(
    made: store.Checkpoint, postbox: Postbox, house: House, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    postbox.refuses.add(SECOND)
    publish()
    signed_anew(house, 4, settings, monkeypatch)
    later(SECOND)
    publish()
    assert postbox.sizes(FIRST) == ["3"]


def test_a_place_that_was_lost_after_the_sending_sends_nothing_again(
    made: store.Checkpoint, postbox: Postbox, folders: Path
) -> None:
    """As after a kill between the mail and the note of it; a copy of what was sent lies there."""
    publish()
    for place in (folders / "sinks").glob("mail-*.json"):
        place.unlink()
    publish()
    assert [who for who, _ in postbox.taken] == [FIRST, SECOND, THIRD]
    assert places.read(sink_of(FIRST).name).size == 3


def test_an_address_twice_in_the_setting_is_one_recipient(
    made: store.Checkpoint, postbox: Postbox, settings: Any
) -> None:
    settings.CHECKPOINTS_MAIL_TO = [FIRST, FIRST]
    publish()
    assert [who for who, _ in postbox.taken] == [FIRST]


def test_no_address_stands_in_a_file_name_a_place_or_the_log(
    made: store.Checkpoint, postbox: Postbox, folders: Path
) -> None:
    postbox.refuses.add(SECOND)
    publish()
    kept = [one for one in folders.rglob("*") if one.is_file() and one.suffix != ".lock"]
    assert len([one for one in kept if one.name.startswith("mail-")]) == 3
    for one in kept:
        assert not any(who.partition("@")[0] in str(one) for who in (FIRST, SECOND, THIRD))
        assert b"example.org" not in one.read_bytes()
    assert not LogEntry.objects.filter(leaf__contains=b"example").exists()


def test_a_mail_server_that_is_away_is_no_error_of_one_address(
    made: store.Checkpoint, settings: Any, postbox: Postbox
) -> None:
    settings.EMAIL_PORT = 9
    with pytest.raises(SinkDown, match="not-sent"):
        sink_of(FIRST).put(made)
