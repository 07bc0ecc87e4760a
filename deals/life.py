"""What happened in a deal, in words, for the staff who work on it (the gate of the page has seen to that)."""

from uuid import UUID

from audit.query import LogFilter, entries, page
from audit.sentences import Line, lines
from people.accounts.models import User

SHOWN = 20


def life_of(*, deal: UUID, object_id: UUID | None = None) -> list[Line]:
    """The newest entries about the deal, or about one thing in it. Two queries."""
    shown = page(entries(LogFilter(deal=deal, object_id=object_id)), SHOWN).entries
    ids = {person for entry in shown for person in (entry.actor, *entry.subjects[:3]) if person}
    return lines(shown, dict(User.objects.filter(pk__in=ids).values_list("pk", "display_name")))
