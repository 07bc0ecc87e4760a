"""What waits for officers: refused uses, consents to be confirmed, books whose people cannot be told."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission
from people.today import DueItem, Urgency
from vault.purposes.alerts.models import PurposeAlert
from vault.purposes.catalogue import Holding
from vault.purposes.consents.ledger import waiting
from vault.records.models import ClientBook


def due(user: User) -> Iterator[DueItem]:
    if not has(user, Permission.PURPOSE_MANAGE):
        return
    yield DueItem(
        label=_("Uses without a lawful basis, refused"),
        # The book is asked for because alerts outlive what was rolled back around them.
        count=PurposeAlert.objects.filter(outcome="", book__in=ClientBook.objects.all()).count(),
        url=reverse("vault:purpose_alerts"),
        urgency=Urgency.NOW,
    )
    yield DueItem(
        label=_("Consents to be confirmed with the client"),
        count=waiting().count(),
        url=reverse("vault:consents_waiting"),
    )
    yield DueItem(
        label=_("Client books without a notice"),
        count=ClientBook.objects.filter(holding=Holding.OWN, notices__isnull=True).count(),
        url=reverse("vault:purposes"),
    )
