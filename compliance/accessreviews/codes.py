"""What is reviewed, and what can become of it."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LASTS = timedelta(days=14)  # what nobody has kept by then ends
LONGEST = timedelta(days=31)
LOOKED_BACK = timedelta(days=90)  # "not used" means: not in these days before the review


class Kind(models.TextChoices):
    """Where an access comes from. Each can be ended by itself."""

    ROLE = "role", _("Role")
    BOOK = "book", _("Client book")
    DEAL = "deal", _("Deal")
    GUEST = "guest", _("Group of a data room")


class State(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("access", "To be decided")
    KEPT = "kept", pgettext_lazy("access", "Kept")
    REVOKED = "revoked", pgettext_lazy("access", "Revoked")
    EXPIRED = "expired", pgettext_lazy("access", "Ended: nobody kept it in time")
    HELD = "held", pgettext_lazy("access", "Could not end by itself: an officer looks")
    GONE = "gone", pgettext_lazy("access", "Ended or changed meanwhile")
