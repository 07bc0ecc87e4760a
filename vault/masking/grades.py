"""Sensitivity grades of client data (after GB/T 43697-2024; called 级别, never 密级)."""

from enum import IntEnum

from django.db.models import IntegerChoices
from django.utils.translation import gettext_lazy as _


class Grade(IntegerChoices):
    """Higher is more sensitive: it drives mask, approval, watermark and retention."""

    L1 = 1, _("Level 1 · Public")
    L2 = 2, _("Level 2 · Internal")
    L3 = 3, _("Level 3 · Sensitive")
    L4 = 4, _("Level 4 · Highly sensitive")


class Strength(IntEnum):
    """How much a mask hides. Each shows a part, and never another part, of what the one before shows."""

    SHOWN = 0
    CUSTOMARY = 1  # as the trade shows it: 138****1234
    LEAST = 2  # only what tells records apart: ****1234


STRENGTH_OF = {
    Grade.L1: Strength.SHOWN,
    Grade.L2: Strength.CUSTOMARY,
    Grade.L3: Strength.CUSTOMARY,
    Grade.L4: Strength.LEAST,
}
