"""The deals that somebody leads, when they leave or change jobs (people.staffing.estate)."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from deals.pipeline.models import Deal, DealMember
from deals.pipeline.services import take_off
from people.accounts.models import Kind, User
from people.roles.access import counts_on, grants_giving, know_permissions
from people.roles.permissions import Permission
from people.staffing.estate import Thing


class LedDeals:
    label = _("Deals led")

    def things(self, person: User) -> Sequence[Thing]:
        led = Deal.objects.filter(lead=person).order_by("code_name")
        return [Thing(pk, name) for pk, name in led.values_list("pk", "code_name")]

    def heirs(self, person: User, thing: UUID) -> "QuerySet[User]":
        """Whoever's role leads this deal at the stage that it has reached."""
        deal = Deal.objects.get(pk=thing)
        leading = grants_giving(Permission.DEAL_LEAD).values("user")
        staff = list(User.objects.filter(pk__in=leading, kind=Kind.STAFF).exclude(pk=person.pk))
        know_permissions(staff)
        may = [one.pk for one in staff if counts_on(one, Permission.DEAL_LEAD, deal.pk, deal.stage)]
        found: QuerySet[User] = User.objects.filter(pk__in=may).order_by("display_name", "id")
        return found

    def give(self, *, actor: User, person: User, thing: UUID, to: User | None) -> None:
        assert to is not None  # a deal never lapses
        deal = Deal.objects.select_for_update(of=("self",)).get(pk=thing)
        deal.lead = to
        deal.save(update_fields=["lead"])
        DealMember.objects.get_or_create(deal=deal, user=to, defaults={"added_by": actor})
        record_change(
            Entry(
                action=Action.DEAL_LEAD,
                object_type=ObjectType.DEAL,
                object_id=deal.pk,
                deal=deal.pk,
                subjects=(to.pk, person.pk),
            )
        )


def leave_deals(actor: User, person: User) -> None:
    """Off every deal."""
    for member in DealMember.objects.filter(user=person).select_related("deal").order_by("deal_id"):
        take_off(member.deal, person)
