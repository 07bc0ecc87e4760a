"""Asking for an export, and taking it. Each is one transaction with its log entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.approvals.services import request_approval
from people.roles.access import require
from people.roles.permissions import Permission
from vault.disclosures import tasks
from vault.disclosures.access import get_export, is_downloadable, refused_export
from vault.disclosures.approval import COUNTED, ORDINARY, REVIEW
from vault.disclosures.building import exportable, make_again
from vault.disclosures.categories import FULL
from vault.disclosures.counting import Standing
from vault.disclosures.exportfiles import open_export_file
from vault.disclosures.freezes import check_not_frozen
from vault.disclosures.models import Export, ExportItem, Recipient
from vault.disclosures.recipients import colleagues, recipients_in_force
from vault.disclosures.reserving import foretold
from vault.disclosures.selection import Selection, Use, select
from vault.files.store import SealedFile
from vault.purposes.catalogue import Purpose
from vault.records.errors import NotPossible
from vault.records.labels import Field

__all__ = ["Wanted", "ask_review", "request_export", "take_export"]


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
        NotPossible: nobody is left, too many, or the recipient is none any more.
        ValidationError: for the reason.
    """
    require(actor, Permission.CLIENT_EXPORT)
    purpose = Purpose(wanted.purpose).value
    _check_recipient(wanted)
    use = Use(purpose, wanted.fields, wanted.outsider)
    chosen = select(actor, use, filters=wanted.filters, ids=wanted.ids)
    if not chosen.clients:
        raise NotPossible(
            _("Nobody of this list can be exported for this purpose. Change the list or the purpose.")
        )
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

    None when somebody in it was destroyed or closed since it was made: it is being made again without them.

    Raises:
        Refused: not theirs, not ready, expired, or taken as often as it may be.
        CompartmentFrozen: a book in it is frozen; nothing was given out or counted.
        LogUnavailable, KeyWithheld: nothing was given out, though the download is counted.
    """
    export = get_export(actor, export_id, Action.CLIENT_EXPORT)
    with transaction.atomic():
        locked = Export.objects.select_for_update().get(pk=export_id)
        if not is_downloadable(locked):
            raise refused_export(export_id, Action.CLIENT_EXPORT)
        check_not_frozen(export)
        subjects = [client.pk for client in exportable(export)]
        if len(subjects) != locked.delivered:
            make_again(locked)
            transaction.on_commit(partial(tasks.build.delay, str(export_id)), robust=True)
            return None
        Export.objects.filter(pk=export_id).update(downloads=F("downloads") + 1)
    return export, open_export_file(export, subjects)


@transaction.atomic
def ask_review(*, actor: User, purpose: str, reason: str) -> None:
    """Ask an officer to look at the person's own counts. Raises ValidationError, CannotCarryOut."""
    params = {"person": str(actor.pk), "purpose": Purpose(purpose).value}
    request_approval(actor=actor, action=REVIEW, params=params, reason=reason)


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
