"""Ending sessions from elsewhere. Of one's own, the pages ask for a confirmation first (OWASP ASVS 5.0,
7.5.2)."""

from contextlib import nullcontext
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType, Reason
from audit.entry import Entry
from audit.log import record_change
from audit.middleware import session_pseudonym
from people.accounts.models import User
from people.accounts.sessions import end_sessions
from people.roles.access import has, require
from people.roles.permissions import Permission
from people.staffsessions.standing import at_request
from people.today import DueItem, Urgency


def sessions_of(user: User) -> QuerySet[UserSession]:
    """The person's sessions that still open something, the one used last first."""
    now = timezone.now()
    stored = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=now)
    since = now - timedelta(seconds=settings.SESSION_IDLE + 60)
    found: QuerySet[UserSession] = UserSession.objects.filter(
        Exists(stored), user_id=user.pk, last_seen_at__gt=since
    )
    return found.order_by("-last_seen_at", "-pk")


@transaction.atomic
def end_one(*, actor: User, session_id: int) -> None:
    """One of the actor's own. Raises UserSession.DoesNotExist."""
    row = UserSession.objects.select_for_update().get(pk=session_id, user_id=actor.pk)
    Session.objects.filter(session_key=row.session_key).delete()
    record_change(
        Entry(
            action=Action.SESSION_END,
            object_type=ObjectType.SESSION,
            object_id=session_pseudonym(row.session_key),
            subjects=(actor.pk,),
            reason=str(Reason.BY_ITS_PERSON),
        )
    )
    row.delete()


@transaction.atomic
def end_others(*, actor: User, session_key: str | None) -> None:
    """All of the actor's own but the one with this key."""
    end_sessions(actor, but=session_key)
    record_change(_all_of(actor))


@transaction.atomic
def end_all(*, actor: User, person: User) -> None:
    """All of somebody's: by an officer, or by an administrator within a staff session. Raises Refused."""
    officer = has(actor, Permission.APPROVAL_DECIDE)
    if not officer:
        require(actor, Permission.PEOPLE_MANAGE)
    with nullcontext() if officer else at_request(actor):
        end_sessions(person)
        record_change(_all_of(person))


@transaction.atomic
def know(*, actor: User, session_id: int) -> None:
    """The actor says that it was they who used the session from another network. Raises
    UserSession.DoesNotExist."""
    row = UserSession.objects.select_for_update().get(pk=session_id, user_id=actor.pk)
    row.data["moved"] = False
    row.save(update_fields=["data"])
    record_change(
        Entry(
            action=Action.SESSION_KNOW,
            object_type=ObjectType.SESSION,
            object_id=session_pseudonym(row.session_key),
            subjects=(actor.pk,),
        )
    )


def due(user: User) -> list[DueItem]:
    """For everybody's day: a session of theirs went on in another network."""
    return [
        DueItem(
            label=_("Sessions of yours went on in another network: look whether it was you"),
            count=sessions_of(user).filter(data__moved=True).count(),
            url=reverse("people:sessions"),
            urgency=Urgency.SOON,
        )
    ]


def _all_of(person: User) -> Entry:
    return Entry(
        action=Action.SESSION_END_ALL,
        object_type=ObjectType.PERSON,
        object_id=person.pk,
        subjects=(person.pk,),
    )
