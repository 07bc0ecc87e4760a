"""The words and tones of grades and states: one place, so that a state looks the same on every page."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = str | Promise

GRADES: dict[int, Words] = {
    1: _("L1 · Public"),
    2: _("L2 · Internal"),
    3: _("L3 · Sensitive"),
    4: _("L4 · Highly sensitive"),
}

# A tone is how much a state asks for attention, not its colour; the style sheet gives it one.
STATES: dict[str, tuple[Words, str]] = {
    "draft": (pgettext_lazy("state", "Draft"), "rest"),
    "pending": (pgettext_lazy("state", "Pending approval"), "wait"),
    "approved": (pgettext_lazy("state", "Approved"), "good"),
    "refused": (pgettext_lazy("state", "Refused"), "bad"),
    "in_force": (pgettext_lazy("state", "In force"), "good"),
    "active": (pgettext_lazy("state", "Active"), "good"),
    "expired": (pgettext_lazy("state", "Expired"), "rest"),
    "revoked": (pgettext_lazy("state", "Revoked"), "bad"),
    "suspended": (pgettext_lazy("state", "Suspended"), "bad"),
    "overdue": (pgettext_lazy("state", "Overdue"), "bad"),
    "frozen": (pgettext_lazy("state", "Frozen"), "cold"),
    "archived": (pgettext_lazy("state", "Archived"), "rest"),
    "awaiting_destruction": (pgettext_lazy("state", "Awaiting destruction"), "wait"),
    "destroyed": (pgettext_lazy("state", "Destroyed"), "rest"),
    "queued": (pgettext_lazy("state", "Queued"), "wait"),
    "running": (pgettext_lazy("state", "Running"), "cold"),
    "done": (pgettext_lazy("state", "Done"), "good"),
    "failed": (pgettext_lazy("state", "Failed"), "bad"),
    "cancelled": (pgettext_lazy("state", "Cancelled"), "rest"),
    "withdrawn": (pgettext_lazy("state", "Withdrawn"), "rest"),
    "open": (pgettext_lazy("state", "Open"), "wait"),
    "closed": (pgettext_lazy("state", "Closed"), "rest"),
    "signed": (pgettext_lazy("state", "Signed"), "good"),
    "invited": (pgettext_lazy("state", "Invited"), "wait"),
}

# Bootstrap's words for a message's tone, and the icon that says the same without colour.
TONE_ICONS = {
    "debug": "info-circle",
    "info": "info-circle",
    "success": "circle-check",
    "warning": "alert-triangle",
    "error": "alert-circle",
    "danger": "alert-circle",
}
