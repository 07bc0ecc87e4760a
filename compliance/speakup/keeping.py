"""The end of a report: some time after it was closed its key is destroyed, and with it every word.

The order names the report and is committed first, as the keyring demands; it follows from the rule that
officers set, so nobody decides on a single one. A report whose reporter is still protected is kept: whoever
looks into an act against them must be able to read why.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change, record_read
from compliance.speakup.clocks import gone_on, policy
from compliance.speakup.codes import State
from compliance.speakup.models import SpeakUpCase, SpeakUpKeys
from compliance.speakup.shields import Protection
from people.accounts.models import User
from vault.custody.owners import Owner
from vault.keys import store


def due_cases() -> list[UUID]:
    """The closed reports whose time is over."""
    rule, today = policy(), timezone.localdate()
    ends = ((case.pk, gone_on(case, rule)) for case in _closed().order_by("closed_on", "pk"))
    return [pk for pk, day in ends if day is not None and day <= today]


def destroy(case_id: UUID) -> None:
    """Destroy a report's key and what it sealed. The worker's alone; safe twice, too early, when killed."""
    order = record_read(_entry(Action.DESTRUCTION_ORDER, case_id))
    with transaction.atomic():
        case = _closed().select_for_update(of=("self",), skip_locked=True).filter(pk=case_id).first()
        if case is None or case_id not in due_cases():
            return
        store.destroy(order, [case_id])
        case.destroyed_on, case.code, case.waits = timezone.localdate(), None, False
        case.save(update_fields=["destroyed_on", "code", "waits"])
        # Whom it accused and who reported goes as well. The row that stays says that there was a report, of
        # which kind, how it ended and when it went.
        for rows in (case.texts.all(), case.accused.all(), case.protections.all()):
            rows.delete()
        record_change(_entry(Action.SPEAKUP_DESTROY, case_id))


def whose_reports(user: User, compartments: Sequence[UUID]) -> Mapping[UUID, Owner]:
    """For the key inventory: the channel's compartment, by its kind alone."""
    ours = SpeakUpKeys.objects.filter(compartment__in=compartments).values_list("compartment", flat=True)
    return {compartment: Owner(kind=ObjectType.SPEAKUP.label) for compartment in ours}


def _closed() -> QuerySet[SpeakUpCase]:
    protected = Protection.objects.filter(case=OuterRef("pk"), ended_on__isnull=True)
    return SpeakUpCase.objects.filter(~Exists(protected), state=State.CLOSED, destroyed_on__isnull=True)


def _entry(action: Action, case_id: UUID) -> Entry:
    return Entry(action=action, object_type=ObjectType.SPEAKUP_CASE, object_id=case_id, subjects=(case_id,))
