"""What a conduct case is at, what it ends with, what its texts are. Codes are for ever."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class State(TextChoices):
    HELD = "held", pgettext_lazy("conduct", "Waits before it begins")
    OPEN = "open", pgettext_lazy("conduct", "Open")
    DECIDED = "decided", pgettext_lazy("conduct", "Decided")
    APPEALED = "appealed", pgettext_lazy("conduct", "Appealed")
    CLOSED = "closed", pgettext_lazy("conduct", "Appeal decided")


class Measure(TextChoices):
    NONE = "conduct.none", pgettext_lazy("conduct", "No measure: not shown")
    TALK = "conduct.talk", pgettext_lazy("conduct", "Talk")
    WARNING = "conduct.warning", pgettext_lazy("conduct", "Written warning")
    RETRAINING = "conduct.retraining", pgettext_lazy("conduct", "Retraining")
    SUSPENSION = "conduct.suspension", pgettext_lazy("conduct", "Suspension of roles")
    AUTHORITIES = "conduct.authorities", pgettext_lazy("conduct", "Handed to the authorities")


class Says(TextChoices):
    CHARGE = "charge", pgettext_lazy("conduct", "What is said")
    REPLY = "reply", pgettext_lazy("conduct", "Reply of the person")
    GROUNDS = "grounds", pgettext_lazy("conduct", "Grounds")
    APPEAL = "appeal", pgettext_lazy("conduct", "Appeal")
    ANSWER = "answer", pgettext_lazy("conduct", "Answer to the appeal")


class EvidenceKind(TextChoices):
    ENTRY = "entry", pgettext_lazy("conduct", "Log entry")
    FINDING = "finding", pgettext_lazy("conduct", "Finding")
    AUDIT_FINDING = "audit_finding", pgettext_lazy("conduct", "Audit finding")
    INCIDENT = "incident", pgettext_lazy("conduct", "Incident")
