from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FreezeReason(TextChoices):
    """Why something is frozen. Codes, since the log keeps them and a client's name has no place there."""

    LEAK = "freeze.leak", _("A leak is suspected")
    DEVICE = "freeze.device", _("A device or a password was lost")
    LEAVING = "freeze.leaving", _("Somebody who works here is leaving or under suspicion")
    DISPUTE = "freeze.dispute", _("A dispute or an authority's inquiry")
    DRILL = "freeze.drill", _("A drill")
