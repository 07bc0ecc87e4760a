"""Days and entries for the rules; findings; and the log's tree without its sequencer."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from django.utils import timezone
from psycopg2.extensions import connection as Connection

from audit.actions import Action, ObjectType, Result
from audit.entry import Entry
from audit.log import record_refusal
from audit.origin import Origin, acting_as
from compliance.anomalies.detecting import detect
from compliance.anomalies.models import Finding, WatchPlace
from compliance.anomalies.reading import day_of
from compliance.anomalies.rules.base import About, Before, Counts, Scope, Seen
from people.accounts.system import SYSTEM_ID
from people.workdays import is_rest
from tests.compliance.sequenced import sequenced

MONDAY = date(2026, 11, 16)
NOON = datetime(2026, 11, 16, 4, tzinfo=UTC)  # in Shanghai
HERE, THERE = "192.0.2.0/24", "198.51.100.0/24"
FIREFOX = ("browser.firefox", "system.linux")


def seen(action: str = Action.CLIENT_REVEAL, after: float = 0, **values: object) -> Seen:
    """An entry, `after` minutes behind noon."""
    at = NOON + timedelta(minutes=after)
    given = {"id": uuid4(), "at": at, "hour": (at.hour + 8) % 24, "action": action, "result": Result.DONE}
    if action == Action.CLIENT_REVEAL:
        given["subjects"] = (uuid4(),)
    return Seen(**given | values)  # type: ignore[arg-type]


def reveals(count: int, **values: object) -> list[Seen]:
    return [seen(after=number, **values) for number in range(count)]


def days(number: int, **counts: object) -> list[Counts]:
    """Workdays before MONDAY, newest last."""
    found: list[Counts] = []
    day = MONDAY
    while len(found) < number:
        day -= timedelta(days=1)
        if not is_rest(day):
            found.append(Counts(day=day, **counts))  # type: ignore[arg-type]
    return found[::-1]


def scope(entries: Sequence[Seen], about: About = About.PERSON, **before: object) -> Scope:
    return Scope(about, MONDAY, entries, Before(**before))  # type: ignore[arg-type]


def caught_up(superuser: Connection) -> None:
    """The detector stands at the end of what other tests left in the log."""
    WatchPlace.objects.update_or_create(
        defaults={"begun_on": day_of(timezone.now()), "next_index": sequenced(superuser)}
    )


def watched(superuser: Connection) -> None:
    """The detector sees everything that was written since."""
    sequenced(superuser)
    with acting_as(Origin(actor=SYSTEM_ID)):
        while detect():
            pass


def refused(person: UUID, times: int = 10) -> list[UUID]:
    """Refusals of the person, in a row: what the rule of bursts finds."""
    entry = Entry(action=Action.CLIENT_VIEW, object_type=ObjectType.CLIENT, object_id=uuid4())
    with acting_as(Origin(actor=person, network=HERE)):
        return [record_refusal(entry) for _ in range(times)]


def found_for(person: UUID, superuser: Connection) -> Finding:
    """A burst, found."""
    refused(person)
    watched(superuser)
    return Finding.objects.get(person_id=person, rule="denied_burst")
