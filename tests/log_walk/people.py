"""People and approvals."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from audit.actions import Action
from people.approvals.registry import ApprovableAction
from people.approvals.tasks import escalate_due, expire_due
from people.guests.pending import Why, begin
from people.guests.tasks import send_code
from people.invitations.services import invite_by_phone
from people.posts.tasks import look_after
from people.roles.models import RoleGrant
from people.staffsessions.models import LONGEST, Ground, Over, StaffSession
from people.staffsessions.tasks import end_sessions
from tests.log_walk import Job, Row, World
from tests.vault.custody.making import asked


def _first_links(world: World) -> Job:
    RoleGrant.objects.all().delete()  # as in a house that nobody has entered yet
    return lambda: world.manage("first_links")


def _expire(world: World) -> Job:
    world.patch.setattr(ApprovableAction, "expires_after", timedelta(microseconds=1))
    asked(world.people)
    return expire_due


def _escalate(world: World) -> Job:
    asked(world.people)
    later = timezone.now() + timedelta(days=4)
    world.patch.setattr(timezone, "now", lambda: later)
    return escalate_due


def _left_open(world: World) -> Job:
    ended = StaffSession.objects.filter(person=world.people.ada)
    ended.update(ended_at=timezone.now(), ended_by=world.people.ada, over=Over.ENDED)
    now = timezone.now()
    StaffSession.objects.create(
        person=world.people.ada,
        requested_by=world.people.olivia,
        ground=Ground.JOINS,
        note="as the test says",
        session=uuid4(),
        opened_at=now - LONGEST,
        ends_at=now,
    )
    return end_sessions


def _code(world: World) -> Job:
    """A number that nobody answers for: what the provider says is recorded, too."""
    invite_phone = {
        "deal_id": uuid4(),
        "group_id": uuid4(),
        "display_name": "Wang",
        "number": "+8613800138000",
    }
    handed = invite_by_phone(actor=world.people.lea, **invite_phone)
    ask = begin(Why.SIGN_IN, person=handed.invitation.person_id)
    return lambda: send_code(ask.id)


ROWS = [
    Row(job="people.guests.tasks.send_code", action=Action.PHONE_SEND, build=_code),
    Row(job="people.staffsessions.tasks.end_sessions", action=Action.STAFF_SESSION_END, build=_left_open),
    Row(job="first_links", action=Action.LINK_SEND, build=_first_links),
    Row(job="people.approvals.tasks.escalate_due", action=Action.APPROVAL_ESCALATE, build=_escalate),
    Row(job="people.posts.tasks.look_after", action=Action.POST_VACANT, build=lambda world: look_after),
    Row(job="people.approvals.tasks.expire_due", action=Action.APPROVAL_EXPIRE, build=_expire),
]
SILENT: dict[str, str] = {
    "deals.seals.tasks.tell_ending": "notes for people what the log has already; nothing is opened by it",
    "people.duties.tasks.tell_ending": "notes for people what the log has already; nothing is opened by it",
    "people.headcount.tasks.count": "keeps a number a day; reaching one of the law is logged by itself",
    "people.notices.tasks.forget": "deletes notices, which say nothing that the log does not keep",
    "people.notices.tasks.gather": "puts notices of people into one mail; the acts behind them are logged",
    "people.notices.tasks.send": "tells what is logged; a number or an address that it opens leaves its own",
    "people.sessions.tasks.clear_over": "deletes rows of sessions that are over; their end was logged",
}
