"""Entries as the gates write them, for the tests of the desk."""

from typing import Any
from uuid import UUID, uuid4

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from people.accounts.models import User


def written(actor: User, action: Action, kind: ObjectType, about: UUID, **said: Any) -> LogEntry:
    """One entry of the actor, in a request of its own unless `request` names one."""
    request = said.pop("request", None) or uuid4()
    said.setdefault("subjects", (about,) if kind is ObjectType.CLIENT else ())
    with acting_as(Origin(actor=actor.pk, request=request)):
        pk = record_read(Entry(action=action, object_type=kind, object_id=about, **said))
    return LogEntry.objects.get(pk=pk)


def reveal(actor: User, client: UUID, **said: Any) -> LogEntry:
    said = {"fields": ("client.contact",), "purpose": "matching", "reason": "call"} | said
    return written(actor, Action.CLIENT_REVEAL, ObjectType.CLIENT, client, **said)
