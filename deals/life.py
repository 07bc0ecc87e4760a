"""What happened in a deal, in words, for the staff who work on it (the gate of the page has seen to that)."""

from collections.abc import Mapping
from uuid import UUID

from audit.query import LogFilter, page
from audit.sentences import Line, lines
from people.accounts.models import User

READ = 60  # entries; those that read alike are shown once


def life_of(*, deal: UUID, called: Mapping[UUID, str], object_id: UUID | None = None) -> list[Line]:
    """The newest entries about the deal, or about one thing in it. Two queries.

    `called` names what the page shows by name anyway; anything else in the deal stays the end of its id.
    """
    shown = page(LogFilter(deal=deal, object_id=object_id), READ).entries
    ids = {
        person
        for entry in shown
        for person in (entry.actor, entry.on_behalf_of, *entry.subjects[:3])
        if person
    }
    people = dict(User.objects.filter(pk__in=ids).values_list("pk", "display_name"))
    return lines(shown, people | dict(called))
