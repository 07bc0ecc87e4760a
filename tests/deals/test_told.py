"""What leaves the house about its deals: that something is, and where; to real servers, by every channel."""

import email
import email.policy
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.origin import Origin, acting_as
from deals.rooms.levels import Level
from people.accounts.models import User
from people.accounts.system import SYSTEM_ID
from people.guests.models import GuestPhone
from people.invitations.services import invite_by_phone
from people.notices.batches import settle_due
from people.notices.kinds import kinds
from people.notices.models import ByMail, Message, Notice, NoticeBatch, NoticeChoice, Provider, State
from people.notices.robots.sending import post_due
from people.notices.robots.services import set_robot
from people.notices.sending import send_due
from people.notices.services import notify
from tests.cast import NOTE, client_of
from tests.deals.scene import grant, stored
from tests.people.notices.servers import MailServer, RobotServer, running
from tests.people.notices.test_robots import PATHS
from tests.texting import NUMBER, Texts, texts

__all__ = ["texts"]

pytestmark = pytest.mark.django_db
FILE = "Ledger of Zhang San 13800138000.png"
PIXEL = b"\x89PNG\r\n\x1a\n" + b"x" * 40
CONTENT = (
    "Acorn",
    "Birch",
    "Finance",
    "Tax",
    "Contracts",
    "Ledger",
    "Zhang",
    "13800138000",
    NOTE,
    "Guest Wang",
)


@pytest.fixture(autouse=True)
def _origin() -> Iterator[None]:
    with acting_as(Origin()):
        yield


@pytest.fixture
def post_office(settings: Any) -> Iterator[MailServer]:
    with running(MailServer()) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", server.port, False
        yield server


@pytest.fixture
def chat(settings: Any) -> Iterator[RobotServer]:
    with running(RobotServer()) as server:
        settings.NOTICE_ROBOT_LOCAL = server.base
        yield server


def _work() -> None:
    """What the worker does of all this, whatever is due later too."""
    with acting_as(Origin(actor=SYSTEM_ID)):
        NoticeBatch.objects.update(since=timezone.now() - timedelta(hours=1), due_at=timezone.now())
        settle_due()
        Message.objects.filter(state=State.WAITING).update(due_at=timezone.now())
        send_due()
        post_due()


def _guest(world: SimpleNamespace) -> User:
    handed = invite_by_phone(
        actor=world.lea,
        deal_id=world.deal.pk,
        group_id=world.buyers.pk,
        display_name="Guest Wang",
        number=NUMBER,
    )
    now = timezone.now()
    GuestPhone.objects.update(proved_at=now, used_at=now)
    return handed.invitation.person


def _said(raw: bytes) -> str:
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join([*(f"{name}: {value}" for name, value in mail.items()), *parts])


def test_no_kind_says_anything_by_any_channel(
    world: SimpleNamespace, post_office: MailServer, chat: RobotServer, texts: Texts
) -> None:
    """Every kind that there is, about a deal full of names, to people of both languages."""
    stored(world, world.one, FILE, PIXEL)
    guest = _guest(world)
    for provider in Provider:
        set_robot(
            actor=world.ada,
            provider=provider,
            url=chat.base + PATHS[provider],
            secret="",
            role="",
            groups=sorted({kind.group for kind in kinds()}),
        )
    User.objects.filter(pk=world.ming.pk).update(language="zh-hans")
    world.ming.refresh_from_db()
    people = [world.ming, world.lea, world.bo, world.ada, guest]
    for kind in kinds():
        notify(kind.code, people, object_id=uuid4(), deal_id=world.deal.pk)
    _work()
    assert not Message.objects.exclude(state__in=[State.SENT]).exists()
    mails = [_said(raw) for raw in post_office.taken]
    robots = [body.decode() for _path, body in chat.taken]
    sms = [message["text"] for message in texts.all()]
    mailed = sum(kind.mail for kind in kinds())
    assert len(mails) >= 4 * mailed
    assert len(robots) >= 3 * sum(kind.shared for kind in kinds())
    assert len(sms) >= sum(kind.sms for kind in kinds())
    for said in [*mails, *robots, *sms]:
        assert not [word for word in CONTENT if word in said], said
    # The code name only where the person may see the deal: not in chats, not to administrators.
    assert any("Willow" in said for said in mails if "To: lea@" in said)
    assert any("Willow" in said for said in mails if "To: bo@" in said)
    assert not [said for said in mails if "To: ada@" in said and "Willow" in said]
    assert not [said for said in [*robots, *sms] if "Willow" in said]


def test_attack_a_line_break_in_a_name_gets_into_no_head(
    world: SimpleNamespace, post_office: MailServer
) -> None:
    type(world.deal).objects.filter(pk=world.deal.pk).update(code_name="Willow\r\nBcc: evil@example.test")
    User.objects.filter(pk=world.lea.pk).update(display_name="Lea\r\nBcc: evil@example.test")
    notify("invitation.taken", [world.lea], deal_id=world.deal.pk)
    _work()
    [raw] = post_office.taken
    mail = email.message_from_bytes(raw)
    assert mail["Bcc"] is None
    assert mail["To"] == world.lea.email
    assert "evil" not in str(mail["Subject"])


def test_new_files_are_told_once_to_whoever_can_open_one(
    world: SimpleNamespace, post_office: MailServer
) -> None:
    """Three uploads into the folder of bo's group: bo and lea have one notice each, ben and ming none."""
    for number in range(3):
        stored(world, world.one, f"{number}.png", PIXEL)
    assert NoticeBatch.objects.count() == 1
    _work()
    assert {notice.person_id for notice in Notice.objects.filter(kind="room.files")} == {
        world.bo.pk,
        world.lea.pk,
    }
    assert sorted(email.message_from_bytes(raw)["To"] for raw in post_office.taken) == [
        world.bo.email,
        world.lea.email,
    ]
    assert not NoticeBatch.objects.exists()
    _work()
    assert len(post_office.taken) == 2


def test_the_gate_is_asked_when_the_files_are_told(world: SimpleNamespace) -> None:
    stored(world, world.one, "a.png", PIXEL)
    grant(world, world.buyers, world.one, Level.NONE)
    _work()
    assert not Notice.objects.filter(kind="room.files", person=world.bo).exists()


def test_a_deal_that_one_may_no_longer_see_has_no_name_and_its_link_leads_nowhere(
    world: SimpleNamespace,
) -> None:
    notify("room.files", [world.bo], deal_id=world.deal.pk)
    browser = client_of(world.bo)
    address = reverse("people:notices")
    assert "Willow" in browser.get(address).content.decode()
    world.bo.groups.clear()
    page = browser.get(address).content.decode()
    assert "New files for you in a data room" in page
    assert "Willow" not in page
    notice = Notice.objects.get(person=world.bo)
    answer = browser.get(reverse("people:notice", args=[notice.pk]), follow=True)
    assert answer.status_code == 404


def test_a_guest_chooses_texts_off(world: SimpleNamespace, texts: Texts) -> None:
    guest = _guest(world)
    NoticeChoice.objects.create(person=guest, group="rooms", mail=ByMail.OFF, sms=False)
    notify("room.files", [guest], deal_id=world.deal.pk)
    notify("nda.ending", [guest], deal_id=world.deal.pk)
    _work()
    assert len(texts.all()) == 1
    assert "http" in texts.all()[0]["text"]
