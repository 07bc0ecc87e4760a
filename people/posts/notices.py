"""The kinds of notice about posts."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.notices.kinds import Group, Kind, register
from people.posts.access import PROPOSERS
from people.posts.approval import OFFERED
from people.posts.vacancies import LEAVING, NO_DEPUTY, OVERDUE, STANDS_IN, VACANT


def register_kinds() -> None:
    register(
        Kind(
            code=VACANT,
            group=Group.ACCESS,
            title=_("A post of the house is vacant"),
            advice=pgettext_lazy("post", "Propose somebody. What is the post's alone to decide waits."),
            page="people:posts",
            told=PROPOSERS,
        ),
        Kind(
            code=OVERDUE,
            group=Group.ACCESS,
            title=_("A post of the house is still vacant, past the day set for filling it"),
            page="people:posts",
            told=PROPOSERS,
        ),
        Kind(
            code=STANDS_IN,
            group=Group.ACCESS,
            title=_("A post of the house is vacant, and you stand in as its deputy"),
            advice=pgettext_lazy("post", "What it decides on is yours until somebody holds it."),
            page="people:posts",
        ),
        Kind(
            code=NO_DEPUTY,
            group=Group.ACCESS,
            title=_("A post of the house has no deputy any more"),
            advice=pgettext_lazy("post", "Propose somebody, so that somebody can stand in."),
            page="people:posts",
            told=PROPOSERS,
        ),
        Kind(
            code=LEAVING,
            group=Group.ACCESS,
            title=_("Somebody in a post of the house leaves"),
            advice=pgettext_lazy("post", "Propose a successor now: they can begin before that day."),
            page="people:posts",
            told=PROPOSERS,
        ),
        Kind(
            code=OFFERED,
            group=Group.ACCESS,
            title=_("A post of the house is offered to you"),
            advice=pgettext_lazy("post", "It begins when you have accepted it in writing."),
            page="people:posts",
        ),
    )
