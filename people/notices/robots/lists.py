"""What the administrator's page shows: no address, no person beside what failed but their name."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from people.notices.kinds import Group
from people.notices.models import Message, Robot, RobotPost, State
from people.notices.robots.posting import robots
from people.notices.wording import title_of
from people.roles.models import RoleCode

SHOWN = 50

TROUBLES: dict[str, str | Promise] = {
    "mail.unreachable": pgettext_lazy("message", "The mail server does not answer"),
    "mail.refused": pgettext_lazy("message", "The mail server refuses it"),
    "mail.broken": pgettext_lazy("message", "It could not be made"),
    "robot.unreachable": pgettext_lazy("message", "The provider does not answer"),
    "robot.refused": pgettext_lazy(
        "message", "The provider refuses it: look at its keywords, secret and limits"
    ),
    "robot.inside": pgettext_lazy("message", "The provider's name leads into a private network"),
    "robot.closed": pgettext_lazy("message", "The address is none of the provider's"),
    "robot.broken": pgettext_lazy("message", "It could not be made"),
    "sms.unreachable": pgettext_lazy("message", "The SMS provider does not answer"),
    "sms.refused": pgettext_lazy("message", "The SMS provider refuses it, or a limit is reached"),
    "sms.setting": pgettext_lazy("message", "No text messages can be sent"),
}


@dataclass(frozen=True)
class RobotRow:
    robot: Robot
    provider: str
    team: str
    groups: list[str]


@dataclass(frozen=True)
class DeadRow:
    what: str | Promise
    way: str
    to: str
    trouble: str | Promise
    at: datetime


def robots_shown() -> list[RobotRow]:
    """Those that post."""
    return [
        RobotRow(
            robot,
            robot.get_provider_display(),
            str(RoleCode(robot.role).label) if robot.role else "",
            [str(Group(group).label) for group in robot.groups],
        )
        for robot in robots()
    ]


def dead_letters() -> list[DeadRow]:
    """What was given up, the newest first: 50 of messages and of posts."""
    lost = Message.objects.filter(state=State.DEAD).order_by("-due_at")
    lost = lost.select_related("notice__person", "digest__person")[:SHOWN]
    posts = RobotPost.objects.filter(state=State.DEAD).select_related("robot").order_by("-due_at")[:SHOWN]
    rows = [_of_message(message) for message in lost]
    rows += [
        DeadRow(
            title_of(post.kind),
            post.robot.get_provider_display(),
            "",
            TROUBLES.get(post.trouble, ""),
            post.due_at,
        )
        for post in posts
    ]
    return sorted(rows, key=lambda row: row.at, reverse=True)


def _of_message(message: Message) -> DeadRow:
    whose = message.notice or message.digest
    assert whose is not None
    what = title_of(message.notice.kind) if message.notice else pgettext_lazy("message", "Digest")
    return DeadRow(
        what,
        message.get_channel_display(),
        whose.person.display_name,
        TROUBLES.get(message.trouble, ""),
        message.due_at,
    )
