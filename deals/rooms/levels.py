"""What a group may do with a folder or file: eight levels, each including those below."""

from typing import Any, Self

from django.db import models
from django.utils.translation import pgettext_lazy


class Level(models.IntegerChoices):
    """Stored as django-guardian permissions whose code name carries the level."""

    NONE = 0, pgettext_lazy("level", "None")
    FENCE = 1, pgettext_lazy("level", "Fence")
    VIEW = 2, pgettext_lazy("level", "View")
    ENCRYPTED = 3, pgettext_lazy("level", "Encrypted download")
    PDF = 4, pgettext_lazy("level", "PDF download")
    ORIGINAL = 5, pgettext_lazy("level", "Original download")
    UPLOAD = 6, pgettext_lazy("level", "Upload")
    MANAGE = 7, pgettext_lazy("level", "Manage")

    @property
    def codename(self) -> str:
        return f"room_{self.name.lower()}"

    @classmethod
    def of_codename(cls, codename: str) -> Self:
        """Raises KeyError for a permission that is no level."""
        return cls[codename.removeprefix("room_").upper()]


# Fence, encrypted and PDF download need renderers that do not exist; no grant of them can be made.
OFFERED = (Level.NONE, Level.VIEW, Level.ORIGINAL, Level.UPLOAD, Level.MANAGE)
PERMISSIONS: list[tuple[str, Any]] = [(level.codename, level.name.lower()) for level in Level]
