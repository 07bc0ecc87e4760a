"""What the recovery commands share: files that are never overwritten, and passphrases that never are
arguments."""

import json
import os
import sys
from base64 import b64decode, b64encode
from getpass import getpass
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from people.accounts.models import User
from vault.crypto.errors import SealBroken
from vault.crypto.recovery import RecoveryKey, unlock
from vault.custody.recovery import ShareFile


def person_named(name: str) -> User:
    """Raises CommandError."""
    found = User.objects.filter(username__iexact=name, is_active=True).first()
    if found is None:
        raise CommandError(_("There is no open account of this name."))
    return found


def passphrase(prompt: str) -> str:
    """Typed unseen; where there is no terminal, the next line of the standard input."""
    return getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def check_writable(folder: Path) -> None:
    """Before anything is made that belongs into it; the folder itself may not be there yet. Raises
    CommandError."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise CommandError(_("Nothing can be written into %(path)s.") % {"path": folder})


def write_new(path: Path, content: dict[str, Any] | bytes) -> None:
    """A new file of mode 0600. Raises CommandError where there is one already."""
    data = b64encode(content) if isinstance(content, bytes) else json.dumps(content, indent=1).encode()
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise CommandError(_("%(path)s exists already.") % {"path": path}) from None
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def read_public(path: Path) -> bytes:
    """Raises CommandError."""
    try:
        return b64decode(path.read_bytes(), validate=True)
    except (OSError, ValueError):
        raise CommandError(_("%(path)s is no public recovery key.") % {"path": path}) from None


def read_shares(pairs: list[list[str]]) -> list[tuple[ShareFile, RecoveryKey]]:
    """Shares with their holders' unlocked keys; asks for each passphrase. Raises CommandError."""
    return [(ShareFile(_json(Path(share))), _unlocked(Path(key))) for share, key in pairs]


def _json(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError):
        raise CommandError(_("%(path)s cannot be read.") % {"path": path}) from None
    return found


def _unlocked(path: Path) -> RecoveryKey:
    stored = _json(path)
    try:
        return unlock(stored, passphrase(_("Passphrase of %(path)s: ") % {"path": path}))
    except SealBroken:
        raise CommandError(_("%(path)s: wrong passphrase, or no recovery key.") % {"path": path}) from None
