"""Why plaintext is not shown: each kind says what is missing, is logged by its code, and opens nothing."""

from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Lack(TextChoices):
    """What is missing. Codes are kept in the log for ever."""

    STEP_UP = "needs_step_up", _("Identity not confirmed again")
    PERMIT = "needs_second_person", _("No second person has agreed")
    LIMIT = "over_daily_limit", _("The day's limit is reached")
    OWING = "late_with_what_is_owed", _("Late with what they owe the house")
    GRADE = "above_role_grade", _("No role reaches fields of this level")
    PAUSED = "paused_after_reset", _("Second factors were reset less than a day ago")


class RevealRefused(Exception):
    """Nothing was opened. `lack` says what is missing, `until` how long where time alone mends it; pages put
    it into words."""

    def __init__(self, lack: Lack, *, until: datetime | None = None) -> None:
        super().__init__(lack.value)
        self.lack, self.until = lack, until
