"""The exit talk: the duties that go on after leaving are shown and acknowledged, what is to be returned is
listed."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action
from people.accounts.models import User
from people.approvals.reasons import clean_reason
from people.duties.models import NdaKind, NdaSignature, NdaTemplate
from people.duties.services import clean_name
from people.duties.templates import in_force, text_hash
from people.staffing.entries import log
from people.staffing.errors import NotNow
from people.staffing.models import LONGEST_NAME, ReturnItem, StaffChange


def signed_text(person: User) -> NdaTemplate | None:
    """The undertaking by which the person is bound: the one that they signed last, else the house's."""
    signature = (
        NdaSignature.objects.filter(person=person, kind=NdaKind.STAFF)
        .select_related("template")
        .order_by("-signed_at")
        .first()
    )
    return signature.template if signature else in_force(NdaKind.STAFF)


@transaction.atomic
def acknowledge(*, actor: User, change: StaffChange, typed_name: str) -> None:
    """The leaver says that they know what goes on. Nobody says it for another. Raises ValidationError for
    the name, NotNow."""
    locked = StaffChange.objects.select_for_update().get(pk=change.pk)
    text = signed_text(actor)
    if locked.person_id != actor.pk or not locked.leaves or not locked.is_open or text is None:
        raise NotNow(_("There is nothing to acknowledge."))
    if locked.acknowledged_at is not None:
        raise NotNow(_("You have acknowledged this already."))
    locked.acknowledged_name = clean_name(typed_name)
    locked.acknowledged_at, locked.acknowledged_text = timezone.now(), text_hash(text)
    locked.save(update_fields=["acknowledged_at", "acknowledged_text", "acknowledged_name"])
    log(locked, Action.STAFFING_ACKNOWLEDGE, text_hash(text).hex())


@transaction.atomic
def list_item(*, actor: User, change: StaffChange, name: str) -> ReturnItem:
    """Something to be returned. The caller's gate said that the actor plans. Raises ValidationError."""
    words = clean_reason(name)
    if len(words) > LONGEST_NAME:
        raise ValidationError(_("Say it in fewer words."))
    made = ReturnItem.objects.create(change=change, name=words)
    log(change, Action.STAFFING_ITEM)
    return made


@transaction.atomic
def take_item(*, actor: User, item: ReturnItem) -> None:
    """It was given back to the actor. A second time changes nothing."""
    locked = ReturnItem.objects.select_for_update(of=("self",)).select_related("change").get(pk=item.pk)
    if locked.returned_at is None:
        locked.returned_at, locked.taken_by = timezone.now(), actor
        locked.save(update_fields=["returned_at", "taken_by"])
        log(locked.change, Action.STAFFING_ITEM_BACK)
