"""Who made an account: from the log, which no administrator can write otherwise."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import ngettext

from audit.actions import Action
from audit.models import LogEntry
from people.accounts.models import User


def made_by(person_ids: Iterable[UUID], maker: UUID) -> dict[UUID, datetime]:
    """Of these accounts the ones that `maker` made, and when: one query. An account whose entry has left the
    log with its month is not among them; by then it is no new one."""
    rows = LogEntry.objects.filter(
        action=Action.PERSON_CREATE, object_id__in=list(person_ids), actor=maker
    ).using("default")
    return {person: at for person, at in rows.values_list("object_id", "at") if person is not None}


def made_words(person: User, maker: User, made: datetime, asked: datetime) -> str:
    """A sentence for whoever decides: a puppet is an account that its administrator made themselves."""
    days = max((asked - made).days, 0)
    return ngettext(
        "The account of %(person)s was made by %(maker)s, who asks for this, %(n)s day before.",
        "The account of %(person)s was made by %(maker)s, who asks for this, %(n)s days before.",
        days,
    ) % {"person": person.display_name, "maker": maker.display_name, "n": days}
