"""What the people shown are told: that, when and by whom a room was looked at as they would get it."""

from uuid import UUID

from audit.actions import Action
from audit.query import LogFilter, page
from audit.sentences import Line, lines
from people.accounts.models import User

SHOWN = 20  # entries; a preview has two


def previews_as(person: User, named: dict[UUID, str]) -> list[Line]:
    """From the log, newest first, by the deal's code name, where it is among those that the person's list of
    rooms `named` (deal → code name): of a room that is shut to them they are told without it. Two
    queries."""
    about = LogFilter(subject=person.pk, actions=(Action.ROOM_PREVIEW_START, Action.ROOM_PREVIEW_END))
    found = page(about, SHOWN).entries
    people = {who for entry in found for who in (entry.actor, entry.on_behalf_of) if who}
    names = dict(User.objects.filter(pk__in=people).values_list("pk", "display_name"))
    rooms = {entry.object_id: named[entry.deal] for entry in found if entry.object_id and entry.deal in named}
    return lines(found, names | rooms)
