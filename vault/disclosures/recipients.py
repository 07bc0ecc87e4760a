"""Who is given exports: own staff by their account, others as a recipient with agreement and sealed name."""

import datetime
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.ids import uuid7
from audit.log import record_change
from people.accounts.models import Kind, User
from people.partners.models import Partner
from people.partners.standing import partners_receiving
from people.roles.access import grants_in_force, require
from people.roles.permissions import Permission
from vault.access import Mode, access, new_subjects
from vault.disclosures.marks import mark_keys
from vault.disclosures.models import Export, Recipient, RecipientKind
from vault.records.errors import NotPossible


def create_recipient(
    *,
    actor: User,
    name: str,
    kind: str,
    agreement: str,
    agreed_on: datetime.date,
    agreed_until: datetime.date | None,
    abroad: bool,
    partner: Partner | None = None,
) -> Recipient:
    """Record somebody outside; `abroad`: outside mainland China; `partner`: the firm that it is. Raises
    Refused, NotPossible for a partner firm that is not named."""
    require(actor, Permission.CLIENT_EXPORT)
    if kind == RecipientKind.PARTNER and partner is None:
        raise NotPossible(_("Name the firm: a partner firm is given something only while it is in force."))
    keys = mark_keys()
    entry = Entry(
        action=Action.RECIPIENT_CREATE, object_type=ObjectType.MARKS, object_id=None, keys=(keys.key_id,)
    )
    recipient_id = uuid7()
    with (
        access(Mode.WRITE, entry) as context,
        transaction.atomic(),
        new_subjects(context, [recipient_id], parent=keys.key_id) as key_ids,
    ):
        recipient = Recipient(
            id=recipient_id,
            compartment=keys.compartment,
            key_id=key_ids[recipient_id],
            kind=kind,
            agreement=agreement,
            agreed_on=agreed_on,
            agreed_until=agreed_until,
            abroad=abroad,
            partner=partner,
            created_by=actor,
        )
        recipient.name = name
        recipient.save(force_insert=True)
        record_change(
            Entry(action=Action.RECIPIENT_CREATE, object_type=ObjectType.RECIPIENT, object_id=recipient_id)
        )
    return recipient


def recipients_in_force() -> QuerySet[Recipient]:
    """Those whose agreement holds today, and of partner firms those to which files may go. One that was
    recorded as a partner firm without saying which is given nothing until it is recorded anew."""
    today = timezone.localdate()
    found: QuerySet[Recipient] = Recipient.objects.filter(
        Q(agreed_until__isnull=True) | Q(agreed_until__gte=today),
        Q(partner__in=partners_receiving()) | (Q(partner__isnull=True) & ~Q(kind=RecipientKind.PARTNER)),
        agreed_on__lte=today,
    )
    return found.order_by("-created_at", "-pk")


def colleagues() -> QuerySet[User]:
    """Staff who may see clients: an export is no way around a role, least of all an administrator's."""
    seeing = grants_in_force().filter(role__permissions__permission=Permission.CLIENT_VIEW)
    staff = User.objects.filter(kind=Kind.STAFF, is_active=True, pk__in=seeing.values("user"))
    return staff.order_by("display_name")


def still_receives(export: Export) -> bool:
    """Whether the export may still go to whom it is for: the agreement holds, the colleague works here."""
    if export.outsider_id is not None:
        return recipients_in_force().filter(pk=export.outsider_id).exists()
    return export.colleague is not None and colleagues().filter(pk=export.colleague.pk).exists()


def names_of(recipients: Iterable[Recipient]) -> Mapping[UUID, str]:
    """The recipients' names, under one entry that names them. At most a thousand."""
    found = list(recipients)
    if not found:
        return {}
    entry = Entry(
        action=Action.RECIPIENT_VIEW,
        object_type=ObjectType.RECIPIENT,
        object_id=None,
        subjects=tuple(one.pk for one in found),
        keys=(mark_keys().key_id, *(one.key_id for one in found)),
    )
    with access(Mode.OPEN, entry):
        return {one.pk: one.name for one in found}


def recipient_words(export: Export) -> str:
    """For whom an export is, by name: the colleague, or the recipient outside with the kind of agreement."""
    if export.outsider is None:
        return export.colleague.display_name if export.colleague else ""
    name = names_of([export.outsider])[export.outsider.pk]
    place = [_("Abroad, or in Hong Kong, Macau or Taiwan")] if export.outsider.abroad else []
    return " · ".join([name, export.outsider.get_agreement_display(), *place])


def recipient_facts(export: Export) -> list[object]:
    """What an approval fixes of the recipient: the same in every language. An outsider's name is never
    changed, so the id stands for it."""
    if export.outsider is None:
        return [str(export.recipient_id), export.colleague.display_name if export.colleague else ""]
    return [str(export.recipient_id), export.outsider.agreement, export.outsider.abroad]
