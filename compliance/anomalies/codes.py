"""States and reasons of findings and of changes to the watch. Codes are for ever: the log keeps them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(TextChoices):
    OPEN = "open", pgettext_lazy("finding", "Open")
    REVIEW = "review", pgettext_lazy("finding", "Under review")
    CONFIRMED = "confirmed", pgettext_lazy("finding", "Confirmed")
    FALSE_ALARM = "false_alarm", pgettext_lazy("finding", "False alarm")
    MUTED = "muted", pgettext_lazy("finding", "Muted")


WAITING = (State.OPEN, State.REVIEW)
DECIDED = (State.CONFIRMED, State.FALSE_ALARM)


class Confirmed(TextChoices):
    """What it was, when it was something."""

    MISUSE = "finding.misuse", _("Data used for something else than work")
    CARELESS = "finding.careless", _("Against the rules, by carelessness")
    STOLEN = "finding.stolen", _("Somebody else used the account")
    INCIDENT = "finding.incident", _("Taken up as a security incident")


class FalseAlarm(TextChoices):
    """Why it was nothing."""

    WORK = "finding.work", _("Work that was ordered")
    HANDOVER = "finding.handover", _("Clients or deals handed over")
    TRAVEL = "finding.travel", _("Travel, a new device or another line")
    TECHNICAL = "finding.technical", _("A fault of the machine or the program")
    STRICT = "finding.strict", _("The rule is too strict")


class Change(TextChoices):
    """Why a rule was changed."""

    NOISE = "watch.noise", _("Too many false alarms")
    MISSED = "watch.missed", _("Something was missed")
    WORK = "watch.work", _("Work has changed")
    INCIDENT = "watch.incident", _("After an incident or an audit")
    TRIED = "watch.tried", _("Tried on the past")


class MuteReason(TextChoices):
    PROJECT = "mute.project", _("A task that needs many clients for a while")
    TRAVEL = "mute.travel", _("Travelling")
    COVER = "mute.cover", _("Covering for somebody")
    KNOWN = "mute.known", _("Known and looked into elsewhere")
