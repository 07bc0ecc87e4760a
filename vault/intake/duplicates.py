"""Duplicate claims as those concerned see them: the owner, and who leads the owner's book."""

from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.intake.claims import ALARM, DAY
from vault.intake.models import DuplicateClaim
from vault.records.access import which_clients
from vault.records.models import BookMember


def which_duplicates(user: User) -> QuerySet[DuplicateClaim]:
    """Those about clients that are the person's or lie in a book that they lead, as long as they see it."""
    return DuplicateClaim.objects.filter(
        Q(owner=user) | Q(manager=user), client__in=which_clients(user, Permission.CLIENT_VIEW)
    )


def unseen(user: User) -> QuerySet[DuplicateClaim]:
    return which_duplicates(user).filter(
        Q(owner=user, owner_saw_at__isnull=True) | Q(manager=user, manager_saw_at__isnull=True)
    )


@transaction.atomic
def note_duplicate(*, actor: User, duplicate_id: UUID) -> None:
    """The actor knows of it; it leaves their list, not the other's. Raises Refused."""
    found = which_duplicates(actor).filter(pk=duplicate_id).first()
    if found is None:
        raise Refused(ObjectType.CLIENT, None, Action.CLAIM_SEEN)
    locked = DuplicateClaim.objects.select_for_update().get(pk=found.pk)
    now = timezone.now()
    if locked.owner_id == actor.pk:
        locked.owner_saw_at = locked.owner_saw_at or now
    if locked.manager_id == actor.pk:
        locked.manager_saw_at = locked.manager_saw_at or now
    locked.save(update_fields=["owner_saw_at", "manager_saw_at"])
    record_change(
        Entry(
            action=Action.CLAIM_SEEN,
            object_type=ObjectType.CLIENT,
            object_id=locked.client_id,
            subjects=(locked.client_id,),
        )
    )


def repeated_askers() -> list[UUID]:
    """Who met clients in books closed to them so often in a day that it looks like probing, for the officers.
    Two agents of one book meet daily, and neither learns what the book does not show them."""
    open_to = BookMember.objects.filter(book=OuterRef("client__book"), user=OuterRef("asker"))
    recent = DuplicateClaim.objects.filter(~Exists(open_to), at__gt=timezone.now() - DAY).order_by()
    often = recent.values("asker").annotate(n=Count("pk")).filter(n__gte=ALARM)
    return [row["asker"] for row in often]
