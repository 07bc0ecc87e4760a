"""What the people shown are told: that, when and by whom a room was looked at as they would get it."""

from audit.actions import Action
from audit.query import LogFilter, page
from audit.sentences import Line, lines
from deals.pipeline.models import Deal
from people.accounts.models import User

SHOWN = 20  # entries; a preview has two


def previews_as(person: User) -> list[Line]:
    """From the log, newest first, by the deal's code name. Three queries."""
    about = LogFilter(subject=person.pk, actions=(Action.ROOM_PREVIEW_START, Action.ROOM_PREVIEW_END))
    found = page(about, SHOWN).entries
    people = {who for entry in found for who in (entry.actor, entry.on_behalf_of) if who}
    names = dict(User.objects.filter(pk__in=people).values_list("pk", "display_name"))
    deals = {entry.deal for entry in found if entry.deal}
    codes = dict(Deal.objects.filter(pk__in=deals).values_list("pk", "code_name"))
    rooms = {entry.object_id: codes[entry.deal] for entry in found if entry.object_id and entry.deal in codes}
    return lines(found, names | rooms)
