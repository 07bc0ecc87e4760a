"""Entries as events of the Open Cybersecurity Schema Framework (OCSF 1.8.0, github.com/ocsf/ocsf-schema).

Pure: an entry in, a dictionary out; equal entries give equal events, so that whoever receives one twice
(`metadata.uid` is the entry's id) may drop either. What OCSF has a place for stands there, the rest of what
the log says under `unmapped`. Ids and codes only, as in the log: a client or a file has no name here, and of
a network there is its prefix.

`raw_data` is the leaf, the very bytes that the log's tree hashes: a receiver that keeps it can have each
event proved (docs/decisions/2026-11-22-log-tree.md) without asking the house for the entry.
"""

from datetime import datetime
from typing import NamedTuple

from audit.actions import Action, ObjectType, Result
from audit.entry import canonical
from audit.models import LogEntry

VERSION = "1.8.0"
PRODUCT = {"name": "Sealroom", "vendor_name": "Sealroom"}
LOG = "sealroom.audit"

Event = dict[str, object]


class EventClass(NamedTuple):
    """A class of events, with the words that go beside its numbers."""

    uid: int
    name: str
    category: str
    activities: dict[int, str]

    @property
    def category_uid(self) -> int:
        return self.uid // 1000


OTHER = 99
_IAM, _APPLICATION = "Identity & Access Management", "Application Activity"
ACCOUNT_CHANGE = EventClass(
    3001,
    "Account Change",
    _IAM,
    {1: "Create", 2: "Enable", 3: "Password Change", 5: "Disable", 7: "Attach Policy", 8: "Detach Policy"},
)
AUTHENTICATION = EventClass(3002, "Authentication", _IAM, {1: "Logon", 2: "Logoff"})
API_ACTIVITY = EventClass(
    6003, "API Activity", _APPLICATION, {1: "Create", 2: "Read", 3: "Update", 4: "Delete"}
)
FILE_HOSTING = EventClass(
    6006,
    "File Hosting Activity",
    _APPLICATION,
    {
        1: "Upload",
        2: "Download",
        4: "Delete",
        5: "Rename",
        9: "Preview",
        12: "Share",
        14: "Open",
    },
)

# Actions that a class of their own fits; all others are API Activity, by their verb.
_SPECIAL: dict[str, tuple[EventClass, int]] = {
    Action.SESSION_SIGN_IN: (AUTHENTICATION, 1),
    Action.SESSION_SIGN_IN_FAIL: (AUTHENTICATION, 1),
    Action.SESSION_SIGN_OUT: (AUTHENTICATION, 2),
    Action.SESSION_STEP_UP: (AUTHENTICATION, OTHER),
    Action.FACTOR_ASK: (AUTHENTICATION, OTHER),
    Action.FACTOR_FAIL: (AUTHENTICATION, OTHER),
    Action.FACTOR_USE: (AUTHENTICATION, OTHER),
    Action.FACTOR_ADD: (ACCOUNT_CHANGE, OTHER),
    Action.FACTOR_CODES: (ACCOUNT_CHANGE, OTHER),
    Action.FACTOR_REMOVE: (ACCOUNT_CHANGE, OTHER),
    Action.FACTOR_RESET: (ACCOUNT_CHANGE, OTHER),
    Action.PHONE_ASK: (AUTHENTICATION, OTHER),
    Action.PHONE_FAIL: (AUTHENTICATION, OTHER),
    Action.PHONE_PROVE: (AUTHENTICATION, OTHER),
    Action.PHONE_SEND: (AUTHENTICATION, OTHER),
    Action.PHONE_END: (ACCOUNT_CHANGE, OTHER),
    Action.PHONE_SET: (ACCOUNT_CHANGE, OTHER),
    Action.PERSON_CREATE: (ACCOUNT_CHANGE, 1),
    Action.PERSON_ENABLE: (ACCOUNT_CHANGE, 2),
    Action.PASSWORD_CHANGE: (ACCOUNT_CHANGE, 3),
    Action.PERSON_DISABLE: (ACCOUNT_CHANGE, 5),
    Action.PERSON_EDIT: (ACCOUNT_CHANGE, OTHER),
    Action.ROLE_CHANGE: (ACCOUNT_CHANGE, OTHER),
    Action.ROLE_COMPOSE: (ACCOUNT_CHANGE, OTHER),
    Action.ROLE_CONFIRM: (ACCOUNT_CHANGE, 7),
    Action.ROLE_GRANT: (ACCOUNT_CHANGE, 7),
    Action.ROLE_RETIRE: (ACCOUNT_CHANGE, 8),
    Action.ROLE_REVOKE: (ACCOUNT_CHANGE, 8),
    Action.CLIENT_EXPORT: (FILE_HOSTING, 2),
    Action.FILE_DESTROY: (FILE_HOSTING, 4),
    Action.FILE_DOWNLOAD: (FILE_HOSTING, 2),
    Action.FILE_RENAME: (FILE_HOSTING, 5),
    Action.FILE_UPLOAD: (FILE_HOSTING, 1),
    Action.FILE_VIEW: (FILE_HOSTING, 14),
    Action.FILE_VIEW_PAGE: (FILE_HOSTING, 9),
    Action.REDACTION_GIVE: (FILE_HOSTING, 12),
    Action.ROOM_INVITE: (FILE_HOSTING, 12),
    Action.ROOM_RIGHT: (FILE_HOSTING, 12),
}
_CREATE, _READ, _UPDATE, _DELETE = 1, 2, 3, 4
# The word after the dot of an action, where it begins or ends so. What none fits is OCSF's "Other", by name.
_VERBS: dict[str, int] = {
    word: activity
    for activity, words in (
        (_CREATE, "create add upload import start draw record invite"),
        (_READ, "view list read reveal search open compare export verify download trace proof reason seen"),
        (_UPDATE, "edit assign owner change confirm stage rotate lock unlock correct handle settle"),
        (_UPDATE, "facets ownership rule limit lower raise"),
        (_DELETE, "destroy done remove revoke discard drop strike undone"),
    )
    for word in words.split()
}

