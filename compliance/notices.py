"""The kinds of notice of the compliance layer, and whom they concern."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from compliance.anomalies.codes import State as FindingState
from compliance.anomalies.models import Finding
from compliance.containment.models import Incident
from deals.pipeline.models import DealMember
from people.accounts.models import User
from people.locks.codes import Kind as Locked
from people.locks.models import Lock
from people.notices.kinds import Group, Kind, register
from people.notices.services import holders, notify
from people.roles.permissions import Permission
from vault.records.models import BookMember


def connect() -> None:
    register(
        Kind(
            code="incident.opened",
            group=Group.SECURITY,
            title=_("An incident was declared"),
            many=_("%(count)s incidents were declared"),
            advice=_("Clocks of the law may be running."),
            page="compliance:incident",
            takes="object",
            overview="compliance:incidents",
            shared=True,
            told=(Permission.INCIDENT_MANAGE,),
        ),
        Kind(
            code="finding.opened",
            group=Group.APPROVALS,
            title=_("The watch over the log found something to look at"),
            many=_("The watch over the log found %(count)s things to look at"),
            page="compliance:watch_finding",
            takes="object",
            overview="compliance:watch_findings",
            shared=True,
            told=(Permission.WATCH_MANAGE,),
        ),
        Kind(
            code="review.due",
            group=Group.ACCESS,
            title=_("A review of access waits for you, and half its time is over"),
            advice=_("What nobody keeps in time ends by itself."),
            page="compliance:access_review",
            takes="object",
            shared=True,
        ),
        Kind(
            code="lock.set",
            group=Group.SECURITY,
            title=_("A deal or client book that you work in was locked"),
            many=_("%(count)s deals or client books that you work in were locked"),
            page="people:notices",
        ),
        Kind(
            code="lock.ended",
            group=Group.SECURITY,
            title=_("A deal or client book that you work in was unlocked"),
            many=_("%(count)s deals or client books that you work in were unlocked"),
            page="people:notices",
        ),
    )


def tell_lock(lock: Lock) -> None:
    """Its person, or whoever works there. In the transaction of the lock, or of its end."""
    ended = lock.ended_at is not None
    if lock.person is not None:
        notify("lock.person_ended" if ended else "lock.person", [lock.person], object_id=lock.pk)
        return
    notify("lock.ended" if ended else "lock.set", _working_in(lock), deal_id=lock.deal_id)


def _working_in(lock: Lock) -> list[User]:
    if lock.kind == Locked.BOOK:
        members = set(BookMember.objects.filter(book=lock.object_id).values_list("user_id", flat=True))
    else:
        members = set(DealMember.objects.filter(deal=lock.deal_id).values_list("user_id", flat=True))
    return list(User.objects.filter(pk__in=members, is_active=True))


def tell_incident(incident: Incident, *, by: User, about: UUID | None) -> None:
    """The officers, but who declared it and whom it is about."""
    notify(
        "incident.opened",
        holders("incident.opened", but={by.pk, about}),
        object_id=incident.pk,
        key=str(incident.pk),
    )


def tell_finding(finding: Finding) -> None:
    """The officers who watch, but whom it is about; not what somebody muted."""
    if finding.state != FindingState.MUTED:
        people = holders("finding.opened", but={finding.person_id})
        notify("finding.opened", people, object_id=finding.pk)
