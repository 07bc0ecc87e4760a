"""A person's saved views of the list: tabs above it. Their words come from their codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from vault.records.errors import NotPossible
from vault.records.listforms import FilterForm
from vault.records.models import SavedView

MOST = 12


@dataclass(frozen=True, slots=True)
class Tab:
    """A saved view as the page shows it."""

    id: UUID
    query: str
    words: str


def canonical(form: FilterForm) -> str:
    """The view's address: only what narrows or sorts, in a fixed order; empty for the whole list."""
    given = {name: form.data.get(name, "") for name in form.fields} if form.is_valid() else {}
    return urlencode({name: value for name, value in given.items() if value})


@transaction.atomic
def save_view(*, actor: User, query: str) -> None:
    """Keep a view for the person. Raises NotPossible when it narrows nothing, or MOST are kept already."""
    if not query:
        raise NotPossible(_("Choose a filter or an order first: the whole list needs no saving."))
    User.objects.select_for_update().get(pk=actor.pk)
    kept = SavedView.objects.filter(owner=actor)
    if kept.exclude(query=query).count() >= MOST:
        raise NotPossible(_("Twelve views are saved already. Remove one first."))
    kept.get_or_create(owner=actor, query=query)


def remove_view(*, actor: User, view_id: UUID) -> None:
    """Raises Refused when the person has no such view."""
    if not SavedView.objects.filter(owner=actor, pk=view_id).delete()[0]:
        raise Refused(ObjectType.PAGE, view_id, Action.CLIENT_LIST)


def tabs_of(actor: User, form: FilterForm) -> list[Tab]:
    """The person's saved views in the order in which they were kept."""
    return [
        Tab(view.pk, view.query, _words(form, dict(parse_qsl(view.query))))
        for view in SavedView.objects.filter(owner=actor).order_by("pk")
    ]


def _words(form: FilterForm, given: Mapping[str, str]) -> str:
    words: list[str] = []
    for name, field in form.fields.items():
        if value := given.get(name):
            choices: Any = field.choices  # type: ignore[attr-defined]
            words += [str(label) for key, label in choices if str(key) == value]
    return " · ".join(words)
