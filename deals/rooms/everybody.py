"""The gate's own queries (reach.py), asked for many people and rooms at once, for whoever oversees access.

The text is the gate's, word for word, run once for each pair: so the two cannot say different things.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from deals.rooms import reach
from deals.rooms.admission import let_in
from deals.rooms.levels import Level
from deals.rooms.models import Room
from people.accounts.models import User

Pair = tuple[UUID, UUID]  # person, room

_PAIRS = "unnest(%(users)s::uuid[], %(rooms)s::uuid[]) as asked(person, room)"


def ways_in(pairs: Collection[Pair]) -> set[Pair]:
    """Those of the pairs whose person is on the room's deal or in a group of it that has not ended."""
    sql = f"select asked.person, asked.room from {_PAIRS} where exists ({_for_each(reach.WAY_IN)})"  # noqa: S608
    return {(person, room) for person, room in _rows(sql, pairs)}


def folders_reached(pairs: Collection[Pair], level: Level = Level.VIEW) -> dict[Pair, dict[UUID, Level]]:
    """What each person reaches in each room, by folder, before anything is said of who is let in."""
    inner = _for_each(reach.folders_sql(reach.ALL_SPOTS))
    sql = f"select asked.person, asked.room, r.id, r.level from {_PAIRS}, lateral ({inner}) r"  # noqa: S608
    found: dict[Pair, dict[UUID, Level]] = {pair: {} for pair in pairs}
    for person, room, folder, reached in _rows(sql, pairs, level=level):
        found[person, room][folder] = Level(reached)
    return found


def single_files_reached(pairs: Collection[Pair], level: Level = Level.VIEW) -> dict[Pair, int]:
    """How many files each person reaches though not their folder."""
    own = "exists (select from deals_filegrant x where x.content_object_id = f.id)"
    files = _for_each(reach.files_sql(reach.ALL_SPOTS, own))
    folders = _for_each(reach.folders_sql(reach.ALL_SPOTS))
    sql = (
        f"select asked.person, asked.room, count(*) from {_PAIRS}, lateral ({files}) r"  # noqa: S608
        f" where r.folder_id not in (select seen.id from ({folders}) seen) group by asked.person, asked.room"
    )
    return {(person, room): count for person, room, count in _rows(sql, pairs, level=level, limit=None)}


def rooms_open_to(user: User) -> set[UUID]:
    """The rooms that the person can open: three queries, whatever their number."""
    named = Q(deal__members__user=user) | Q(groups__auth_group__user=user)
    deal_of = dict(Room.objects.filter(named).values_list("pk", "deal_id"))
    admitted = {deal for _person, deal in let_in([user], list(deal_of.values()))}
    ways = ways_in([(user.pk, room) for room in deal_of])
    return {room for room, deal in deal_of.items() if deal in admitted and (user.pk, room) in ways}


def _for_each(sql: str) -> str:
    """The gate's query about one person and one room, about each pair."""
    return sql.replace("%(user)s", "asked.person").replace("%(room)s", "asked.room")


def _rows(sql: str, pairs: Collection[Pair], **named: Any) -> list[tuple[Any, ...]]:
    people, rooms = [person for person, _ in pairs], [room for _, room in pairs]
    with connection.cursor() as cursor:
        cursor.execute(sql, {"users": people, "rooms": rooms, **named})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
