"""Answers, each with its entry in the log before anything is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from compliance.reach.reasons import Answer
from compliance.reach.rooms import RoomReach
from deals.pipeline.models import DealMember
from deals.rooms.admission import let_in
from deals.rooms.everybody import folders_reached, ways_in
from deals.rooms.matrix import Branch
from deals.rooms.models import Room, RoomGroup
from people.accounts.models import User
from vault.keys.freezing import frozen_among
from vault.records.access import which_books
from vault.records.models import ClientBook


@dataclass(frozen=True, slots=True)
class Line:
    """A person and the answer about them; of a room also how many folders and single files open."""

    person: User
    answer: Answer
    folders: int = 0
    singles: int = 0


@dataclass(frozen=True, slots=True)
class Door:
    """A room and whether a person can open it, with how many of its folders."""

    room: Room
    opens: bool
    folders: int
    of: int


def note(
    action: Action,
    kind: ObjectType,
    thing: UUID,
    *,
    about: tuple[UUID, ...] = (),
    answer: Answer | None = None,
) -> None:
    """Commit that it was asked, about whom, and what the answer was where it was no."""
    reason = str(answer.why) if answer is not None and answer.why is not None else ""
    record_read(Entry(action=action, object_type=kind, object_id=thing, subjects=about, reason=reason))


def room_lines(reach: RoomReach, people: Sequence[User], branch: Branch | None) -> list[Line]:
    """Who can open the room, or one folder of it."""
    lines = []
    for person in people:
        answer = reach.answer(person, branch)
        opens = reach.answer(person).opens
        singles = reach.singles.get(person.pk, 0) if opens else 0
        lines.append(Line(person, answer, len(reach.opened(person)), singles))
    return lines


def books_of(person: User) -> QuerySet[ClientBook]:
    """The books that the gate opens to the person, with how many clients they hold."""
    return which_books(person).select_related("lead").annotate(count=Count("clients"))


def rooms_naming(person: User) -> QuerySet[Room]:
    """The rooms whose deal, or one of whose groups, names the person: no other can open."""
    on_deal = Exists(DealMember.objects.filter(deal=OuterRef("deal_id"), user=person))
    in_group = Exists(RoomGroup.objects.filter(room=OuterRef("pk"), auth_group__user=person))
    rooms = Room.objects.filter(Q(on_deal) | Q(in_group)).select_related("deal")
    counted: QuerySet[Room] = rooms.annotate(of=Count("folders"))
    return counted


def doors(person: User, rooms: Sequence[Room]) -> list[Door]:
    """Four queries, whatever the number of rooms."""
    pairs = [(person.pk, room.pk) for room in rooms]
    admitted = {deal for _person, deal in let_in([person], [room.deal_id for room in rooms])}
    ways, reached = ways_in(pairs), folders_reached(pairs)
    frozen = frozen_among([room.pk for room in rooms])
    found = []
    for room in rooms:
        pair = (person.pk, room.pk)
        opens = room.deal_id in admitted and pair in ways and room.pk not in frozen
        found.append(Door(room, opens, len(reached[pair]) if opens else 0, room.of))  # type: ignore[attr-defined]
    return found
