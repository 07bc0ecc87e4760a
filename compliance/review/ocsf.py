"""Entries as events of the Open Cybersecurity Schema Framework, version 1.3.0 (schema.ocsf.io).

Signing in and out is Authentication (3002), everything else API Activity (6003). Ids stand where the schema
asks for a `uid`; there are no names, since the log holds none. What it has no place for is `unmapped`.
"""

from typing import Any

from audit.actions import Action, Result
from audit.entry import timestamp
from audit.models import LogEntry

VERSION = "1.3.0"
AUTHENTICATION, API_ACTIVITY = 3002, 6003
_LOGON, _LOGOFF = 1, 2
_CREATE, _READ, _UPDATE, _DELETE, _OTHER = 1, 2, 3, 4, 99
_INFORMATIONAL, _LOW = 1, 2
_SUCCESS, _FAILURE = 1, 2

_SESSIONS = {
    Action.SESSION_SIGN_IN: _LOGON,
    Action.SESSION_SIGN_IN_FAIL: _LOGON,
    Action.SESSION_SIGN_OUT: _LOGOFF,
}
# What an action does, by the verb of its code; verbs that are none of the four are Other.
_VERBS = {
    _CREATE: {"create", "record", "give", "grant", "add", "member_add", "import", "upload", "sign", "draw"},
    _READ: {
        *("view", "read", "list", "reveal", "search", "compare", "open", "download", "view_page", "reason"),
        *("export", "mask", "rights_view", "trace", "proof", "preview"),
    },
    _UPDATE: {
        "edit",
        "change",
        "assign",
        "owner",
        "stage",
        "rename",
        "propose",
        "confirm",
        "correct",
        "rule",
    },
    _DELETE: {
        "destroy",
        "done",
        "discard",
        "drop",
        "remove",
        "member_remove",
        "revoke",
        "withdraw",
        "undone",
    },
}
_ACTIVITIES = {verb: activity for activity, verbs in _VERBS.items() for verb in verbs}


def event(entry: LogEntry) -> dict[str, Any]:
    """One event. Keys without a value are left out, as the schema asks."""
    is_session = entry.action in _SESSIONS
    category, kind = (3, AUTHENTICATION) if is_session else (6, API_ACTIVITY)
    verb = entry.action.partition(".")[2]
    activity = _SESSIONS[Action(entry.action)] if is_session else _ACTIVITIES.get(verb, _OTHER)
    done = entry.result == Result.DONE and entry.action != Action.SESSION_SIGN_IN_FAIL
    common = {
        "activity_id": activity,
        "activity_name": verb if activity == _OTHER else None,
        "category_uid": category,
        "class_uid": kind,
        "type_uid": kind * 100 + activity,
        "time": int(entry.at.timestamp() * 1000),
        "severity_id": _INFORMATIONAL if done else _LOW,
        "status_id": _SUCCESS if done else _FAILURE,
        "status_code": entry.result,
        "metadata": {
            "version": VERSION,
            "uid": str(entry.pk),
            "correlation_uid": _text(entry.request),
            "original_time": timestamp(entry.at),
            "sequence": entry.seq,
            "product": {"name": "Sealroom", "vendor_name": "Sealroom"},
        },
        "src_endpoint": _source(entry),
        "unmapped": _unmapped(entry),
    }
    return _filled(common | (_authentication(entry) if is_session else _api(entry)))


def _authentication(entry: LogEntry) -> dict[str, Any]:
    # A failed sign-in has nobody: the schema requires a user, and `type_id` 0 is its word for unknown.
    user = {"uid": str(entry.actor), "type_id": 1} if entry.actor else {"type_id": 0}
    return {
        "user": user,
        "session": {"uid": str(entry.session)} if entry.session else None,
        "service": {"name": "Sealroom"},
    }


def _api(entry: LogEntry) -> dict[str, Any]:
    actor = {
        "user": {"uid": str(entry.actor)} if entry.actor else None,
        "session": {"uid": str(entry.session)} if entry.session else None,
        "app_name": "Sealroom",
    }
    about = [{"uid": str(entry.object_id), "type": entry.object_type}] if entry.object_id else []
    about += [{"uid": str(one), "type": "subject"} for one in entry.subjects if one != entry.object_id]
    return {
        "actor": _filled(actor),
        "api": _filled(
            {
                "operation": entry.action,
                "request": {"uid": str(entry.request)} if entry.request else None,
                "service": {"name": "Sealroom"},
            }
        ),
        "resources": about,
    }


def _source(entry: LogEntry) -> dict[str, Any]:
    """The log keeps a prefix of the address and no host: the schema's `subnet_uid` holds it, beside a name,
    which the schema asks for where there is neither address nor id."""
    if entry.network is None:
        return {"name": "unknown"}
    return {"name": "browser" if entry.session else "client", "subnet_uid": entry.network}


def _unmapped(entry: LogEntry) -> dict[str, Any]:
    return _filled(
        {
            "purpose": entry.purpose,
            "reason": entry.reason,
            "fields": list(entry.fields),
            "deal": _text(entry.deal),
            "on_behalf_of": _text(entry.on_behalf_of),
            "keys": list(entry.keys),
            "writer": str(entry.writer),
        }
    )


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def _text(value: object) -> str | None:
    return None if value is None else str(value)
