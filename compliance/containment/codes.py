"""How severe, how far, why: codes that the log keeps."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import pgettext_lazy


class Severity(IntegerChoices):
    """The four statutory levels (网络安全事件报告管理办法, in force 2025-11-01)."""

    ORDINARY = 1, pgettext_lazy("incident", "Ordinary")
    LARGER = 2, pgettext_lazy("incident", "Larger")
    MAJOR = 3, pgettext_lazy("incident", "Major")
    GRAVE = 4, pgettext_lazy("incident", "Particularly major")


class State(TextChoices):
    OPEN = "open", pgettext_lazy("incident", "Open")
    CONTAINED = "contained", pgettext_lazy("incident", "Contained")
    CLOSED = "closed", pgettext_lazy("incident", "Closed")


class Contained(TextChoices):
    """By what nothing more gets out."""

    LOCKED = "contained.locked", pgettext_lazy("incident", "What leaked is locked")
    MENDED = "contained.mended", pgettext_lazy("incident", "The cause is mended")
    RECOVERED = "contained.recovered", pgettext_lazy("incident", "What was taken is back or destroyed")


class Closed(TextChoices):
    """What it was."""

    CONFIRMED = "closed.confirmed", pgettext_lazy("incident", "Data were taken or lost")
    AVERTED = "closed.averted", pgettext_lazy("incident", "Harm was averted in time")
    NOTHING = "closed.nothing", pgettext_lazy("incident", "It was no incident")
    DRILL = "closed.drill", pgettext_lazy("incident", "It was a drill")


class Answer(TextChoices):
    """How a clock was answered."""

    DONE = "clock.done", pgettext_lazy("clock", "Done")
    NOT_NEEDED = "clock.not_needed", pgettext_lazy("clock", "Not needed")


class Event(TextChoices):
    """What the case's own book of decisions holds."""

    OPENED = "opened", pgettext_lazy("incident", "Case opened")
    LOCKED = "locked", pgettext_lazy("incident", "Locked")
    ENDED = "ended", pgettext_lazy("incident", "Lock ended by two")
    SEVERITY = "severity", pgettext_lazy("incident", "Severity set")
    CLOCK = "clock", pgettext_lazy("incident", "Clock answered")
    NOTE = "note", pgettext_lazy("incident", "Note on evidence")
    CONTAINED = "contained", pgettext_lazy("incident", "Said to be contained")
    CLOSED = "closed", pgettext_lazy("incident", "Case closed")
