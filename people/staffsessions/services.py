"""Opening and ending staff sessions. Each change and its entry, which names both people, are one
transaction."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from audit.origin import on_behalf_of
from audit.refusals import Refused
from people.accounts.models import User
from people.accounts.system import SYSTEM_ID
from people.approvals.reasons import clean_reason
from people.notices.services import notify
from people.roles.access import grants_giving
from people.roles.permissions import Permission
from people.staffsessions.access import administers, may_have_asked
from people.staffsessions.models import LONGEST, Ground, Over, StaffSession
from people.staffsessions.standing import over_now


class NotOpened(Exception):
    """The session cannot be opened like that; the text says why, for the page."""


@transaction.atomic
def open_session(
    *, actor: User, requested_by: User, ground: Ground, note: str, lasts: timedelta, session: UUID
) -> StaffSession:
    """The actor administers at somebody's request, for a while, in this browser session. The caller has asked
    for the password once more. One that is still open ends.

    Raises Refused for everybody but an administrator; NotOpened, ValidationError for the note.
    """
    if not administers(actor):
        raise Refused(ObjectType.STAFF_SESSION, None, Action.STAFF_SESSION_OPEN)
    if not may_have_asked(actor).filter(pk=requested_by.pk).exists():
        raise NotOpened(_("Name a colleague whose account is open, or the house itself; not yourself."))
    if not timedelta(0) < lasts <= LONGEST:
        raise NotOpened(_("A staff session lasts at most 60 minutes."))
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)  # two clicks queue
    for left in StaffSession.objects.filter(person=actor, ended_at__isnull=True):
        end(session=left, over=over_now(left, None) or Over.ANEW, by=actor.pk)
    now = timezone.now()
    opened = StaffSession.objects.create(
        person=actor,
        requested_by=requested_by,
        ground=ground,
        note=clean_reason(note),
        session=session,
        opened_at=now,
        ends_at=now + lasts,
    )
    _log(opened, Action.STAFF_SESSION_OPEN, ground)
    _tell(opened)
    return opened


def _tell(opened: StaffSession) -> None:
    """Who is said to have asked, and the officers: the first may know that they did not."""
    officers = User.objects.filter(grants__in=grants_giving(Permission.APPROVAL_DECIDE)).distinct()
    notify("staff_session.opened", officers.exclude(pk=opened.person_id), object_id=opened.pk)
    notify("staff_session.for_you", [opened.requested_by], object_id=opened.pk)


@transaction.atomic
def end(*, session: StaffSession, over: Over, by: UUID) -> None:
    """Ends the session by the next request, if it has not ended. The caller has checked that `by` may."""
    locked = StaffSession.objects.select_for_update().get(pk=session.pk)
    if locked.ended_at is None:
        locked.ended_at, locked.ended_by_id, locked.over = timezone.now(), by, over
        locked.save(update_fields=["ended_at", "ended_by", "over"])
        _log(locked, Action.STAFF_SESSION_END, over)


def end_all_over() -> int:
    """Ends what is over though no request has come to notice; returns how many. Safe to run twice."""
    ended = 0
    for left in StaffSession.objects.filter(ended_at__isnull=True, ends_at__lte=timezone.now()):
        end(session=left, over=Over.TIME, by=SYSTEM_ID)
        ended += 1
    return ended


def _log(session: StaffSession, action: Action, code: Ground | Over) -> None:
    """Names both people whoever acts: an officer or the clock ends a session that is not theirs."""
    with on_behalf_of(session.requested_by_id):
        record_change(
            Entry(
                action=action,
                object_type=ObjectType.STAFF_SESSION,
                object_id=session.pk,
                subjects=(session.person_id, session.requested_by_id),
                reason=str(code),
            )
        )
