"""Asking for an export, and taking it. Each is one transaction with its log entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.approvals.models import ApprovalRequest, State
from people.approvals.registry import CannotCarryOut
from people.approvals.services import request_approval
from people.roles.access import require
from people.roles.permissions import Permission
from vault.disclosures import tasks
from vault.disclosures.access import get_export, is_downloadable, refused_export
from vault.disclosures.approval import COUNTED, ORDINARY, REVIEW, waiting_review
from vault.disclosures.building import exportable, holds_just, make_again, tell_of_withdrawals
from vault.disclosures.categories import FULL, adding_code
from vault.disclosures.counting import Counts, Standing
from vault.disclosures.exportfiles import open_export_file
from vault.disclosures.firms import refuse_shut_firm
from vault.disclosures.freezes import check_not_frozen
from vault.disclosures.holds import books_of, refuse_held, refuse_paused
from vault.disclosures.models import REVIEW_HOLDS, Export, ExportItem, Recipient, SharedList
from vault.disclosures.recipients import colleagues, recipients_in_force
from vault.disclosures.reserving import foretold
from vault.disclosures.selection import Selection, Use, select
from vault.files.store import SealedFile
from vault.purposes.catalogue import Purpose
from vault.purposes.lawfulness import NotLawful
from vault.records.errors import NotPossible
from vault.records.labels import Field

__all__ = ["Wanted", "ask_review", "ask_share_review", "request_export", "take_export"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What is asked for: a filter of the list of clients, or ids, and whom and what it is for."""

    purpose: str
    fields: Sequence[Field]
    format: str
    masked: bool
    priced: bool
    colleague: User | None = None
    outsider: Recipient | None = None
    filters: Mapping[str, Any] = field(default_factory=dict)
    ids: Sequence[UUID] | None = None


@transaction.atomic
def request_export(*, actor: User, wanted: Wanted, reason: str) -> Export:
    """Ask for an export; whose it is is fixed now.

    Raises:
        Refused: the person may not ask for exports.
        NotLawful: nobody may be exported for this purpose, for one reason; logged and alerted.
        ExportsHeld: oversight has stopped the exports of a book in it, or the person's second factors were
            reset less than a day ago, or they are late with what they owe the house; logged.
        NotPossible: nobody is left, too many, or the recipient is none any more.
        ValidationError: for the reason.
    """
    require(actor, Permission.CLIENT_EXPORT)
    refuse_paused(actor, export=None)
    purpose = Purpose(wanted.purpose).value
    _check_recipient(wanted)
    use = Use.towards(wanted.outsider, purpose, wanted.fields)
    chosen = select(actor, use, filters=wanted.filters, ids=wanted.ids)
    if not chosen.clients:
        reasons = set(chosen.refused.values())
        if len(reasons) == 1:
            raise NotLawful(reasons.pop(), list(chosen.refused))
        raise NotPossible(
            _("Nobody of this list can be exported for this purpose. Change the list or the purpose.")
        )
    refuse_held({one.book_id for one in chosen.clients}, export=None, deal=chosen.clients[0].book.deal_id)
    people = {} if wanted.masked else chosen.categories(wanted.fields)
    recipient = wanted.colleague or wanted.outsider
    assert recipient is not None  # by _check_recipient
    standing = foretold(actor, recipient.pk, purpose, people)
    export = _enter(actor, wanted, chosen, standing)
    past_marks = wanted.priced or (not wanted.masked and standing.points >= FULL)
    asked = request_approval(
        actor=actor,
        action=COUNTED if past_marks else ORDINARY,
        params={"export": str(export.pk)},
        reason=reason,
    )
    export.approval_id = asked.pk
    export.save(update_fields=["approval_id"])
    record_change(
        Entry(
            action=Action.EXPORT_ASK,
            object_type=ObjectType.EXPORT,
            object_id=export.pk,
            deal=chosen.clients[0].book.deal_id,
            purpose=purpose,
            fields=tuple(export.fields),
        )
    )
    return export


