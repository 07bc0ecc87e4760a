"""What a change of staff is, and how far it has come."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class Kind(TextChoices):
    JOIN = "join", pgettext_lazy("staffing", "Joins the house")
    LEAVE = "leave", pgettext_lazy("staffing", "Leaves the house")
    MOVE = "move", pgettext_lazy("staffing", "Changes to another job")


class State(TextChoices):
    """`HELD` waits for a word that somebody shielded is owed (people.shielding); `SET` happens at its
    hour."""

    HELD = "held", pgettext_lazy("staffing", "Waits for an officer")
    PLANNED = "planned", pgettext_lazy("staffing", "Being prepared")
    SET = "set", pgettext_lazy("staffing", "Settled")
    DONE = "done", pgettext_lazy("staffing", "Done")
    CANCELLED = "cancelled", pgettext_lazy("staffing", "Called off")


OPEN = [State.HELD, State.PLANNED, State.SET]
