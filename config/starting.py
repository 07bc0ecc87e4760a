"""What a start finds changed since the one before: the schema of the database, and this machine's settings.

Both are changed from outside, where no request and no command of ours runs, so the worker notes them when it
starts. Names only: of values there is a digest under a random salt, in the state folder of this machine.
"""

import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from audit.actions import Action, ObjectType
from audit.alone import alone
from audit.entry import MAX_FIELDS, Entry
from audit.log import record_read
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from config import env
from config.embedded.files import write_private
from people.accounts.system import SYSTEM_ID

_FILE = "settings.json"
_LOOPBACK = {None, "", "localhost", "127.0.0.1", "::1"}


def note_start() -> None:
    """Record what changed. Raises LogUnavailable; then the next start records it."""
    with acting_as(Origin(actor=SYSTEM_ID)), alone(SYSTEM_ID) as mine:
        if mine:  # several workers start at once
            _note(Action.SYSTEM_MIGRATE, _new_migrations())
            _note_settings(Path(settings.HOME_DIR) / _FILE, env.read)


def _note(action: Action, names: Sequence[str]) -> None:
    for at in range(0, len(names), MAX_FIELDS):
        record_read(
            Entry(
                action=action,
                object_type=ObjectType.SYSTEM,
                object_id=SYSTEM_ID,
                fields=tuple(names[at : at + MAX_FIELDS]),
            )
        )


def _new_migrations() -> list[str]:
    """Those applied that no entry names yet, in the order in which they were."""
    known = LogEntry.objects.filter(object_id=SYSTEM_ID, action=Action.SYSTEM_MIGRATE)
    noted = {name for fields in known.values_list("fields", flat=True) for name in fields}
    applied = MigrationRecorder(connection).migration_qs.order_by("id").values_list("app", "name")
    names = [f"{app}.{name}".lower()[:64] for app, name in applied]
    return [name for name in names if name not in noted]


def _note_settings(path: Path, values: Mapping[str, str]) -> None:
    """Record the names of settings that differ from the last start, then keep the new digests."""
    salt, kept = secrets.token_hex(32), {}
    if path.exists():
        salt, kept = json.loads(path.read_text(encoding="utf-8"))
    digests = {name: _digest(salt, name, value) for name, value in values.items()}
    changed = sorted(name for name in digests.keys() | kept.keys() if digests.get(name) != kept.get(name))
    _note(Action.SYSTEM_SETTINGS, [name.lower() for name in changed])
    if changed:
        write_private(path, json.dumps([salt, digests]))


def _digest(salt: str, name: str, value: str) -> str:
    return hmac.new(bytes.fromhex(salt), f"{name}\n{_lasting(value)}".encode(), sha256).hexdigest()


def _lasting(value: str) -> str:
    """The value without what each start makes anew: passwords, and ports on this machine."""
    parts = urlsplit(value) if "://" in value else None
    if parts is None:
        return value
    port = None if parts.hostname in _LOOPBACK else parts.port
    return f"{parts.scheme}://{parts.username}@{parts.hostname}:{port}{parts.path}?{parts.query}"