_LOW, _MEDIUM, _HIGH = 2, 3, 4
_SEVERITIES = {1: "Informational", _LOW: "Low", _MEDIUM: "Medium", _HIGH: "High"}
_SERIOUS: dict[str, int] = {
    Action.CANARY_SEEN: _HIGH,
    Action.RECORDS_DIFFER: _HIGH,
    Action.FACTOR_RESET: _MEDIUM,
    Action.KEYS_LOCK: _MEDIUM,
    Action.PURPOSE_REFUSE: _MEDIUM,
}
_UNKNOWN, _USER, _TARGET, _AFFECTED, _SHA256 = 0, 1, 1, 3, 3
_FILE, _FOLDER = 1, 2


def class_of(action: str) -> tuple[EventClass, int]:
    """The class and the activity of an action; an unknown one is API Activity, Other."""
    if action in _SPECIAL:
        return _SPECIAL[action]
    verb = action.partition(".")[2]
    words = (verb, verb.partition("_")[0], verb.rpartition("_")[2])
    return API_ACTIVITY, next((_VERBS[word] for word in words if word in _VERBS), OTHER)


def event(entry: LogEntry, *, index: int | None = None) -> Event:
    """The entry as an event.

    Args:
        index: its place in the log's tree, where it has one.
    """
    kind, activity = class_of(entry.action)
    made: Event = {
        "activity_id": activity,
        "activity_name": kind.activities.get(activity, entry.action),
        "category_name": kind.category,
        "category_uid": kind.category_uid,
        "class_name": kind.name,
        "class_uid": kind.uid,
        "type_name": f"{kind.name}: {kind.activities.get(activity, 'Other')}",
        "type_uid": kind.uid * 100 + activity,
        "time": milliseconds(entry.at),
        "metadata": _metadata(entry, index),
        "actor": _actor(entry),
        "src_endpoint": {"name": entry.network or "unknown"},
        "raw_data": bytes(entry.leaf).decode(),
        "unmapped": _unmapped(entry),
        **_status(entry),
        **_severity(entry),
    }
    return made | _of_class(entry, kind, activity)


def line(made: Event) -> bytes:
    """The event as one line of JSON: sorted keys, no space, UTF-8, no line feed."""
    return canonical(made)


