"""Setting robots and ending them: an administrator's acts, within a staff session."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from audit.refusals import Refused
from people.accounts.models import User
from people.notices.models import Message, Robot, RobotPost, State
from people.notices.robots.door import Closed, checked
from people.notices.robots.sealing import Address, sealed_for
from people.notices.tasks import send_soon
from people.roles.access import require
from people.roles.permissions import Permission
from people.staffsessions.standing import in_staff_session


@transaction.atomic
@in_staff_session
def set_robot(
    *, actor: User, provider: str, url: str, secret: str, role: str, groups: Sequence[str]
) -> Robot:
    """A robot that posts from now on. Raises ValidationError for an address that is none of the provider's;
    Refused without the permission or a staff session; LogUnavailable, KeyWithheld, ProviderDown."""
    require(actor, Permission.PEOPLE_MANAGE)
    try:
        checked(provider, url)
    except Closed:
        raise ValidationError(_("This is not the address of a robot of this provider.")) from None
    robot_id = uuid4()
    robot = Robot.objects.create(
        pk=robot_id,
        provider=provider,
        role=role,
        groups=sorted(groups),
        sealed=sealed_for(robot_id, Address(url, secret)),
        set_by=actor,
    )
    _log(robot.pk, Action.ROBOT_SET, provider, *robot.groups)
    return robot


@transaction.atomic
@in_staff_session
def end_robot(*, actor: User, robot_id: UUID) -> None:
    """It posts no more, and what its address was is gone. Raises Refused."""
    require(actor, Permission.PEOPLE_MANAGE)
    robot = Robot.objects.select_for_update().filter(pk=robot_id, ended_at__isnull=True).first()
    if robot is None:
        raise Refused(ObjectType.ROBOT, robot_id, Action.ROBOT_END)
    robot.ended_at, robot.sealed = timezone.now(), b""
    robot.save(update_fields=["ended_at", "sealed"])
    RobotPost.objects.filter(robot=robot, state=State.WAITING).update(state=State.DROPPED)
    _log(robot.pk, Action.ROBOT_END)


@transaction.atomic
@in_staff_session
def retry_dead(*, actor: User) -> int:
    """Everything that was given up is tried again; returns how many. Raises Refused."""
    require(actor, Permission.PEOPLE_MANAGE)
    now = timezone.now()
    again = {"state": State.WAITING, "attempts": 0, "due_at": now}
    count = Message.objects.filter(state=State.DEAD).update(**again)
    count += RobotPost.objects.filter(state=State.DEAD, robot__ended_at__isnull=True).update(**again)
    _log(None, Action.MESSAGE_RETRY)
    transaction.on_commit(send_soon, robust=True)
    return count


def _log(robot_id: UUID | None, action: Action, *fields: str) -> None:
    record_change(
        Entry(action=action, object_type=ObjectType.ROBOT, object_id=robot_id, fields=tuple(fields))
    )