def take_export(*, actor: User, export_id: UUID) -> tuple[Export, SealedFile] | None:
    """The file, for its requester, each time counted and logged with everybody in it.

    None when others may be in it now than are (somebody was destroyed or closed, withdrew, or is back): it is
    being made again. Whoever withdrew is logged and alerted.

    Raises:
        Refused: not theirs, not ready, expired, or taken as often as it may be.
        CompartmentFrozen: a book in it is frozen; nothing was given out or counted.
        ExportsHeld: oversight has stopped the exports of a book in it, or the person's second factors were
            reset less than a day ago, or they are late with what they owe the house, or the firm that it is
            for is not in force; logged, nothing was counted.
        LogUnavailable, KeyWithheld: nothing was given out, though the download is counted.
    """
    export = get_export(actor, export_id, Action.CLIENT_EXPORT)
    with transaction.atomic():
        locked = Export.objects.select_for_update().get(pk=export_id)
        if not is_downloadable(locked):
            raise refused_export(export_id, Action.CLIENT_EXPORT)
        check_not_frozen(export)
        refuse_paused(actor, export=export)
        refuse_shut_firm(export)
        refuse_held(books_of(export), export=export)
        clients = exportable(export)
        if not holds_just(locked, clients):
            tell_of_withdrawals(export)
            make_again(locked)
            transaction.on_commit(lambda: tasks.build.delay(str(export_id)), robust=True)
            return None
        Export.objects.filter(pk=export_id).update(downloads=F("downloads") + 1)
    return export, open_export_file(export, [client.pk for client in clients])


@transaction.atomic
def ask_review(*, actor: User, purpose: str, reason: str, adding: Counts | None = None) -> None:
    """Ask an officer to look at the person's own counts, with what they want to open at once (`adding`).

    Raises ValidationError; CannotCarryOut, too, while such a request waits: a form sent twice asks once.
    """
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    if waiting_review(actor, purpose) is not None:
        raise CannotCarryOut
    params = {"person": str(actor.pk), "purpose": Purpose(purpose).value}
    if adding:
        params["adding"] = adding_code(adding)
    request_approval(actor=actor, action=REVIEW, params=params, reason=reason)


@transaction.atomic
def ask_share_review(*, shared: SharedList, taker: User) -> None:
    """Ask an officer, for who put a list where `taker` was stopped at the marks, to look at these two.

    Once while it waits: whoever tries again asks nothing new, and a refusal holds as long as a review would.
    """
    params = {
        "person": str(shared.by_id),
        "purpose": shared.export.purpose,
        "recipient": str(taker.pk),
        "export": str(shared.export_id),
    }
    now = timezone.now()
    waits = Q(state=State.PENDING, expires_at__gt=now)
    refused = Q(state=State.REFUSED, decided_at__gt=now - REVIEW_HOLDS)
    if ApprovalRequest.objects.filter(waits | refused, action=REVIEW, params=params).exists():
        return
    with override(settings.LANGUAGE_CODE):
        why = gettext("Somebody was stopped at the marks who wanted to take the list from a deal's room.")
    request_approval(actor=shared.by, action=REVIEW, params=params, reason=why)


def _enter(actor: User, wanted: Wanted, chosen: Selection, standing: Standing) -> Export:
    """The export as it was asked for, and its list."""
    export = Export.objects.create(
        requester=actor,
        colleague=wanted.colleague,
        outsider=wanted.outsider,
        purpose=wanted.purpose,
        fields=[name.value for name in wanted.fields],
        format=wanted.format,
        masked=wanted.masked,
        priced=wanted.priced,
        grade=max(client.grade for client in chosen.clients),
        asked_counts=standing.flat(),
        left_out=dict(chosen.left_out),
        size=len(chosen.clients),
        language=get_language() or "en",
    )
    ExportItem.objects.bulk_create(
        [ExportItem(export=export, client_id=client.pk) for client in chosen.clients], batch_size=2000
    )
    return export


def _check_recipient(wanted: Wanted) -> None:
    outside = wanted.outsider is not None and recipients_in_force().filter(pk=wanted.outsider.pk).exists()
    inside = wanted.colleague is not None and colleagues().filter(pk=wanted.colleague.pk).exists()
    if outside == inside:
        raise NotPossible(_("Name one recipient: a colleague, or somebody outside whose agreement holds."))
