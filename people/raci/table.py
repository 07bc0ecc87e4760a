"""Who is what in which task, computed at each request from what the gates ask: the permissions that a view or
an approval needs, the roles that give them, the posts that decide alone, and whom notices go to.

R, responsible: may do it, or ask for it. A, accountable: whose word makes it so. C, consulted: speaks where
whoever is accountable cannot (a deputy; counsel from outside, where the house has nobody). I, informed: is
told of it, or finds what nobody decides on.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from people.approvals.registry import ApprovableAction, actions
from people.notices.kinds import kind_of
from people.posts.codes import Place, Post
from people.posts.holding import Line
from people.raci.tasks import Task, permissions_for, tasks
from people.roles.models import Role
from people.roles.permissions import Permission

LETTERS = "RACI"


@dataclass(frozen=True, slots=True)
class Column:
    """A role, or a place in a post. `has` is what the role gives; of a post, nothing by itself."""

    label: str
    has: frozenset[str]
    post: Post | None = None
    place: Place | None = None
    who: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    cells: list[tuple[Column, str]]


def columns(posts: Mapping[Post, Line]) -> list[Column]:
    """Roles that can be given, then posts. Two queries."""
    roles = Role.objects.filter(retired_at__isnull=True).prefetch_related("permissions")
    found = [
        Column(str(role), frozenset(row.permission for row in role.permissions.all()))
        for role in sorted(roles, key=lambda role: (role.composed, role.duty, str(role)))
    ]
    for post in Post:
        for place, held in ((Place.HOLDER, posts[post].holder), (Place.DEPUTY, posts[post].deputy)):
            who = str(held.person) if held else ""
            found.append(Column(f"{post.label} · {place.label}", frozenset(), post, place, who))
    return found


def rows(among: list[Column], posts: Mapping[Post, Line]) -> list[Row]:
    """Every kind of approval, and what somebody does alone."""
    decided = [_of_action(action, among, posts) for action in actions()]
    done = [_of_task(task, among, posts) for task in tasks()]
    return sorted(decided + done, key=lambda row: row.label)


def _of_action(action: ApprovableAction, among: list[Column], posts: Mapping[Post, Line]) -> Row:
    deciding = action.decided_by or (action.permission,)
    told = {*kind_of("approval.escalated").told}
    spoken_for = action.post is not None and posts[action.post].known
    cells = []
    for column in among:
        letters = set()
        if _gives(column, action.asked_by):
            letters.add("R")
        if column.post is not None:
            letters |= _of_post(column, action.post)
        elif not spoken_for and _gives(column, deciding):
            letters.add("A")
        if action.for_counsel and Permission.APPROVAL_STAND_IN in column.has:
            letters.add("C")
        if _gives(column, told) and not letters & {"A"}:
            letters.add("I")
        cells.append((column, _written(letters)))
    return Row(str(action.label), cells)


def _of_task(task: Task, among: list[Column], posts: Mapping[Post, Line]) -> Row:
    """What is done by one: whoever may do it answers for it, or the post's holder alone."""
    needed = permissions_for(task.page)
    told = {permission for kind in task.kinds for permission in kind_of(kind).told}
    spoken_for = task.post is not None and posts[task.post].known
    cells = []
    for column in among:
        letters = set()
        if column.post is not None:
            letters |= _of_post(column, task.post)
        elif _gives(column, needed):
            letters |= {"R"} if spoken_for else {"R", "A"}
        if _gives(column, told) and not letters & {"A"}:
            letters.add("I")
        cells.append((column, _written(letters)))
    return Row(str(task.label), cells)


def _of_post(column: Column, post: Post | None) -> set[str]:
    if column.post != post or post is None:
        return set()
    return {"A"} if column.place is Place.HOLDER else {"C"}


def _gives(column: Column, permissions: Collection[Permission]) -> bool:
    return any(permission in column.has for permission in permissions)


def _written(letters: set[str]) -> str:
    return "".join(letter for letter in LETTERS if letter in letters)
