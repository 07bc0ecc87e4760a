"""What becomes of the details hidden in an upload: whoever uploads chooses, and the version keeps it."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Details(models.TextChoices):
    """Who made a file, where, when and with what. Versions from before the choice have none of the two."""

    REMOVED = "removed", pgettext_lazy("hidden details", "Removed")
    KEPT = "kept", pgettext_lazy("hidden details", "Kept as uploaded")

    @property
    def code(self) -> str:
        """As a log entry names it."""
        return f"details.{self.value}"
