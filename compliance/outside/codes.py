"""Areas, methods, states and words of outside audits. Codes are for ever: the log keeps them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.actions import Action


class Area(TextChoices):
    """What of the house an outside auditor may look at."""

    LOG = "log", pgettext_lazy("outside audit", "The audit log")
    ACCESS = "access", pgettext_lazy("outside audit", "Roles and reviews of access")
    APPROVALS = "approvals", pgettext_lazy("outside audit", "Approval requests")
    DESTRUCTION = "destruction", pgettext_lazy("outside audit", "Destruction")
    TRAINING = "training", pgettext_lazy("outside audit", "Training")


# The first parts of the actions whose entries belong to an area. The log as an area is all of them.
PARTS: dict[Area, frozenset[str]] = {
    Area.ACCESS: frozenset({"access_review", "role"}),
    Area.APPROVALS: frozenset({"approval"}),
    Area.DESTRUCTION: frozenset({"destruction", "retention"}),
    Area.TRAINING: frozenset({"training"}),
}
# What no outside auditor is shown, whatever was agreed: who reported whom, and what is said of a colleague.
NEVER = frozenset({"speakup", "conduct"})


def part_of(action: str) -> str:
    return action.partition(".")[0]


def actions_of(areas: list[str]) -> list[str]:
    """The actions whose entries these areas take in."""
    shown = [action.value for action in Action if part_of(action.value) not in NEVER]
    if Area.LOG in areas:
        return shown
    parts = frozenset[str]().union(*(PARTS[Area(area)] for area in areas))
    return [action for action in shown if part_of(action) in parts]


class Method(TextChoices):
    REMOTE = "outside.remote", pgettext_lazy("outside audit", "Remote")
    ON_SITE = "outside.on_site", pgettext_lazy("outside audit", "On site")


class State(TextChoices):
    DRAFT = "draft", pgettext_lazy("outside audit", "Draft")
    ASKED = "asked", pgettext_lazy("outside audit", "Waits for a second person")
    AGREED = "agreed", pgettext_lazy("outside audit", "Agreed")
    ENDED = "ended", pgettext_lazy("outside audit", "Seats closed")
    CANCELLED = "cancelled", pgettext_lazy("outside audit", "Given up")


class Why(TextChoices):
    """Why the seats closed."""

    TIME = "outside.time", _("Its time was over")
    HOUSE = "outside.house", _("Ended by the house")


class RequestState(TextChoices):
    ASKED = "asked", pgettext_lazy("evidence request", "Asked")
    OWNED = "owned", pgettext_lazy("evidence request", "Somebody works on it")
    ANSWERED = "answered", pgettext_lazy("evidence request", "Answered")
    RETURNED = "returned", pgettext_lazy("evidence request", "Sent back")
    ACCEPTED = "accepted", pgettext_lazy("evidence request", "Accepted")


WITH_THE_HOUSE = (RequestState.ASKED, RequestState.OWNED, RequestState.RETURNED)


class BundleState(TextChoices):
    ASKED = "asked", pgettext_lazy("evidence ZIP", "Being made")
    READY = "ready", pgettext_lazy("evidence ZIP", "Ready")
    FAILED = "failed", pgettext_lazy("evidence ZIP", "Could not be made")
    OVER = "over", pgettext_lazy("evidence ZIP", "Expired")


class Says(TextChoices):
    """What a sealed text of an outside audit says."""

    ASK = "ask", pgettext_lazy("outside audit", "What is asked for")
    ANSWER = "answer", pgettext_lazy("outside audit", "Answer")
    VERDICT = "verdict", pgettext_lazy("outside audit", "Why it was sent back")
    ADVICE = "advice", pgettext_lazy("outside audit", "Recommendation")


class FileKind(TextChoices):
    ANSWER = "answer", pgettext_lazy("outside audit", "File")
    EXTRACT = "extract", pgettext_lazy("outside audit", "Extract made by the product")
    REPORT = "report", pgettext_lazy("outside audit", "Report")
