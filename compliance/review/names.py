"""Names for the ids in entries: people, books, deals and rooms by code name. Clients have none: sealed."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from deals.pipeline.models import Deal
from deals.rooms.models import Room
from people.accounts.models import Kind, User
from people.accounts.system import SYSTEM_ID
from vault.records.models import ClientBook


def names_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Id → name, of the people, deals, rooms and books among the ids. One query a kind, however many."""
    wanted = list(ids)
    named = dict(User.objects.filter(pk__in=wanted).values_list("pk", "display_name"))
    named |= Deal.objects.filter(pk__in=wanted).values_list("pk", "code_name")
    named |= Room.objects.filter(pk__in=wanted).values_list("pk", "deal__code_name")
    named |= ClientBook.objects.filter(pk__in=wanted).values_list("pk", "name")
    if SYSTEM_ID in named:
        named[SYSTEM_ID] = _("Sealroom")
    return named


def people_by_name() -> list[tuple[UUID, str]]:
    """Everybody who can have acted, for a choice."""
    people = User.objects.order_by("kind", "display_name", "pk").values_list("pk", "display_name", "kind")
    return [(pk, _person_words(pk, name, Kind(kind))) for pk, name, kind in people]


def _person_words(pk: UUID, name: str, kind: Kind) -> str:
    if kind == Kind.STAFF:
        return name
    shown = _("Sealroom") if pk == SYSTEM_ID else name
    return _("%(name)s (%(kind)s)") % {"name": shown, "kind": kind.label}


def deals_by_code() -> list[tuple[UUID, str]]:
    """Every deal by its code name, for a choice."""
    return list(Deal.objects.order_by("code_name").values_list("pk", "code_name"))
