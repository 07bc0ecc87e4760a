"""Noting, in the transaction of the act, what robots have to tell: each once, however many it concerns."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q

from people.accounts.models import User
from people.notices.kinds import Kind
from people.notices.models import Robot, RobotPost
from people.roles.access import grants_in_force


def robots() -> "list[Robot]":
    """Those that post."""
    return list(Robot.objects.filter(ended_at__isnull=True).order_by("set_at", "pk"))


def post_to_robots(
    kind: Kind, people: Sequence[User], key: str, object_id: UUID | None, deal_id: UUID | None
) -> None:
    """For the house's robots, and those of a team that one of these people belongs to."""
    roles = grants_in_force().filter(user__in=people).values("role_id")
    telling = Robot.objects.filter(
        Q(role="") | Q(role__in=roles), ended_at__isnull=True, groups__contains=[kind.group]
    )
    RobotPost.objects.bulk_create(
        [
            RobotPost(robot=robot, key=key, kind=kind.code, object_id=object_id, deal_id=deal_id)
            for robot in telling
        ],
        ignore_conflicts=True,
    )
