"""What the log says of one person's day, one client's life and one deal's readers."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actions import Action, ObjectType, Result
from audit.models import LogEntry
from audit.phrases import OPENING
from audit.query import LogFilter, entries
from audit.sentences import code_words
from compliance.review.counting import counted
from deals.files.models import File
from deals.rooms.models import Folder
from people.charts import Bars, drawn

MOST_A_DAY = 1000  # entries of a day that a page shows; the list pages through the rest


@dataclass(frozen=True, slots=True)
class Session:
    """Entries under one session; `network` is where they came from. None: outside any session."""

    id: UUID | None
    network: str | None
    count: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class PersonDay:
    filters: LogFilter
    entries: list[LogEntry]  # oldest first
    more: bool
    sessions: list[Session]
    bars: Bars
    opened: int
    clients: int
    refused: int


def person_day(person: UUID, day: date, *, without: frozenset[UUID] = frozenset()) -> PersonDay:
    """One person's day in the reader's zone, without entries about some objects. What another did on their
    behalf is among the entries, and in none of the numbers. Two queries, whatever the day held.
    """
    since = timezone.make_aware(datetime.combine(day, time.min))
    filters = LogFilter(person=person, since=since, until=_next(day), without=without)
    found = list(entries(filters).order_by("at", "id")[: MOST_A_DAY + 1])
    shown = found[:MOST_A_DAY]
    own = [one for one in shown if one.on_behalf_of != person]
    rows = counted(entries(filters).exclude(on_behalf_of=person), ("session", "network")).rows
    sessions = [Session(*row) for row in sorted(rows, key=lambda row: row[3])]
    opened = [one for one in own if one.action in OPENING and one.result == Result.DONE]
    return PersonDay(
        filters=filters,
        entries=shown,
        more=len(found) > MOST_A_DAY,
        sessions=sessions,
        bars=_hour_bars(own),
        opened=len(opened),
        clients=len({one.object_id for one in opened if one.object_type == ObjectType.CLIENT}),
        refused=sum(one.result == Result.REFUSED for one in own),
    )


def _next(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def _hour_bars(shown: Iterable[LogEntry]) -> Bars:
    """24 bars; what put plaintext before the person is the marked part."""
    per_hour: Counter[int] = Counter()
    opened: Counter[int] = Counter()
    for one in shown:
        hour = timezone.localtime(one.at).hour
        per_hour[hour] += 1
        opened[hour] += one.action in OPENING and one.result == Result.DONE
    words = _("%(hour)s:00 · entries: %(count)d, of these opened: %(opened)d")
    return drawn(
        [
            (
                words % {"hour": hour, "count": per_hour[hour], "opened": opened[hour]},
                per_hour[hour],
                opened[hour],
            )
            for hour in range(24)
        ],
        first="0:00",
        last="24:00",
    )


class LifeStage(TextChoices):
    """From a client's coming in to their end (M40)."""

    COLLECTION = "collection", gettext_lazy("Collection")
    STORAGE = "storage", gettext_lazy("Storage")
    USE = "use", gettext_lazy("Use")
    SHARING = "sharing", gettext_lazy("Sharing")
    DESTRUCTION = "destruction", gettext_lazy("Destruction")


# By the part of the code before the dot, and single actions that belong elsewhere than their kind.
_AREAS = {
    LifeStage.COLLECTION: {"import", "intake", "source", "notice", "consent", "claim", "mandate"},
    LifeStage.STORAGE: {"grade", "keys", "index", "records", "retention", "book"},
    LifeStage.SHARING: {"export", "disclosure", "recipient", "file", "redaction", "room", "canary", "marks"},
    LifeStage.DESTRUCTION: {"destruction"},
}
_SINGLE = {
    Action.CLIENT_CREATE: LifeStage.COLLECTION,
    Action.CLIENT_IMPORT: LifeStage.COLLECTION,
    Action.CLIENT_ASSIGN: LifeStage.STORAGE,
    Action.CLIENT_CONFIRM: LifeStage.STORAGE,
    Action.CLIENT_EDIT: LifeStage.STORAGE,
    Action.CLIENT_OPEN: LifeStage.STORAGE,
    Action.CLIENT_OWNER: LifeStage.STORAGE,
    Action.CLIENT_PROPOSE: LifeStage.STORAGE,
    Action.CLIENT_RESEAL: LifeStage.STORAGE,
    Action.CLIENT_EXPORT: LifeStage.SHARING,
    Action.CLIENT_STOP_USE: LifeStage.DESTRUCTION,
    Action.RETENTION_END_USE: LifeStage.DESTRUCTION,
    Action.IMPORT_UNDONE: LifeStage.DESTRUCTION,
}
_BY_AREA = {area: stage for stage, areas in _AREAS.items() for area in areas}


def stage_of(action: str) -> LifeStage:
    """Where in a client's life an action belongs; what is in no other stage is a use of the data."""
    known = _SINGLE.get(Action(action)) if action in Action.values else None
    return known or _BY_AREA.get(action.partition(".")[0], LifeStage.USE)


