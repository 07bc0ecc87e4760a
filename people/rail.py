"""What this app adds to the rail."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.navigation import Area, NavItem, register
from people.roles.permissions import Permission


def add_entries() -> None:
    register(
        NavItem(
            label=_("Approvals"),
            icon="rubber-stamp",
            url_name="people:approvals",
            outside=Permission.APPROVAL_STAND_IN,
            order=80,
        )
    )
    register(
        NavItem(
            label=pgettext_lazy("rail", "People"),
            icon="users-group",
            url_name="people:people",
            permission=(Permission.PEOPLE_MANAGE, Permission.APPROVAL_DECIDE),
            area=Area.PEOPLE,
            order=10,
        )
    )
    register(
        NavItem(
            label=_("Roles"),
            icon="user-shield",
            url_name="people:roles",
            permission=Permission.ROLE_MANAGE,
            area=Area.PEOPLE,
            order=20,
        )
    )
    register(
        NavItem(
            label=_("Requests for access"),
            icon="lock-access",
            url_name="people:asks",
            permission=Permission.PEOPLE_MANAGE,
            area=Area.PEOPLE,
            order=30,
        )
    )
    register(
        NavItem(
            label=_("Staff sessions"),
            icon="user-check",
            url_name="people:staff_sessions",
            permission=Permission.APPROVAL_DECIDE,
            area=Area.PEOPLE,
            order=65,
        )
    )
    register(
        NavItem(
            label=_("Undertakings"),
            icon="writing-sign",
            url_name="people:signatures",
            permission=Permission.DUTY_MANAGE,
            area=Area.DUTIES,
            order=60,
        )
    )
    register(
        NavItem(
            label=_("Policies"),
            icon="file-text",
            url_name="people:policies",
            permission=Permission.DUTY_MANAGE,
            covers=("people:pledges", "people:campaigns", "people:pulses"),
            area=Area.DUTIES,
            order=58,
        )
    )
    register(
        NavItem(
            label=pgettext_lazy("office", "Posts"),
            icon="id",
            url_name="people:posts",
            covers=("people:headcount",),
            area=Area.DUTIES,
            order=65,
        )
    )
    register(
        NavItem(
            label=_("Training"),
            icon="certificate",
            url_name="people:training_tracks",
            permission=Permission.DUTY_MANAGE,
            area=Area.DUTIES,
            order=62,
        )
    )
    register(
        NavItem(
            label=_("Partner firms"),
            icon="building",
            url_name="people:partners",
            permission=(Permission.DEAL_LEAD, Permission.DUTY_MANAGE),
            order=70,
        )
    )
