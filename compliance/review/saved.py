"""Views of the log that an officer keeps. Opening one is reading the log: the list's own gate decides."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from audit.refusals import Refused
from compliance.review.models import SavedView
from people.accounts.models import User
from people.roles.access import require
from people.roles.permissions import Permission
from vault.records.errors import NotPossible

MOST = 40


def views_of(user: User) -> QuerySet[SavedView]:
    """The person's own."""
    return SavedView.objects.filter(owner=user).order_by("name")[:MOST]


def save_view(*, actor: User, name: str, address: str) -> SavedView:
    """Keep the filters under a name; the same name again keeps the newer ones.

    Args:
        address: as `LogFilterForm.address` makes it.

    Raises:
        Refused: the person does not read the log.
        NotPossible: no name or no filter, or there are `MOST` already.
    """
    require(actor, Permission.LOG_READ)
    name = name.strip()
    if not 0 < len(name) <= 40 or not address:
        raise NotPossible(_("A view needs a name of at most 40 characters and at least one filter."))
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).filter(pk=actor.pk).values_list("pk").first()
        own = SavedView.objects.filter(owner=actor)
        if not own.filter(name=name).exists() and own.count() >= MOST:
            raise NotPossible(_("You have 40 views. Remove one first."))
        try:
            with transaction.atomic():
                view, _made = own.update_or_create(owner=actor, name=name, defaults={"address": address})
        except IntegrityError:
            raise NotPossible(_("These filters cannot be kept.")) from None
        record_change(_entry(Action.LOG_VIEW_SAVE, view))
    return view


@transaction.atomic
def drop_view(*, actor: User, view_id: UUID) -> None:
    """Remove one's own. Raises Refused for anybody else's."""
    view = SavedView.objects.select_for_update().filter(owner=actor, pk=view_id).first()
    if view is None:
        raise Refused(ObjectType.LOG_VIEW, view_id, Action.LOG_VIEW_DROP)
    record_change(_entry(Action.LOG_VIEW_DROP, view))
    view.delete()


def _entry(action: Action, view: SavedView) -> Entry:
    return Entry(action=action, object_type=ObjectType.LOG_VIEW, object_id=view.pk)
