"""What this app brings to registries, once all apps are loaded."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.sentences import register_codes
from deals import notices
from deals.details.choice import Details
from deals.files.due import versions_to_replace
from deals.files.models import EndedAs
from deals.pipeline.access import which_deals
from deals.pipeline.endings import ended_deals
from deals.pipeline.models import Deal, Stage
from deals.pipeline.stages import MoveStage
from deals.pipeline.succession import LedDeals, leave_deals
from deals.previews import signals as preview_signals
from deals.previews.models import Over
from deals.redaction.models import Why
from deals.rooms.everybody import rooms_open_to
from deals.rooms.groups import join_invited
from deals.rooms.leaving import leave_rooms
from deals.rooms.levels import Level
from deals.rooms.models import GroupKind, Room
from deals.rooms.unsealed import UNSEALED
from deals.seals import telling
from deals.seals.ca.answers import Trouble
from deals.seals.models import Method, SealKeys
from people.accounts.models import User
from people.approvals.registry import register as register_action
from people.invitations.registry import ROOM, Landing, on_accepted, register_landing
from people.navigation import NavItem, register
from people.partners.firms import on_left
from people.roles import effects, limits
from people.roles.permissions import Permission
from people.staffing.estate import register_ending, register_estate
from people.today import register as register_due
from vault.custody import owners
from vault.intake.handover import register_load
from vault.masking.grades import Grade
from vault.purposes import endings
from vault.records import dealchoices


def connect() -> None:
    notices.connect()
    telling.connect()
    register_action(MoveStage())
    effects.register(
        "deals", pgettext_lazy("rail", "Deals"), lambda user: which_deals(user).values_list("pk", flat=True)
    )
    limits.register(
        of_stages=Stage.choices,
        deals=lambda: Deal.objects.order_by("code_name").values_list("pk", "code_name"),
    )
    effects.register("rooms", _("Data rooms"), rooms_open_to)
    dealchoices.register(_code_names)
    endings.register(ended_deals)
    register_due(versions_to_replace)
    register_codes(dict(EndedAs.choices))
    register_codes(
        {Details.REMOVED.code: _("hidden details removed"), Details.KEPT.code: _("hidden details kept")}
    )
    register_codes(dict(Why.choices))
    register_codes(dict(Over.choices))
    preview_signals.connect()
    owners.register(_rooms)
    owners.register(_seals)
    register_codes({UNSEALED.code: UNSEALED.words})
    register_codes(dict(Method.choices))
    register_codes(dict(Trouble.choices))
    register_codes({f"side.{kind.value}": kind.label for kind in GroupKind})
    on_accepted(join_invited)
    on_left(leave_rooms)
    register_landing(ROOM, Landing(address=_room_address, title=_code_name, home=_my_rooms))
    register_codes(
        {
            **{f"level.{level.name.lower()}": level.label for level in Level},
            "level.inherited": _("Inherited"),
            **{f"grade.{grade.value}": grade.label for grade in Grade},
            **{f"stage.{stage.value}": stage.label for stage in Stage},
            "target": _("Target company"),
            "title": _("Title"),
            "opens_at": _("Opens at stage"),
            "stage": _("Stage"),
            "expires_at": _("Until"),
        }
    )
    register_estate("deals", LedDeals())
    register_ending(leave_deals)
    register_load("deals", _("Deals that both of you work on"), _shared_deals)
    register(
        NavItem(
            label=pgettext_lazy("rail", "Deals"),
            icon="briefcase",
            url_name="deals:deals",
            permission=Permission.ROOM_MANAGE,
            order=30,
        )
    )


def _rooms(user: User, compartments: Sequence[UUID]) -> dict[UUID, owners.Owner]:
    """Data rooms as key compartments, by the deal's code name where the person is on the deal."""
    deal_of = dict(Room.objects.filter(pk__in=compartments).values_list("pk", "deal_id"))
    names = dict(which_deals(user).filter(pk__in=deal_of.values()).values_list("pk", "code_name"))
    return {
        room: owners.Owner(
            kind=_("Data room"),
            name=names.get(deal, ""),
            unseen=_("A data room that you do not see"),
            url=_room_address(deal) if deal in names else "",
        )
        for room, deal in deal_of.items()
    }


def _seals(_viewer: User, compartments: Sequence[UUID]) -> dict[UUID, owners.Owner]:
    found = SealKeys.objects.filter(compartment__in=compartments).values_list("compartment", flat=True)
    kind = _("Undertakings of companies")
    return {compartment: owners.Owner(kind=kind, name=str(kind)) for compartment in found}


def _room_address(deal_id: UUID) -> str:
    return reverse("deals:room", args=[deal_id])


def _my_rooms() -> str:
    return reverse("deals:rooms")


def _code_name(deal_id: UUID) -> str:
    return Deal.objects.values_list("code_name", flat=True).filter(pk=deal_id).first() or ""


def _shared_deals(viewer: User, leaver: User) -> int:
    return which_deals(viewer).filter(members__user=leaver).count()


def _code_names(user: User) -> list[tuple[UUID, str]]:
    return list(which_deals(user).order_by("code_name").values_list("pk", "code_name"))
