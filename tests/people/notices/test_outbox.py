"""Written with the act, sent after it: rolled back is never sent, committed is sent, told once."""

import smtplib
import socket
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action
from people.accounts.models import User
from people.notices.forgetting import KEPT, forget_old
from people.notices.models import (
    ByMail,
    KnownPlace,
    Message,
    Notice,
    NoticeBatch,
    NoticeChoice,
    NoticeSettings,
    RobotKeys,
    State,
)
from people.notices.sending import MOST_ATTEMPTS, send_due, wait_after
from people.notices.services import notify
from tests.cast import client_of
from tests.people.helpers import delivered, logged

pytestmark = pytest.mark.django_db
ASKED = "approval.asked"


def test_what_rolls_back_is_never_sent(people: SimpleNamespace) -> None:
    with transaction.atomic():
        notify(ASKED, [people.olivia], object_id=uuid4())
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    assert delivered() == []


def test_what_is_noted_is_sent_once_without_a_name_in_its_head(people: SimpleNamespace) -> None:
    asked = uuid4()
    notify(ASKED, [people.olivia, people.olivia], object_id=asked)
    assert send_due() == 1
    assert send_due() == 0
    [sent] = mail.outbox
    assert sent.to == [people.olivia.email]
    assert sent.subject == "Sealroom: An approval request waits for you"
    assert f"/approvals/{asked}/" in sent.body
    message = Message.objects.get()
    assert sent.extra_headers["Message-ID"].startswith(f"<{message.pk}.1@")
    assert reverse("people:notice_settings") in sent.extra_headers["List-Unsubscribe"]
    [(html, kind)] = sent.alternatives
    assert kind == "text/html"
    assert not [word for word in ("<img", "src=", "url(") if word in html]


def test_a_key_is_told_once_whenever_it_is_noted_again(people: SimpleNamespace) -> None:
    for _again in range(3):
        notify("approval.escalated", [people.olivia], object_id=uuid4(), key="one")
        send_due()
    assert Notice.objects.get().count == 1
    assert len(mail.outbox) == 1


def test_attack_a_flood_is_one_line_and_two_mails(people: SimpleNamespace) -> None:
    """Somebody asks and asks: one notice with a count, a mail at once and one when the window is over."""
    for _again in range(200):
        notify(ASKED, [people.olivia], object_id=uuid4())
    send_due()
    for _again in range(200):
        notify(ASKED, [people.olivia], object_id=uuid4())
    send_due()
    notices = Notice.objects.filter(person=people.olivia)
    assert sum(notice.count for notice in notices) == 400
    assert notices.count() <= 2  # the window may have turned meanwhile
    Message.objects.update(due_at=timezone.now())
    while send_due():
        pass
    assert len(mail.outbox) <= 2 * notices.count()
    page = client_of(people.olivia).get(reverse("people:notices")).content.decode()
    assert "approval requests came for you" in page


def test_read_before_is_unread_again_with_the_next_one(people: SimpleNamespace) -> None:
    notify(ASKED, [people.olivia])
    Notice.objects.update(read_at=timezone.now())
    notify(ASKED, [people.olivia])
    assert Notice.objects.filter(read_at__isnull=True).exists()


