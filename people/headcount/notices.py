"""The kinds of notice about the numbers of the law."""

from django.utils.translation import gettext_lazy as _

from people.headcount.counting import OVERDUE, REACHED
from people.notices.kinds import Group, Kind, register
from people.roles.permissions import Permission

_WHO = (Permission.DUTY_MANAGE, Permission.ROLE_MANAGE)


def register_kinds() -> None:
    register(
        Kind(
            code=REACHED,
            group=Group.ACCESS,
            title=_("The house has reached a number of the law on personal data"),
            advice=_("What it asks for has a day. An officer records what was filed."),
            page="people:posts",
            told=_WHO,
        ),
        Kind(
            code=OVERDUE,
            group=Group.ACCESS,
            title=_("A filing about the data protection officer is overdue"),
            page="people:posts",
            told=_WHO,
        ),
    )
