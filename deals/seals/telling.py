"""Who is told of a company's undertaking, and in which words: never which company, deal or person."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deals.rooms.models import RoomGroup
from people.accounts.models import Kind as Account
from people.accounts.models import User
from people.notices.kinds import Group, Kind, register
from people.roles.access import grants_giving
from people.roles.permissions import Permission


def connect() -> None:
    register(
        _of_a_company("seal.asked", _("An undertaking waits for the seal of your company")),
        _of_a_company("seal.bound", _("The undertaking of a company is in force")),
        _of_a_company("seal.sent_back", _("A sealed copy was sent back, with a reason")),
        _of_a_company(
            "seal.ending",
            _("The undertaking of a company is about to expire"),
            pgettext_lazy(
                "seal", "What it opens closes with it. One that is sealed before goes on without a gap."
            ),
        ),
        Kind(
            code="seal.returned",
            group=Group.APPROVALS,
            title=_("A sealed copy waits to be compared"),
            many=_("%(count)s sealed copies wait to be compared"),
            page="deals:seal_compare",
            takes="object",
            overview="deals:seals_all",
            shared=True,
        ),
        Kind(
            code="nda.ending_soon",
            group=Group.ACCESS,
            title=_("The undertaking of somebody in a room of yours is about to expire"),
            many=_("%(count)s undertakings of people in rooms of yours are about to expire"),
            page="deals:seals",
            takes="deal",
            overview="deals:deals",
        ),
    )


def officers() -> list[User]:
    holders = grants_giving(Permission.DUTY_MANAGE).values("user")
    return list(User.objects.filter(pk__in=holders, is_active=True).order_by("pk"))


def people_of(group: RoomGroup) -> list[User]:
    """The company's people, as the group has them."""
    inside = User.objects.filter(groups=group.auth_group_id, is_active=True, kind=Account.OUTSIDE)
    return list(inside.order_by("pk"))


def _of_a_company(code: str, title: str | Promise, advice: str | Promise = "") -> Kind:
    return Kind(
        code=code,
        group=Group.ACCESS,
        title=title,
        advice=advice,
        page="deals:company",
        takes="deal",
        overview="people:notices",
        sms=True,
    )
