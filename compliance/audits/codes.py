"""States, results and kinds of internal audits. Codes are for ever: the log keeps them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Scope(TextChoices):
    HOUSE = "house", pgettext_lazy("audit scope", "The whole house")
    BOOK = "book", pgettext_lazy("audit scope", "One client book")
    DEAL = "deal", pgettext_lazy("audit scope", "One deal")
    ROLE = "role", pgettext_lazy("audit scope", "One role")
    OUTSIDE = "outside", pgettext_lazy("audit scope", "What an outside audit recommends")


# What is planned here; the follow-up of an outside audit begins with its report (compliance.outside).
PLANNED_HERE = (Scope.HOUSE, Scope.BOOK, Scope.DEAL, Scope.ROLE)


class Basis(TextChoices):
    """Why it is held. PIPL 54: regularly; PIPL 64: ordered by the authority after an incident."""

    REGULAR = "audit.regular", _("Regular audit (PIPL 54, CAC order no. 18)")
    ORDERED = "audit.ordered", _("Ordered by the authority (PIPL 64)")
    HOUSE_RULE = "audit.house_rule", _("Rule of the house")


class State(TextChoices):
    PLANNED = "planned", pgettext_lazy("audit", "Planned")
    RUNNING = "running", pgettext_lazy("audit", "Running")
    CLOSED = "closed", pgettext_lazy("audit", "Report closed")
    SIGNED = "signed", pgettext_lazy("audit", "Signed off")
    CANCELLED = "cancelled", pgettext_lazy("audit", "Cancelled")


# Which state may follow which; the trigger of migration 0009 knows the same.
FOLLOWS: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.RUNNING, State.CANCELLED}),
    State.RUNNING: frozenset({State.CLOSED, State.CANCELLED}),
    State.CLOSED: frozenset({State.RUNNING, State.SIGNED}),
    State.SIGNED: frozenset(),
    State.CANCELLED: frozenset(),
}


class Area(TextChoices):
    """What of the house a question is about."""

    ACCESS = "access", pgettext_lazy("audit area", "Access and roles")
    APPROVALS = "approvals", pgettext_lazy("audit area", "Approvals")
    OPENING = "opening", pgettext_lazy("audit area", "Plaintext and exports")
    CONSENT = "consent", pgettext_lazy("audit area", "Notices and consents")
    DESTRUCTION = "destruction", pgettext_lazy("audit area", "Retention and destruction")
    LOG = "log", pgettext_lazy("audit area", "Log and proofs")
    KEYS = "keys", pgettext_lazy("audit area", "Keys and recovery")


class Kind(TextChoices):
    HAND = "hand", pgettext_lazy("audit item", "By hand")
    MEASURED = "measured", pgettext_lazy("audit item", "Measured")


class Method(TextChoices):
    INTERVIEW = "audit.interview", pgettext_lazy("audit method", "Interview")
    INSPECTION = "audit.inspection", pgettext_lazy("audit method", "Inspection")
    SAMPLING = "audit.sampling", pgettext_lazy("audit method", "Sampling")


class Result(TextChoices):
    CONFORMING = "audit.conforming", pgettext_lazy("audit result", "Conforming")
    OBSERVATION = "audit.observation", pgettext_lazy("audit result", "Observation")
    MINOR = "audit.minor", pgettext_lazy("audit result", "Minor nonconformity")
    MAJOR = "audit.major", pgettext_lazy("audit result", "Major nonconformity")
    NOT_APPLICABLE = "audit.not_applicable", pgettext_lazy("audit result", "Not applicable")


NONCONFORMING = (Result.MINOR, Result.MAJOR)


class EvidenceKind(TextChoices):
    """What a link of evidence leads to."""

    ENTRY = "entry", pgettext_lazy("audit evidence", "Log entry")
    SIGN_OFF = "sign_off", pgettext_lazy("audit evidence", "Sign-off of a review")
    SAMPLE = "sample", pgettext_lazy("audit evidence", "Sample")
    VIEW = "view", pgettext_lazy("audit evidence", "Saved view of the log")


class ActionState(TextChoices):
    OPEN = "open", pgettext_lazy("corrective action", "To be done")
    DONE = "done", pgettext_lazy("corrective action", "Waits for verification")
    VERIFIED = "verified", pgettext_lazy("corrective action", "Verified")


WAITING = (ActionState.OPEN, ActionState.DONE)


class Words(TextChoices):
    """What a sealed text of an audit says."""

    NOTE = "note", _("Note")
    CRITERION = "criterion", _("What is demanded")
    FOUND = "found", _("What was found")
    CAUSE = "cause", _("Cause")
    TASK = "task", _("What is to be done")
    DONE = "done", _("What was done")
    VERDICT = "verdict", _("Why it was sent back")
