"""The gates of outside audits. An auditor is let in by their seat and by nothing else, on each request anew:
agreed to, open at this moment, of somebody from outside, with the undertaking of this audit signed.
"""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action, ObjectType, Reason
from audit.refusals import Refused
from compliance.outside.codes import BundleState, State
from compliance.outside.evidence import EvidenceBundle, EvidenceRequest, OutsideFile
from compliance.outside.models import OutsideAudit, OutsideSeat
from people.accounts.models import Kind, User
from people.duties.access import nda_valid
from people.duties.models import NdaKind, NdaSignature
from people.partners.standing import people_of_shut_firms
from people.roles.access import has
from people.roles.permissions import Permission

MANAGES = Permission.AUDIT_MANAGE


class Unsigned(Exception):
    """The seat is open, but for the undertaking of this audit: the page leads to it."""

    def __init__(self, audit: OutsideAudit) -> None:
        super().__init__("unsigned")
        self.audit = audit


def is_confined(user: User) -> bool:
    """Whether this person reaches nothing but seats of outside audits, open or closed. One query."""
    agreed = OutsideSeat.objects.filter(person=user, audit__state__in=[State.AGREED, State.ENDED])
    return user.kind == Kind.OUTSIDE and agreed.exists()


def open_seats(user: User) -> QuerySet[OutsideSeat]:
    """The seats that are open at this moment; none to whose partner firm is not in force."""
    now = timezone.now()
    if user.kind != Kind.OUTSIDE or not user.is_active:
        return OutsideSeat.objects.none()
    shut = people_of_shut_firms().filter(person_id=OuterRef("person_id"))
    return OutsideSeat.objects.filter(
        ~Exists(shut),
        person=user,
        audit__state=State.AGREED,
        audit__opens_at__lte=now,
        audit__ends_at__gt=now,
    ).select_related("audit", "person")


def asks_at(user: User) -> str | None:
    """Where somebody who sits asks for what they may not see: at the requests of their audit, of several at
    their seats; "" where none is open, since nobody is there to answer. None for everybody else."""
    if user.kind != Kind.OUTSIDE or not is_confined(user):
        return None
    audits = list(open_seats(user).values_list("audit_id", flat=True))
    if len(audits) == 1:
        return reverse("compliance:seat_requests", args=audits)
    return reverse("compliance:seats") if audits else ""


def get_seat(user: User, audit_id: UUID, action: Action) -> OutsideSeat:
    """Raises Refused; Unsigned to whoever only has to sign."""
    found = open_seats(user).filter(audit=audit_id).first()
    if found is None:
        raise Refused(ObjectType.OUTSIDE_AUDIT, audit_id, action)
    if not nda_valid(user, audit_id):
        raise Unsigned(found.audit)
    return found


def is_seated(seat: OutsideSeat) -> bool:
    """Whether the seat is open still, and its person let in: asked between the pieces of an answer."""
    person = User.objects.filter(pk=seat.person_id).first()
    return (
        person is not None
        and open_seats(person).filter(pk=seat.pk).exists()
        and nda_valid(person, seat.audit_id)
    )


def which_audits(user: User) -> QuerySet[OutsideAudit]:
    """To officers."""
    if not has(user, MANAGES):
        return OutsideAudit.objects.none()
    return OutsideAudit.objects.select_related("lead", "made_by", "agreed_by")


def get_audit(user: User, audit_id: UUID, action: Action) -> OutsideAudit:
    """Raises Refused."""
    found = which_audits(user).filter(pk=audit_id).first()
    if found is None:
        raise Refused(ObjectType.OUTSIDE_AUDIT, audit_id, action)
    return found


def which_requests(user: User) -> QuerySet[EvidenceRequest]:
    """To officers all; to members of staff those that they answer."""
    found = EvidenceRequest.objects.select_related("audit", "owner", "asked_by", "answered_by")
    if has(user, MANAGES):
        return found
    if user.kind != Kind.STAFF or not user.is_active:
        return found.none()
    return found.filter(owner=user)


def get_request(user: User, request_id: UUID, action: Action) -> EvidenceRequest:
    """Raises Refused."""
    found = which_requests(user).filter(pk=request_id).first()
    if found is None:
        raise Refused(ObjectType.OUTSIDE_REQUEST, request_id, action)
    return found


def get_own_request(seat: OutsideSeat, request_id: UUID, action: Action) -> EvidenceRequest:
    """Of the seat's own audit. Raises Refused."""
    found = EvidenceRequest.objects.filter(audit=seat.audit_id, pk=request_id)
    one = found.select_related("audit", "owner", "asked_by", "answered_by").first()
    if one is None:
        raise Refused(ObjectType.OUTSIDE_REQUEST, request_id, action)
    return one


def files_shown(seat: OutsideSeat) -> QuerySet[OutsideFile]:
    """What auditors see of the files of their audit: nothing that is not answered with yet."""
    answered = EvidenceRequest.objects.filter(pk=OuterRef("request"), answered_at__gte=OuterRef("at"))
    return OutsideFile.objects.filter(Q(request__isnull=True) | Exists(answered), audit=seat.audit_id)


def get_own_file(seat: OutsideSeat, file_id: UUID, action: Action) -> OutsideFile:
    """Raises Refused."""
    found = files_shown(seat).filter(pk=file_id).select_related("request", "audit").first()
    if found is None:
        raise Refused(ObjectType.OUTSIDE_AUDIT, file_id, action)
    return found


def get_file(user: User, file_id: UUID, action: Action) -> OutsideFile:
    """To the house: officers, and who answers the request. Raises Refused."""
    found = OutsideFile.objects.filter(pk=file_id).select_related("request", "audit").first()
    if found is None or not (
        has(user, MANAGES)
        or (found.request_id is not None and which_requests(user).filter(pk=found.request_id).exists())
    ):
        raise Refused(ObjectType.OUTSIDE_AUDIT, file_id, action)
    return found


def get_bundle(seat: OutsideSeat, bundle_id: UUID, action: Action) -> EvidenceBundle:
    """The person's own, ready and not expired. Raises Refused."""
    found = EvidenceBundle.objects.filter(
        pk=bundle_id, seat=seat, state=BundleState.READY, expires_at__gt=timezone.now()
    ).first()
    if found is None:
        raise Refused(ObjectType.OUTSIDE_BUNDLE, bundle_id, action)
    return found


def have_signed(audit: OutsideAudit) -> set[UUID]:
    """Who of the seats has signed the undertaking of this audit."""
    signed = NdaSignature.objects.filter(deal_id=audit.pk, kind=NdaKind.AUDITOR, revoked_at__isnull=True)
    return set(signed.values_list("person_id", flat=True))


def not_signed(audit_id: UUID, action: Action) -> Refused:
    """What a form sent before the undertaking was signed leaves in the log."""
    return Refused(ObjectType.OUTSIDE_AUDIT, audit_id, action, reason=Reason.NOT_SIGNED)