def shortened(made: Event, limit: int) -> Event:
    """The event, cut to `limit` bytes of JSON for a receiver that takes no more: first without the leaf, then
    with as many of the ids as fit. OCSF says so in `metadata.is_truncated`.

    Raises:
        ValueError: not even the event without any list is that short.
    """
    whole = len(line(made))
    if whole <= limit:
        return made
    metadata = made["metadata"]
    assert isinstance(metadata, dict)
    cut = {name: value for name, value in made.items() if name != "raw_data"}
    cut["metadata"] = metadata | {"is_truncated": True, "untruncated_size": whole}
    if len(line(cut)) <= limit:
        return cut
    unmapped, resources = cut["unmapped"], cut.get("resources")
    assert isinstance(unmapped, dict)
    cut["unmapped"] = {name: value for name, value in unmapped.items() if not isinstance(value, list)} | {
        "subjects_count": len(unmapped.get("subjects", ()))
    }
    if isinstance(resources, list):
        cut["resources"] = resources[:1]
    if len(line(cut)) > limit:
        raise ValueError(f"an event does not fit into {limit} bytes")
    return cut


def milliseconds(moment: datetime) -> int:
    """OCSF's timestamp_t: milliseconds since 1970-01-01 UTC."""
    return round(moment.timestamp() * 1000)


def _metadata(entry: LogEntry, index: int | None) -> Event:
    made: Event = {
        "event_code": entry.action,
        "log_name": LOG,
        "logged_time": milliseconds(entry.at),
        "product": PRODUCT,
        "uid": str(entry.id),
        "version": VERSION,
    }
    if entry.request:
        made["correlation_uid"] = str(entry.request)
    if index is not None:
        made["sequence"] = index
    return made


def _user(uid: object) -> Event:
    """A person by id. OCSF wants one of uid and name, also of somebody who is not known."""
    if uid is None:
        return {"name": "unattributed", "type_id": _UNKNOWN}
    return {"type_id": _USER, "uid": str(uid)}


def _actor(entry: LogEntry) -> Event:
    made: Event = {"user": _user(entry.actor)}
    if entry.session:
        made["session"] = {"uid": str(entry.session)}
    return made


def _status(entry: LogEntry) -> Event:
    done = entry.result == Result.DONE
    made: Event = {
        "status": "Success" if done else "Failure",
        "status_code": entry.result,
        "status_id": 1 if done else 2,
    }
    return made | ({"status_detail": entry.reason} if entry.reason else {})


def _severity(entry: LogEntry) -> Event:
    number = _SERIOUS.get(entry.action, 1 if entry.result == Result.DONE else _LOW)
    return {"severity": _SEVERITIES[number], "severity_id": number}


def _unmapped(entry: LogEntry) -> Event:
    """What OCSF has no place for, as the log says it; what is empty is left out."""
    said = {
        "deal": entry.deal and str(entry.deal),
        "fields": list(entry.fields),
        "object_id": entry.object_id and str(entry.object_id),
        "object_type": entry.object_type,
        "on_behalf_of": entry.on_behalf_of and str(entry.on_behalf_of),
        "purpose": entry.purpose,
        "reason": entry.reason,
        "subjects": list(map(str, entry.subjects)),
    }
    return {name: value for name, value in said.items() if value}


def _of_class(entry: LogEntry, kind: EventClass, activity: int) -> Event:
    """What a class asks for beside what all have."""
    if kind is AUTHENTICATION:
        subject = entry.actor or (entry.subjects[0] if entry.subjects else None)
        return {"service": {"name": PRODUCT["name"]}, "user": _user(subject)}
    if kind is ACCOUNT_CHANGE:
        policies = {"policies": [{"uid": str(entry.object_id)}]} if activity in (7, 8) else {}
        return {"user": _user(entry.subjects[0] if entry.subjects else entry.object_id), **policies}
    if kind is FILE_HOSTING:
        uid = str(entry.object_id or "unknown")
        type_id = _FOLDER if entry.object_type in (ObjectType.FOLDER, ObjectType.ROOM) else _FILE
        return {"file": {"name": uid, "type_id": type_id, "uid": uid}}
    target = [
        {"role_id": _TARGET, "type": entry.object_type, "uid": str(entry.object_id or entry.object_type)}
    ]
    affected = [{"role_id": _AFFECTED, "type": "subject", "uid": str(one)} for one in entry.subjects]
    return {
        "api": {"operation": entry.action, "request": {"uid": str(entry.request or entry.id)}},
        "resources": target + affected,
    }