def test_what_fails_waits_longer_each_time_and_is_given_up_in_sight(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    notify(ASKED, [people.olivia], object_id=uuid4())

    def refuse(*_: object, **__: object) -> None:
        raise smtplib.SMTPServerDisconnected("olivia@example.test")

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", refuse)
    waits = []
    for _attempt in range(MOST_ATTEMPTS):
        before = timezone.now()
        Message.objects.update(due_at=before)
        assert send_due() == 1
        waits.append(Message.objects.get(notice__kind=ASKED).due_at - before)
    message = Message.objects.get(notice__kind=ASKED)
    assert (message.state, message.trouble) == (State.DEAD, "mail.unreachable")
    assert waits[:3] == sorted(waits[:3])
    assert sum((wait_after(n) for n in range(1, MOST_ATTEMPTS)), timedelta()) > timedelta(hours=8)
    monkeypatch.undo()
    admin = client_of(people.ada)
    page = admin.get(reverse("people:robots")).content.decode()
    assert "The mail server does not answer" in page
    assert Notice.objects.filter(person=people.ada, kind="messages.lost").exists()
    admin.post(reverse("people:messages_retry"))
    assert [one.to for one in delivered()] == [[people.olivia.email]]
    assert logged(Action.MESSAGE_RETRY) == 1


def test_a_server_that_does_not_answer_is_waited_for_once_a_run(
    people: SimpleNamespace, settings: Any
) -> None:
    with socket.socket() as nobody:  # a port that nobody listens on
        nobody.bind(("127.0.0.1", 0))
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = (*nobody.getsockname(), False)
        notify(ASKED, [people.olivia, people.otto, people.lea])
        assert send_due() == 1
        assert sorted(Message.objects.values_list("attempts", flat=True)) == [0, 0, 1]


def test_a_mailbox_that_is_refused_holds_up_nobody(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise smtplib.SMTPRecipientsRefused({"olivia@example.test": (550, b"no such")})

    notify(ASKED, [people.olivia, people.otto])
    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", refuse)
    assert send_due() == 2
    assert set(Message.objects.values_list("trouble", flat=True)) == {"mail.refused"}


def test_a_broken_message_holds_up_none_behind_it(people: SimpleNamespace) -> None:
    notify(ASKED, [people.olivia], object_id=uuid4())
    Notice.objects.update(kind="nobody.knows")
    notify("role.changed", [people.ming])
    Message.objects.filter(notice__person=people.olivia).update(due_at=timezone.now() - timedelta(hours=1))
    assert [one.to for one in delivered()] == [[people.ming.email]]
    assert Message.objects.get(notice__person=people.olivia).trouble == "mail.broken"


def test_nothing_goes_to_a_closed_account_but_that_it_was_locked(people: SimpleNamespace) -> None:
    notify(ASKED, [people.ming], object_id=uuid4())
    notify("lock.person", [people.ming])
    people.ming.is_active, people.ming.disabled_at = False, timezone.now()
    people.ming.save()
    assert [one.subject for one in delivered()] == ["Sealroom: Your account was locked"]


def test_attack_anothers_notice_is_neither_read_nor_marked(people: SimpleNamespace) -> None:
    notify("role.changed", [people.ming])
    notice = Notice.objects.get()
    thief = client_of(people.lin)
    missing = uuid4()
    for pk in (notice.pk, missing):
        assert thief.get(reverse("people:notice", args=[pk])).status_code == 404
        assert thief.post(reverse("people:notice_read", args=[pk])).status_code == 404
    thief.post(reverse("people:notices_read"))
    assert "Your roles were changed" not in thief.get(reverse("people:notices")).content.decode()
    notice.refresh_from_db()
    assert notice.read_at is None
    owner = client_of(people.ming)
    assert owner.get(reverse("people:notice", args=[notice.pk]))["Location"] == reverse("people:me")
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_attack_security_is_not_turned_off_by_a_tampered_form(people: SimpleNamespace) -> None:
    client = client_of(people.ming)
    address = reverse("people:notice_settings")
    form = client.get(address).context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    typed |= {"mail_security": "off", "sms_security": "", "mail_approvals": "off"}
    assert client.post(address, typed).status_code == 302
    assert dict(NoticeChoice.objects.values_list("group", "mail"))["approvals"] == ByMail.OFF
    assert not NoticeChoice.objects.filter(group="security").exists()
    notify("role.changed", [people.ming])
    notify(ASKED, [people.ming])
    assert [one.subject for one in delivered()] == ["Sealroom: Your roles were changed"]
    with pytest.raises(IntegrityError, match="notice_choice_never_of_security"), transaction.atomic():
        NoticeChoice.objects.create(person=people.ming, group="security", mail=ByMail.OFF)
    assert logged(Action.MESSAGE_SETTINGS, people.ming.pk) == 1


def test_old_lines_are_forgotten_and_unsent_ones_wait(people: SimpleNamespace) -> None:
    notify(ASKED, [people.olivia])
    notify("role.changed", [people.ming])
    Message.objects.filter(notice__person=people.ming).delete()
    long_ago = timezone.now() - KEPT - timedelta(days=1)
    Notice.objects.update(created_at=long_ago, last_at=long_ago)
    forget_old()
    assert [notice.person_id for notice in Notice.objects.all()] == [people.olivia.pk]


def test_mark_all_leaves_what_came_since_the_page(people: SimpleNamespace) -> None:
    client = client_of(people.ming)
    notify("role.changed", [people.ming])
    newest = client.get(reverse("people:notices")).context["newest"]
    notify("factor.added", [people.ming])
    client.post(reverse("people:notices_read"), {"before": newest})
    assert [row.kind for row in Notice.objects.filter(read_at__isnull=True)] == ["factor.added"]
    assert "1 unread notice" in client.get(reverse("people:me")).content.decode()


def test_the_count_in_the_bar_is_one_query(people: SimpleNamespace, django_assert_num_queries) -> None:
    from people.notices.services import unread_count

    for _again in range(3):
        notify("role.changed", [people.ming], key=str(uuid4()))
    with django_assert_num_queries(1):
        assert unread_count(people.ming) == 3


def test_pages_of_the_centre_do_not_cost_more_with_more_lines(
    people: SimpleNamespace, django_assert_max_num_queries
) -> None:
    client: Client = client_of(people.ming)
    address = reverse("people:notices")
    notify("role.changed", [people.ming], key="first")
    with django_assert_max_num_queries(12) as few:
        client.get(address)
    for number in range(60):
        notify("role.changed", [people.ming], key=str(number))
    with django_assert_max_num_queries(len(few)):
        page = client.get(address)
    assert page.context["page"].next
    more = client.get(address, {"after": page.context["page"].next})
    assert len(more.context["lines"]) == 11


def _batch(since: datetime, **more: datetime) -> NoticeBatch:
    times = {"since": since, "due_at": since + timedelta(minutes=1), **more}
    return NoticeBatch.objects.create(kind="room.files", deal_id=UUID(int=1), **times)


def _place(person: User) -> KnownPlace:
    return KnownPlace.objects.create(person=person, mark=b"0" * 16)


def test_what_the_database_refuses(people: SimpleNamespace) -> None:
    now = timezone.now()
    notify(ASKED, [people.olivia])
    notice, message = Notice.objects.get(), Message.objects.get()
    wrong = [
        ("notice_once", lambda: Notice.objects.create(person=people.olivia, kind=ASKED, key=notice.key)),
        ("notice_counts", lambda: Notice.objects.update(count=0)),
        ("notice_goes_forward", lambda: Notice.objects.update(last_at=now - timedelta(days=9))),
        ("message_of_one", lambda: Message.objects.create(channel="mail")),
        ("message_state_known", lambda: Message.objects.update(state="odd")),
        ("message_channel_known", lambda: Message.objects.update(channel="pigeon")),
        ("message_sent_has_time", lambda: Message.objects.update(state=State.SENT)),
        ("message_once_a_channel", lambda: Message.objects.create(notice=notice, channel=message.channel)),
        (
            "notice_quiet_has_both_ends",
            lambda: NoticeSettings.objects.create(person=people.ming, quiet_from="22:00", next_digest_at=now),
        ),
        (
            "notice_digest_hour",
            lambda: NoticeSettings.objects.create(person=people.ming, hour=24, next_digest_at=now),
        ),
        (
            "notice_cadence_known",
            lambda: NoticeSettings.objects.create(person=people.ming, cadence="x", next_digest_at=now),
        ),
        ("notice_batch_once", lambda: [_batch(now) for _again in range(2)]),
        ("notice_batch_waits", lambda: _batch(now, due_at=now)),
        ("known_place_once", lambda: [_place(people.ming) for _again in range(2)]),
        (
            "notice_choice_once",
            lambda: [NoticeChoice.objects.create(person=people.ming, group="work") for _again in range(2)],
        ),
        (
            "robot_keys_is_one",
            lambda: RobotKeys.objects.create(id=2, compartment=uuid4(), compartment_key_id=1, key_id=1),
        ),
        (
            "notice_choice_known",
            lambda: NoticeChoice.objects.create(person=people.ming, group="work", mail="x"),
        ),
    ]
    for name, act in wrong:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            act()
