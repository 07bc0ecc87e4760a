"""Requests for evidence: asked by the auditor, given to an owner, answered, accepted or sent back.

asked → owned → answered → accepted, or returned → answered … Each step has its entry, and tells whose turn
it is.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from audit.refusals import Refused
from compliance.outside import access
from compliance.outside.codes import WITH_THE_HOUSE, FileKind, RequestState, Says
from compliance.outside.evidence import EvidenceRequest
from compliance.outside.files import Checked, has_personal_data, refuse_unmasked, store
from compliance.outside.marks import house_mark
from compliance.outside.models import OutsideAudit, OutsideSeat
from compliance.outside.registers import REGISTERS, as_csv
from compliance.outside.telling import tell_auditors, tell_officers
from compliance.outside.texts import write, writing
from compliance.words import clean
from people.accounts.models import Kind, User
from people.notices.services import notify
from people.roles.access import has
from vault.records.errors import NotPossible

FURTHEST = timedelta(days=92)


def ask(*, actor: User, audit_id: UUID, words: str, due: date) -> EvidenceRequest:
    """By an auditor. Raises Refused, Unsigned; NotPossible: nothing said, or a day that lies behind."""
    seat = access.get_seat(actor, audit_id, Action.OUTSIDE_REQUEST)
    said = clean(words)
    today = timezone.localdate()
    if not said:
        raise NotPossible(_("Say what you need to see."))
    if not today <= due <= today + FURTHEST:
        raise NotPossible(_("An answer is due today or later, within three months."))
    with writing(seat.audit):
        audit = OutsideAudit.objects.select_for_update(of=("self",)).get(pk=seat.audit_id)
        last = EvidenceRequest.objects.filter(audit=audit).aggregate(last=Max("number"))["last"]
        made = EvidenceRequest.objects.create(audit=audit, number=(last or 0) + 1, due=due, asked_by=actor)
        write(audit, made.pk, Says.ASK, said, by=actor)
        _log(made, Action.OUTSIDE_REQUEST, fields=(f"due.{due.isoformat()}",))
        tell_officers("outside.asked", made.pk, but={actor.pk})
    return made


def assign(*, actor: User, request_id: UUID, owner: User) -> None:
    """By an officer: who answers it. Raises Refused, NotPossible."""
    found = access.get_request(actor, request_id, Action.OUTSIDE_ASSIGN)
    if not has(actor, access.MANAGES):
        raise Refused(ObjectType.OUTSIDE_REQUEST, request_id, Action.OUTSIDE_ASSIGN)
    if owner.kind != Kind.STAFF or not owner.is_active:
        raise NotPossible(_("Somebody who works here answers it."))
    with writing(found.audit):
        one = _locked(found, *WITH_THE_HOUSE)
        one.owner = owner
        if one.state == RequestState.ASKED:
            one.state = RequestState.OWNED
        one.save(update_fields=["owner", "state"])
        _log(one, Action.OUTSIDE_ASSIGN, people=(owner.pk,))
        notify("outside.owned", [owner], object_id=one.pk)


def answer(
    *,
    actor: User,
    request_id: UUID,
    words: str,
    files: Sequence[Checked] = (),
    extracts: Sequence[str] = (),
) -> None:
    """By its owner, or an officer in their place: words, files, and registers that the product makes within
    the audit's scope.

    Raises:
        Refused: not theirs.
        NotPossible: nothing to answer with, something that is not masked, an area outside of the scope, or it
            is not with the house.
    """
    found = access.get_request(actor, request_id, Action.OUTSIDE_ANSWER)
    said = clean(words)
    if not (said or files or extracts):
        raise NotPossible(_("Answer with words, a file or an extract."))
    if has_personal_data(said):
        raise NotPossible(_("Leave out numbers of people and addresses: auditors see masks only."))
    if not set(extracts) <= set(found.audit.areas):
        raise NotPossible(_("This lies outside of the audit's scope."))
    for file in files:
        refuse_unmasked(file)
    with writing(found.audit):
        one = _locked(found, RequestState.OWNED, RequestState.RETURNED)
        for file in files:
            store(one.audit, file, kind=FileKind.ANSWER, by=actor, request=one)
        for area in extracts:
            data = as_csv(REGISTERS[area], one.audit, mark=house_mark(one.audit))
            store(one.audit, Checked(data, "csv", 0), kind=FileKind.EXTRACT, by=actor, request=one)
        if said:
            write(one.audit, one.pk, Says.ANSWER, said, by=actor)
        one.state, one.answered_by, one.answered_at = RequestState.ANSWERED, actor, timezone.now()
        one.save(update_fields=["state", "answered_by", "answered_at"])
        _log(
            one, Action.OUTSIDE_ANSWER, fields=(f"files.{len(files)}", *(f"area.{area}" for area in extracts))
        )
        tell_auditors("outside.answered", one.audit)


def accept(*, actor: User, audit_id: UUID, request_id: UUID) -> None:
    """By an auditor of the audit: it is final. Raises Refused, Unsigned, NotPossible."""
    seat = access.get_seat(actor, audit_id, Action.OUTSIDE_ACCEPT)
    found = access.get_own_request(seat, request_id, Action.OUTSIDE_ACCEPT)
    with writing(seat.audit):
        one = _locked(found, RequestState.ANSWERED)
        one.state, one.closed_at = RequestState.ACCEPTED, timezone.now()
        one.save(update_fields=["state", "closed_at"])
        _log(one, Action.OUTSIDE_ACCEPT)


def send_back(*, actor: User, audit_id: UUID, request_id: UUID, why: str) -> None:
    """By an auditor: it is not what was asked for, because. Raises Refused, Unsigned, NotPossible."""
    seat: OutsideSeat = access.get_seat(actor, audit_id, Action.OUTSIDE_RETURN)
    found = access.get_own_request(seat, request_id, Action.OUTSIDE_RETURN)
    words = clean(why)
    if not words:
        raise NotPossible(_("Say what is still missing."))
    with writing(seat.audit):
        one = _locked(found, RequestState.ANSWERED)
        one.state, one.sent_back = RequestState.RETURNED, one.sent_back + 1
        one.save(update_fields=["state", "sent_back"])
        write(one.audit, one.pk, Says.VERDICT, words, by=actor)
        _log(one, Action.OUTSIDE_RETURN)
        if one.owner is not None:
            notify("outside.returned", [one.owner], object_id=one.pk)


def _locked(found: EvidenceRequest, *states: RequestState) -> EvidenceRequest:
    rows = EvidenceRequest.objects.select_for_update(of=("self",)).select_related("audit", "owner")
    one = rows.get(pk=found.pk)
    if one.state not in states:
        raise NotPossible(_("The request is in another state meanwhile. Nothing was changed."))
    return one


def _log(
    request: EvidenceRequest,
    action: Action,
    *,
    people: tuple[UUID, ...] = (),
    fields: tuple[str, ...] = (),
) -> None:
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.OUTSIDE_REQUEST,
            object_id=request.pk,
            subjects=people,
            fields=(f"audit.{request.audit_id}", *fields),
        )
    )
