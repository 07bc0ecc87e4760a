"""Planning an outside audit, naming who sits, asking for the second person's word, ending the seats."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.ids import uuid7
from audit.log import record_change
from compliance.audits.codes import Basis
from compliance.audits.plain import plain_text
from compliance.outside.access import MANAGES, get_audit
from compliance.outside.codes import Method, State, Why
from compliance.outside.ends import close_seats
from compliance.outside.models import LONGEST, MAX_FIRM, MOST_RUNNING, OutsideAudit, OutsideSeat
from compliance.outside.texts import outside_keys
from deals.pipeline.models import Deal
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.approvals.services import request_approval
from people.invitations.models import Invitation
from people.invitations.services import CannotInvite, person_with_address
from people.roles.access import grants_in_force, require
from vault.access import Mode, new_subjects
from vault.access import access as opened
from vault.formats import credit_code
from vault.formats.checked import FormatError
from vault.records.errors import NotPossible

AGREE = "outside.agree"
LANDING = "audit"  # what an auditor is invited into (people.invitations.registry)


@dataclass(frozen=True, kw_only=True, slots=True)
class Auditor:
    """Who sits: somebody from outside, by the address that the invitation goes to."""

    name: str
    email: str
    language: str = "zh-hans"


@dataclass(frozen=True, kw_only=True, slots=True)
class Engagement:
    """What is planned. `firm_code` is the firm's unified social credit code: by it, not by the name that is
    typed, the turns of a firm are counted. `deals`: these alone; none: the whole house."""

    firm: str
    firm_code: str
    basis: Basis
    method: Method
    areas: tuple[str, ...]
    deals: tuple[Deal, ...]
    period_from: date
    period_to: date
    opens_at: datetime
    ends_at: datetime
    lead: Auditor


def plan(*, actor: User, engagement: Engagement) -> OutsideAudit:
    """A draft, which opens nothing: its auditors are named, then a second person agrees to all of it.

    Raises:
        Refused: not an officer.
        NotPossible: no such firm, a period or times out of order, somebody who may not sit, or the third
            audit running by the same firm or under the same auditor.
        LogUnavailable, KeyWithheld.
    """
    require(actor, MANAGES)
    audit = _drafted(actor, engagement)
    keys = outside_keys()
    entry = Entry(
        action=Action.OUTSIDE_PLAN,
        object_type=ObjectType.OUTSIDE_AUDIT,
        object_id=audit.pk,
        keys=(keys.key_id,),
    )
    with (
        opened(Mode.WRITE, entry) as context,
        transaction.atomic(),
        new_subjects(context, [audit.pk], parent=keys.key_id) as key_ids,
    ):
        audit.lead = _account(engagement.lead)
        check_rotation(audit)
        audit.compartment, audit.key_id = keys.compartment, key_ids[audit.pk]
        audit.save(force_insert=True)
        _seat(audit, audit.lead)
        log(audit, Action.OUTSIDE_PLAN, fields=(audit.method, *(f"area.{area}" for area in audit.areas)))
    return audit


def _drafted(actor: User, engagement: Engagement) -> OutsideAudit:
    today = timezone.localdate()
    if engagement.period_from > engagement.period_to or engagement.period_to > today:
        raise NotPossible(_("The period has begun and ended in order, not later than today."))
    if not engagement.opens_at < engagement.ends_at <= engagement.opens_at + LONGEST:
        raise NotPossible(_("A seat ends after it opens, within %(days)d days.") % {"days": LONGEST.days})
    if engagement.ends_at <= timezone.now():
        raise NotPossible(_("A seat that ends in the past opens nothing."))
    try:
        code = credit_code.normalise(engagement.firm_code).value
    except FormatError as error:
        raise NotPossible(error.problem.message) from None
    return OutsideAudit(
        id=uuid7(),
        firm=plain_text(engagement.firm, MAX_FIRM),
        firm_code=code,
        basis=engagement.basis,
        method=engagement.method,
        areas=sorted(set(engagement.areas)),
        deals=sorted(deal.pk for deal in engagement.deals),
        period_from=engagement.period_from,
        period_to=engagement.period_to,
        opens_at=engagement.opens_at,
        ends_at=engagement.ends_at,
        made_by=actor,
    )


def _account(auditor: Auditor) -> User:
    """An account from outside that nobody has come into, or the one that has this address.

    Raises NotPossible for whoever works here, or has anything else here: who sits for an audit has neither a
    role nor a room, so that nothing but the seat lets them in, and they judge nothing of their own.
    """
    try:
        person = person_with_address(auditor.email, auditor.name, auditor.language)
    except CannotInvite as refused:
        raise NotPossible(str(refused)) from None
    elsewhere = Invitation.objects.filter(~Q(landing=LANDING), person=person)
    if grants_in_force().filter(user=person).exists() or elsewhere.exists():
        raise NotPossible(_("Who sits for an outside audit has no role and no room here."))
    return person


def _seat(audit: OutsideAudit, person: User) -> OutsideSeat:
    made, new = OutsideSeat.objects.get_or_create(audit=audit, person=person)
    if not new:
        raise NotPossible(_("This person sits for the audit already."))
    return made


def check_rotation(audit: OutsideAudit) -> None:
    """Raises NotPossible: the firm, or the auditor in charge, carried out the last two."""
    before = OutsideAudit.objects.filter(state__in=[State.AGREED, State.ENDED]).exclude(pk=audit.pk)
    last = list(before.order_by("-agreed_at").values_list("firm_code", "lead_id")[:MOST_RUNNING])
    if len(last) < MOST_RUNNING:
        return
    if all(code == audit.firm_code for code, _lead in last):
        raise NotPossible(_("The same firm carries out at most two audits running. Choose another."))
    if all(lead == audit.lead_id for _code, lead in last):
        raise NotPossible(_("The same auditor is in charge of at most two audits running. Choose another."))


def add_auditor(*, actor: User, audit_id: UUID, auditor: Auditor) -> OutsideSeat:
    """One more who sits; only in a draft. Raises Refused, NotPossible."""
    with transaction.atomic():
        audit = locked(get_audit(actor, audit_id, Action.OUTSIDE_SEAT), State.DRAFT)
        seat = _seat(audit, _account(auditor))
        log(audit, Action.OUTSIDE_SEAT, people=(seat.person_id,))
    return seat


@transaction.atomic
def ask(*, actor: User, audit_id: UUID, reason: str) -> ApprovalRequest:
    """Ask a second person to agree to the scope, the time and everybody who sits. Raises Refused,
    NotPossible, ValidationError for the reason."""
    audit = locked(get_audit(actor, audit_id, Action.OUTSIDE_ASK), State.DRAFT)
    check_rotation(audit)
    move(audit, State.ASKED)
    log(audit, Action.OUTSIDE_ASK)
    return request_approval(actor=actor, action=AGREE, params={"audit": str(audit.pk)}, reason=reason)


@transaction.atomic
def cancel(*, actor: User, audit_id: UUID) -> None:
    """Give a draft up. Raises Refused, NotPossible."""
    audit = locked(get_audit(actor, audit_id, Action.OUTSIDE_CANCEL), State.DRAFT)
    move(audit, State.CANCELLED)
    log(audit, Action.OUTSIDE_CANCEL)


@transaction.atomic
def end(*, actor: User, audit_id: UUID) -> None:
    """Close all seats of the audit now, in one act. Raises Refused, NotPossible."""
    audit = locked(get_audit(actor, audit_id, Action.OUTSIDE_END), State.AGREED)
    close_seats(audit, Why.HOUSE, by=actor)


def locked(audit: OutsideAudit, state: State) -> OutsideAudit:
    """The audit as it is, until the transaction ends. Raises NotPossible in another state."""
    found = OutsideAudit.objects.select_for_update(of=("self",)).select_related("lead").get(pk=audit.pk)
    if found.state != state:
        raise NotPossible(_("The audit is in another state meanwhile. Nothing was changed."))
    return found


def move(audit: OutsideAudit, to: State, *also: str) -> None:
    audit.state = to
    audit.save(update_fields=["state", *also])


def log(
    audit: OutsideAudit,
    action: Action,
    *,
    reason: str = "",
    people: tuple[UUID, ...] = (),
    fields: tuple[str, ...] = (),
) -> None:
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.OUTSIDE_AUDIT,
            object_id=audit.pk,
            subjects=people,
            reason=reason,
            fields=fields,
        )
    )
