"""What partner firms put into the day of leads and officers."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from people.accounts.models import User
from people.partners.access import OFFICER, may_see
from people.partners.assessing import to_take
from people.partners.codes import SubState
from people.partners.contacts import unanswered
from people.partners.models import Partner, PartnerAgreement, Subprocessor
from people.partners.needs import SOON
from people.partners.records import PartnerRecall
from people.partners.reviewing import due_within, ending_within
from people.partners.standing import overdue_recalls
from people.roles.access import has
from people.today import DueItem, Urgency


def due(user: User) -> Iterator[DueItem]:
    """Seven queries for leads, nine for officers, none for others."""
    if not may_see(user):
        return
    page = reverse("people:partners")
    if has(user, OFFICER):
        yield DueItem(
            label=_("Partner firms that are suspended"),
            count=Partner.objects.filter(suspended=True).count(),
            url=page,
        )
        certificates = PartnerRecall.objects.filter(certified_at__isnull=False, checked_at__isnull=True)
        yield DueItem(
            label=_("Certificates of partner firms to look at"),
            count=certificates.count(),
            url=page,
            urgency=Urgency.SOON,
        )
    unchecked = PartnerAgreement.objects.filter(checked_at__isnull=True)
    for label, count, urgency in (
        (_("Yearly reviews of partner firms due within a month"), due_within(SOON).count(), Urgency.SOON),
        (
            _("Answers of partner firms to look at"),
            to_take().exclude(handed_in_by=user).count(),
            Urgency.SOON,
        ),
        (_("Agreements of partner firms to check"), unchecked.exclude(by=user).count(), Urgency.SOON),
        (
            _("Agreements with partner firms that end within a month"),
            ending_within(SOON).count(),
            Urgency.SOON,
        ),
        (
            _("Sub-processors of partner firms to decide on: no file goes out meanwhile"),
            Subprocessor.objects.filter(state=SubState.NAMED).count(),
            Urgency.NOW,
        ),
        (_("Incident contacts that have not answered their test"), unanswered().count(), Urgency.NOW),
        (_("Certificates of return or destruction that are overdue"), overdue_recalls().count(), Urgency.NOW),
    ):
        yield DueItem(label=label, count=count, url=page, urgency=urgency)
