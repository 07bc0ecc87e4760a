"""Whose data were opened, by whom, how: computed from the log's entries, a page at a time.

Ids and counts only: nothing of a client is opened to make the list. Entries name their subjects; a list that
was taken from a room names them by the export it holds. What the log dropped with its months is not here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from audit.actions import Action, ObjectType
from compliance.containment.models import Incident
from people.locks.codes import Kind
from people.locks.models import Lock

PAGE = 100
BEFORE = timedelta(days=30)  # before discovery, where nobody says from when
# How close each access came to the person: by the mask of a list, of a page, in plaintext, taken away.
LISTED = (Action.CLIENT_LIST,)
MASKED = (Action.CLIENT_VIEW,)
PLAIN = (Action.CLIENT_REVEAL, Action.CLIENT_OPEN, Action.FOLLOWUP_CALL)
TAKEN = (Action.CLIENT_EXPORT,)
_FILES = (Action.FILE_VIEW, Action.FILE_VIEW_PAGE, Action.FILE_DOWNLOAD)

_SEEN = """
select s.id as subject, e.actor, e.at, {inside} as inside,
  case when e.action = any(%(listed)s) then 1 when e.action = any(%(masked)s) then 2
    when e.action = any(%(plain)s) then 3 else 4 end as how
from log.entry e cross join lateral unnest(e.subjects) as s(id)
where e.at >= %(since)s and e.at < %(until)s and e.result = 'done' and e.actor is not null
  and e.action = any(%(actions)s) and {scope}
union all
select i.client_id, e.actor, e.at, {inside}, 4
from log.entry e
join vault_sharedlist l on l.file_id = e.object_id join vault_exportitem i on i.export_id = l.export_id
where e.at >= %(since)s and e.at < %(until)s and e.result = 'done' and e.actor is not null
  and e.action = 'file.download' and {scope}
"""
# Counted by reader and kind first, so that what is sorted for each subject is short; and once, for the page
# and for the numbers above it.
_PAGE = """
select subject, listed, masked, plain, taken, readers, first, last,
  subjects, of_lists, of_pages, of_plain, of_files
from (
  select t.*, count(*) over () as subjects, count(*) filter (where listed > 0) over () as of_lists,
    count(*) filter (where masked > 0) over () as of_pages,
    count(*) filter (where plain > 0) over () as of_plain,
    count(*) filter (where taken > 0) over () as of_files
  from (
    select subject, coalesce(sum(n) filter (where how = 1), 0)::bigint as listed,
      coalesce(sum(n) filter (where how = 2), 0)::bigint as masked,
      coalesce(sum(n) filter (where how = 3), 0)::bigint as plain,
      coalesce(sum(n) filter (where how = 4), 0)::bigint as taken,
      array_agg(distinct actor) as readers, min(first) as first, max(last) as last
    from (
      select subject, actor, how, inside, count(*) as n, min(at) as first, max(at) as last
      from ({seen}) x group by subject, actor, how, inside
    ) g where inside or subject in ({own}) group by subject
  ) t
) y where subject > %(after)s order by subject limit %(size)s
"""
_FILES_SQL = """
select e.object_id, e.actor, count(*) filter (where e.action <> 'file.download'),
  count(*) filter (where e.action = 'file.download'), max(e.at)
from log.entry e
where e.at >= %(since)s and e.at < %(until)s and e.result = 'done' and e.actor is not null
  and e.action = any(%(files)s) and {files}
group by e.object_id, e.actor order by max(e.at) desc, e.object_id limit %(size)s
"""
FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Scope:
    """About whom or what, and when."""

    kind: Kind
    object_id: UUID
    since: datetime
    until: datetime
    deal_id: UUID | None = None

    @property
    def object_type(self) -> ObjectType:
        return ObjectType(self.kind.value)


@dataclass(frozen=True, slots=True)
class Affected:
    """A subject, by record number, and how often their data were opened in which way, by whom."""

    subject: UUID
    listed: int
    masked: int
    plain: int
    taken: int
    readers: list[UUID]
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Totals:
    """How many different subjects, in all and by kind of access."""

    subjects: int = 0
    listed: int = 0
    masked: int = 0
    plain: int = 0
    taken: int = 0


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file or version of the room, who opened it, and how often."""

    object_id: UUID
    reader: UUID
    shown: int
    taken: int
    last: datetime


@dataclass(frozen=True, slots=True)
class AffectedPage:
    """`totals` are of the whole list; a page behind its end has none."""

    rows: list[Affected] = field(default_factory=list)
    next: str = ""
    totals: Totals = field(default_factory=Totals)


def scope_of(lock: Lock, incident: Incident, *, since: datetime | None, until: datetime | None) -> Scope:
    """The period: from thirty days before discovery until the lock, unless somebody says otherwise."""
    return Scope(
        kind=Kind(lock.kind),
        object_id=lock.object_id,
        since=since or incident.discovered_at - BEFORE,
        until=until or lock.locked_at + timedelta(seconds=1),
        deal_id=lock.deal_id,
    )


def page_of(scope: Scope, after: UUID = FIRST, size: int = PAGE) -> AffectedPage:
    """One query."""
    found = _rows(_PAGE, scope, after=after, size=size + 1)
    rows = [Affected(*row[:8]) for row in found[:size]]
    totals = Totals(*found[0][8:]) if found else Totals()
    return AffectedPage(rows, str(rows[-1].subject) if len(found) > size else "", totals)


def files_of(scope: Scope, size: int = PAGE) -> list[FileRead]:
    """Files hold data that name no subject: who opened which, the newest first. One query."""
    return [FileRead(*row) for row in _rows(_FILES_SQL, scope, size=size)]


def everyone(scope: Scope, step: int = 10_000) -> Iterator[Affected]:
    """All of them, a query a step."""
    after = FIRST
    while True:
        page = page_of(scope, after, step)
        yield from page.rows
        if not page.next:
            return
        after = UUID(page.next)


def _rows(sql: str, scope: Scope, **named: Any) -> list[tuple[Any, ...]]:
    which = _which(scope)
    text = sql.format(
        seen=_SEEN.format(scope=which.entries, inside=which.inside), own=which.own, files=which.files
    )
    parameters: dict[str, Any] = {
        "since": scope.since,
        "until": scope.until,
        "object": scope.object_id,
        "deal": scope.deal_id,
        "listed": list(LISTED),
        "masked": list(MASKED),
        "plain": list(PLAIN),
        "actions": [*LISTED, *MASKED, *PLAIN, *TAKEN],
        "files": list(_FILES),
        **named,
    }
    with connection.cursor() as cursor:
        cursor.execute(text, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


class _Which(NamedTuple):
    """Conditions: on entries; whether an entry counts whoever its subjects are; whose subjects count else; on
    entries about files. Nothing typed is in them.

    Subjects are looked up among clients after they were counted: a few thousand times, not at each mention.
    """

    entries: str
    inside: str
    own: str
    files: str


def _which(scope: Scope) -> _Which:
    match scope.kind:
        case Kind.PERSON:
            theirs = "e.actor = %(object)s"
            return _Which(theirs, "true", "select null::uuid", theirs)
        case Kind.BOOK:
            clients = "select c.id from vault_client c where c.book_id = %(object)s"
            return _Which("true", "false", clients, "false")
        case _:
            entrusted = (
                "select c.id from vault_client c join vault_clientbook b on b.id = c.book_id"
                " where b.deal_id = %(deal)s"
            )
            inside = "e.deal is not distinct from %(deal)s::uuid"
            return _Which("true", inside, entrusted, inside)
