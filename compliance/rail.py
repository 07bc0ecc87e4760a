"""What this app adds to the rail."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from compliance.outside.access import is_confined
from compliance.reach.access import MAY_ASK
from people.navigation import Area, NavItem, register
from people.roles.permissions import Permission


def add_entries() -> None:
    register(NavItem(label=pgettext_lazy("rail", "Today"), icon="home", url_name="compliance:today", order=0))
    register(
        NavItem(
            label=_("Who can see what"),
            icon="eye",
            url_name="compliance:access",
            permission=MAY_ASK,
            area=Area.PEOPLE,
            order=25,
        )
    )
    register(
        NavItem(
            label=pgettext_lazy("rail", "Log"),
            icon="list-search",
            url_name="compliance:log",
            permission=Permission.LOG_READ,
            area=Area.OVERSIGHT,
            order=10,
        )
    )
    register(
        NavItem(
            label=_("Signed checkpoints"),
            icon="shield-check",
            url_name="compliance:checkpoints",
            permission=Permission.LOG_READ,
            area=Area.OVERSIGHT,
            order=15,
        )
    )
    register(
        NavItem(
            label=pgettext_lazy("rail", "Findings"),
            icon="alert-triangle",
            url_name="compliance:watch_findings",
            permission=Permission.LOG_READ,
            covers=("compliance:watch", "compliance:streams", "compliance:findings"),
            area=Area.OVERSIGHT,
            order=12,
        )
    )
    register(
        NavItem(
            label=pgettext_lazy("rail", "Audits"),
            icon="clipboard-check",
            url_name="compliance:audits",
            permission=Permission.LOG_READ,
            area=Area.OVERSIGHT,
            order=20,
        )
    )
    register(
        NavItem(
            label=_("Outside audits"),
            icon="certificate",
            url_name="compliance:outside_audits",
            permission=Permission.AUDIT_MANAGE,
            area=Area.OVERSIGHT,
            order=22,
        )
    )
    register(
        NavItem(
            label=_("My seat"),
            icon="clipboard-check",
            url_name="compliance:seats",
            seen_by=is_confined,
            order=1,
        )
    )
    register(
        NavItem(
            label=_("Conduct cases"),
            icon="scale",
            url_name="compliance:conduct",
            permission=Permission.AUDIT_MANAGE,
            area=Area.DUTIES,
            order=63,
        )
    )
    register(
        NavItem(
            label=pgettext_lazy("rail", "Speaking up"),
            icon="inbox",
            url_name="compliance:speak_up_cases",
            permission=(Permission.SPEAKUP_HANDLE, Permission.LOG_READ),
            area=Area.OVERSIGHT,
            order=25,
        )
    )
    register(
        NavItem(
            label=_("Reviews of access"),
            icon="user-check",
            url_name="compliance:access_reviews",
            permission=(Permission.APPROVAL_DECIDE, Permission.LOG_READ, Permission.ROLE_MANAGE),
            area=Area.PEOPLE,
            order=35,
        )
    )
    register(
        NavItem(
            label=_("Retention"),
            icon="hourglass",
            url_name="compliance:retention",
            permission=Permission.RETENTION_MANAGE,
            area=Area.DATA,
            order=45,
        )
    )
    register(
        NavItem(
            label=_("Destruction"),
            icon="flame",
            url_name="compliance:destruction",
            permission=Permission.LOG_READ,
            area=Area.DATA,
            order=50,
        )
    )
    register(
        NavItem(
            label=pgettext_lazy("rail", "Incidents"),
            icon="lock",
            url_name="compliance:incidents",
            permission=Permission.INCIDENT_MANAGE,
            area=Area.OVERSIGHT,
            order=13,
        )
    )
