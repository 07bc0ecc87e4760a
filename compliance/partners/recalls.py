"""Having back what a firm was given: when the deal ends, or when its lead asks."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audit.actions import Action
from compliance.partners.register import deals_given_to
from deals.pipeline.access import get_led_deal, which_deals
from deals.pipeline.endings import ended_deals
from deals.pipeline.models import Deal
from people.accounts.models import User
from people.partners.access import OFFICER, get_partner
from people.partners.errors import NotNow
from people.partners.models import Partner
from people.partners.recalling import ask_back, send_again
from people.partners.records import PartnerRecall
from people.roles.access import has


def which_askable(user: User, partner: Partner) -> QuerySet[Deal]:
    """The deals about which this person may ask the firm now: officers all for which it was given something,
    a lead those that they lead."""
    asked = PartnerRecall.objects.filter(partner=partner, checked_at__isnull=True).values("deal_id")
    deals = Deal.objects.all() if has(user, OFFICER) else which_deals(user).filter(lead=user)
    return deals.filter(pk__in=deals_given_to(partner.pk)).exclude(pk__in=asked).order_by("code_name")


@transaction.atomic
def ask_now(*, actor: User, partner_id: UUID, deal_id: UUID) -> bool:
    """The deal's lead, or an officer. Before its end; or once more, with a new link in the place of one that
    was lost: then False. Raises Refused; NotNow: nothing was given for this deal, a certificate waits to be
    looked at, or there is nobody to send the link to.
    """
    partner = get_partner(actor, partner_id, Action.PARTNER_RECALL)
    if not has(actor, OFFICER):
        get_led_deal(actor, deal_id, Action.PARTNER_RECALL)
    waiting = PartnerRecall.objects.select_for_update(of=("self",)).select_related("partner")
    before = waiting.filter(partner=partner, deal_id=deal_id, certified_at__isnull=True).first()
    if before is not None:
        if not send_again(before):
            raise NotNow(_("Record whom to reach at the firm first: the link goes to them."))
        return False
    if deal_id not in deals_given_to(partner.pk):
        raise NotNow(_("The firm was given nothing for this deal."))
    if ask_back(partner=partner, deal_id=deal_id) is None:
        raise NotNow(_("A certificate is asked for already, or waits to be looked at."))
    return True


def ask_at_the_end() -> int:
    """The clock's: every firm that was given something for a deal that has ended is asked, once. How many."""
    count = 0
    for partner in Partner.objects.all():
        asked = set(PartnerRecall.objects.filter(partner=partner).values_list("deal_id", flat=True))
        for deal_id in ended_deals(deals_given_to(partner.pk) - asked):
            count += ask_back(partner=partner, deal_id=deal_id) is not None
    return count
