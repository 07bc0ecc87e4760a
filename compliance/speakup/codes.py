"""What a report is about, how far it is, how it ended. Codes are for ever: the log keeps them."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.shielding import Act


class Category(TextChoices):
    DATA = "data", pgettext_lazy("report", "Personal data misused, sold or leaked")
    MONEY = "money", pgettext_lazy("report", "Bribes, kickbacks, embezzlement")
    CLIENTS = "clients", pgettext_lazy("report", "Clients deceived or harmed")
    CONFLICT = "conflict", pgettext_lazy("report", "Conflict of interest, private deals")
    PEOPLE = "people", pgettext_lazy("report", "Harassment or unfair treatment at work")
    LAW = "law", pgettext_lazy("report", "Another breach of law or of the house's rules")


class State(TextChoices):
    NEW = "new", pgettext_lazy("report", "New")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("report", "Acknowledged")
    INVESTIGATING = "investigating", pgettext_lazy("report", "Being looked into")
    CLOSED = "closed", pgettext_lazy("report", "Closed")


# Which state may follow which; the trigger of migration 0010 knows the same.
FOLLOWS: dict[State, frozenset[State]] = {
    State.NEW: frozenset({State.ACKNOWLEDGED}),
    State.ACKNOWLEDGED: frozenset({State.INVESTIGATING, State.CLOSED}),
    State.INVESTIGATING: frozenset({State.CLOSED}),
    State.CLOSED: frozenset({State.INVESTIGATING}),
}


class Outcome(TextChoices):
    CONFIRMED = "speakup.confirmed", pgettext_lazy("report", "Confirmed")
    PARTLY = "speakup.partly", pgettext_lazy("report", "Confirmed in part")
    NOT_SHOWN = "speakup.not_shown", pgettext_lazy("report", "Could not be shown")
    UNFOUNDED = "speakup.unfounded", pgettext_lazy("report", "Found not to be so")
    OUT_OF_SCOPE = "speakup.out_of_scope", pgettext_lazy("report", "Not a matter for this channel")
    PASSED_ON = "speakup.passed_on", pgettext_lazy("report", "Passed on to the authority")


class Says(TextChoices):
    """What a sealed text is. The reporter sees all but notes."""

    REPORT = "report", pgettext_lazy("report", "What happened")
    WHEN = "when", pgettext_lazy("report", "When and where")
    WHO = "who", pgettext_lazy("report", "Whom it concerns")
    MESSAGE = "message", pgettext_lazy("report", "Message of the reporter")
    ANSWER = "answer", pgettext_lazy("report", "Answer")
    NOTE = "note", pgettext_lazy("report", "Note, not for the reporter")


BY_REPORTER = (Says.REPORT, Says.WHEN, Says.WHO, Says.MESSAGE)
FOR_REPORTER = (*BY_REPORTER, Says.ANSWER)


class Shielding(TextChoices):
    """How acts against a protected reporter are met. The first shows those who act that somebody stands
    behind the person; so the reporter chooses."""

    WAIT = "wait", _("The act waits for an officer: whoever acts learns that it does")
    WATCH = "watch", _("The act goes on, and officers see it at once: nobody else learns anything")


# What was done to a protected reporter, in the words of a finding.
ACTS: dict[str, Any] = {
    Act.ROLE_REVOKE.value: pgettext_lazy("act", "A role was taken away"),
    Act.PERSON_DISABLE.value: pgettext_lazy("act", "The account was disabled"),
    Act.HAND_OVER.value: pgettext_lazy("act", "Their clients were handed over"),
    Act.CONDUCT.value: pgettext_lazy("act", "A conduct case about them was opened"),
}
