"""Which entries are what: the words that the rules count in."""

from collections.abc import Sequence
from uuid import UUID

from audit.actions import Action, Result
from compliance.anomalies.rules.base import Seen

# Somebody had plaintext of clients, or the content of a file, before them.
OPENING_CLIENTS = frozenset(
    {Action.CLIENT_REVEAL, Action.CLIENT_EXPORT, Action.FOLLOWUP_CALL, Action.LOG_REASON, Action.SOURCE_OPEN}
)
OPENING_FILES = frozenset({Action.FILE_DOWNLOAD, Action.FILE_VIEW, Action.FILE_VIEW_PAGE})
OPENING = OPENING_CLIENTS | OPENING_FILES
LISTING = frozenset({Action.CLIENT_LIST, Action.CLIENT_VIEW, Action.SEARCH_COMPARE})
# Data left the house, or were made ready to.
TAKING = frozenset(
    {
        Action.CLIENT_EXPORT,
        Action.EXPORT_ASK,
        Action.EXPORT_BUILD,
        Action.FILE_DOWNLOAD,
        Action.IMPORT_DOWNLOAD,
        Action.LOG_EXPORT,
    }
)

# What an administrator does and looks at, by the part of the code before its dot.
ADMINISTERING = frozenset(
    {
        *("access", "approval", "keys", "link", "nda", "page", "password", "person"),
        *("reach", "request", "review", "role", "session", "staff_session"),
    }
)

# Entries that somebody else made; the last subject is whom they are about.
TOLD = frozenset({Action.SESSION_SIGN_IN_FAIL, Action.SAMPLE_FINDING})


def told_of(action: str, subjects: Sequence[UUID]) -> Sequence[UUID]:
    """Whom an entry is about who did not make it."""
    return subjects[-1:] if action in TOLD else ()


def area_of(action: str) -> str:
    """The part of an action's code that says what it was done to."""
    return action.partition(".")[0]


def opens(entry: Seen) -> bool:
    return entry.action in OPENING and entry.result == Result.DONE


def opened_things(entry: Seen) -> frozenset[object]:
    """Whom or what an opening put before the person: the clients, or the file."""
    if entry.action in OPENING_FILES or not entry.subjects:
        return frozenset([entry.object_id] if entry.object_id else [])
    return frozenset(entry.subjects)


def takes(entry: Seen) -> bool:
    return entry.action in TAKING and entry.result == Result.DONE


def is_refusal(entry: Seen) -> bool:
    """A gate said no, or a password was wrong."""
    return entry.result == Result.REFUSED or entry.action == Action.SESSION_SIGN_IN_FAIL


def signs_in(entry: Seen) -> bool:
    return entry.action == Action.SESSION_SIGN_IN and entry.result == Result.DONE


def browser_of(entry: Seen) -> str:
    """The kind of browser and system that the sign-in names; empty where it names none (older entries)."""
    return "+".join(sorted(code for code in entry.fields if code.startswith(("browser.", "system."))))
