"""The kinds of notice of the vault."""

from django.utils.translation import gettext_lazy as _

from people.notices.kinds import Group, Kind, register

EXPORT_READY, FOLLOW_UPS = "export.ready", "followups.due"


def connect() -> None:
    register(
        Kind(
            code=EXPORT_READY,
            group=Group.WORK,
            title=_("An export is ready to download"),
            many=_("%(count)s exports are ready to download"),
            page="vault:export",
            takes="object",
            overview="vault:exports",
        ),
        Kind(
            code=FOLLOW_UPS,
            group=Group.WORK,
            title=_("Follow-ups of yours are due today"),
            page="vault:followups",
        ),
    )