@dataclass(slots=True)
class Stretch:
    """One stage of a life: how often, from when to when, and what happened, by action."""

    stage: LifeStage
    count: int = 0
    first: datetime | None = None
    last: datetime | None = None
    actions: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Seer:
    """Who saw something of a client: how often open, how often masked, for which purposes, and when last."""

    person: UUID | None
    opened: int = 0
    masked: int = 0
    refused: int = 0
    last: datetime | None = None
    purposes: set[str] = field(default_factory=set)

    def saw(self, action: str, purpose: str, result: str, count: int, last: datetime) -> None:
        if result == Result.REFUSED:
            self.refused += count
        elif action in OPENING:
            self.opened += count
            self.purposes |= {purpose} if purpose else set()
        else:
            self.masked += count
        self.last = max(filter(None, (self.last, last)))

    @property
    def purpose_words(self) -> str:
        return _(", ").join(sorted(map(code_words, self.purposes)))


_MASKED = {Action.CLIENT_VIEW, Action.CLIENT_LIST, Action.LOG_MASK}


@dataclass(frozen=True, slots=True)
class ClientLife:
    """The stages in order, and who saw the client, the newest first. `cut`: of the newest entries alone."""

    stages: list[Stretch]
    seers: list[Seer]
    cut: bool


def client_life(client: UUID, *, without: frozenset[UUID] = frozenset()) -> ClientLife:
    """One client's life, in one query."""
    stretches = {stage: Stretch(stage) for stage in LifeStage}
    seers: dict[UUID | None, Seer] = {}
    about = entries(LogFilter(subject=client, without=without))
    found = counted(about, ("actor", "action", "purpose", "result"))
    for actor, action, purpose, result, count, first, last in found.rows:
        if result == Result.DONE:
            stretch = stretches[stage_of(action)]
            stretch.count += count
            stretch.first = min(filter(None, (stretch.first, first)))
            stretch.last = max(filter(None, (stretch.last, last)))
            stretch.actions[action] += count
        if action in OPENING or action in _MASKED:
            seers.setdefault(actor, Seer(actor)).saw(action, purpose, result, count, last)
    newest = sorted(seers.values(), key=lambda one: one.last or timezone.now(), reverse=True)
    return ClientLife(list(stretches.values()), newest, found.cut)


@dataclass(slots=True)
class Reading:
    """What one person read of one file or folder. `number` is its place in the room, as the room shows it."""

    object_id: UUID | None
    kind: str
    number: str
    opened: int = 0
    pages: int = 0
    taken: int = 0
    last: datetime | None = None


@dataclass(slots=True)
class Reader:
    """Somebody who read; `looking_as` whom they did so in a preview, who has read nothing by it."""

    person: UUID | None
    looking_as: UUID | None
    readings: list[Reading]
    opened: int
    pages: int
    taken: int
    last: datetime


_READING = (Action.ROOM_VIEW, Action.FILE_VIEW, Action.FILE_VIEW_PAGE, Action.FILE_DOWNLOAD)


@dataclass(frozen=True, slots=True)
class DealReaders:
    """Who read what, the most diligent first. `cut`: of the newest entries alone."""

    readers: list[Reader]
    cut: bool


def deal_readers(deal: UUID) -> DealReaders:
    """Who read what of a deal's room. Three queries."""
    filters = LogFilter(deal=deal, actions=_READING, result=Result.DONE)
    found = counted(entries(filters), ("actor", "on_behalf_of", "object_type", "object_id", "action"))
    numbers = _numbers({row[3] for row in found.rows if row[3]})
    per_reader: dict[tuple[UUID | None, UUID | None], dict[UUID | None, Reading]] = defaultdict(dict)
    for actor, other, kind, object_id, action, count, _first, last in found.rows:
        reading = Reading(object_id, kind, numbers.get(object_id, ""))
        one = per_reader[actor, other].setdefault(object_id, reading)
        if action == Action.FILE_VIEW_PAGE:
            one.pages += count
        elif action == Action.FILE_DOWNLOAD:
            one.taken += count
        else:
            one.opened += count
        one.last = max(filter(None, (one.last, last)))
    readers = [_reader(*who, list(found.values())) for who, found in per_reader.items()]
    readers.sort(key=lambda one: (-one.pages, -one.opened, str(one.person), str(one.looking_as)))
    return DealReaders(readers, found.cut)


def _reader(person: UUID | None, looking_as: UUID | None, readings: list[Reading]) -> Reader:
    return Reader(
        person=person,
        looking_as=looking_as,
        readings=sorted(readings, key=lambda one: (one.number, str(one.object_id))),
        opened=sum(one.opened for one in readings),
        pages=sum(one.pages for one in readings),
        taken=sum(one.taken for one in readings),
        last=max(one.last for one in readings if one.last),
    )


def _numbers(objects: set[UUID]) -> dict[UUID, str]:
    """The numbers of folders and files in their room, from the root down; names are sealed."""
    files = {
        pk: (folder, position)
        for pk, folder, position in File.objects.filter(pk__in=objects).values_list(
            "pk", "folder_id", "position"
        )
    }
    folders = {folder for folder, _position in files.values()} | (objects - files.keys())
    above = Folder.objects.filter(pk__in=folders).values_list(
        "pk", "ancestors__depth", "ancestors__ancestor__position"
    )
    paths: dict[UUID, dict[int, int]] = defaultdict(dict)
    for pk, depth, position in above:
        paths[pk][depth] = position
    numbers = {
        pk: ".".join(str(path[depth]) for depth in sorted(path, reverse=True)) for pk, path in paths.items()
    }
    return numbers | {
        pk: f"{numbers[folder]}.{position}" for pk, (folder, position) in files.items() if folder in numbers
    }
