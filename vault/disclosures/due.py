"""What is due: invented people of an export that turned up, and exports that wait to be taken."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission
from people.today import DueItem, Urgency
from vault.disclosures.access import which_exports
from vault.disclosures.models import CanarySighting, ExportState


def sightings(user: User) -> Iterator[DueItem]:
    """For the officers: a list may have leaked."""
    if has(user, Permission.DISCLOSURE_READ):
        yield DueItem(
            label=_("Canary records of an export turned up: a list may have leaked"),
            count=CanarySighting.objects.filter(handled_at__isnull=True).count(),
            url=reverse("vault:disclosures"),
            urgency=Urgency.NOW,
        )


def ready_exports(user: User) -> Iterator[DueItem]:
    """For who asked: a file that is destroyed soon."""
    if has(user, Permission.CLIENT_EXPORT):
        ready = which_exports(user).filter(
            state=ExportState.READY, downloads=0, expires_at__gt=timezone.now()
        )
        yield DueItem(label=_("Exports ready to download"), count=ready.count(), url=reverse("vault:exports"))
