"""What this app brings to registries, once all apps are loaded."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.sentences import register_codes
from deals.pipeline.access import which_deals
from deals.pipeline.models import Stage
from deals.pipeline.stages import MoveStage
from deals.rooms.groups import join_invited
from deals.rooms.levels import Level
from people.accounts.models import User
from people.approvals.registry import register as register_action
from people.invitations.registry import on_accepted, register_landing
from people.navigation import NavItem, register
from people.roles.permissions import Permission
from vault.records import dealchoices


def connect() -> None:
    register_action(MoveStage())
    dealchoices.register(_code_names)
    on_accepted(join_invited)
    register_landing(_room_address)
    register_codes(
        {
            **{f"level.{level.name.lower()}": level.label for level in Level},
            "level.inherited": _("Inherited"),
            **{f"stage.{stage.value}": stage.label for stage in Stage},
            "target": _("Target company"),
            "title": _("Title"),
            "opens_at": _("Opens at stage"),
            "stage": _("Stage"),
            "expires_at": _("Until"),
        }
    )
    register(
        NavItem(
            label=pgettext_lazy("rail", "Deals"),
            icon="briefcase",
            url_name="deals:deals",
            permission=Permission.ROOM_MANAGE,
            order=30,
        )
    )


def _room_address(deal_id: UUID) -> str:
    return reverse("deals:room", args=[deal_id])


def _code_names(user: User) -> list[tuple[UUID, str]]:
    return list(which_deals(user).order_by("code_name").values_list("pk", "code_name"))
