"""The recovery copy: the root keys split among officers, brought back from enough shares, and the rehearsal.

Shares are files and never rows: a backup of the data must not hold what, with some officers' keys, would
outlive the destruction of a root version.
"""

import json
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry, canonical
from audit.log import record_change, record_read
from people.accounts.models import User
from people.roles.access import has, require
from people.roles.permissions import Permission
from vault.crypto import shamir
from vault.crypto.errors import CryptoError
from vault.crypto.recovery import RecoveryKey, fingerprint, seal_share
from vault.custody.models import RecoveryCopy, RecoveryDrill, RecoveryShare
from vault.keys import store
from vault.keys.providers import provider, provider_of
from vault.keys.providers.base import ExportableProvider
from vault.keys.providers.file import FileProvider

_HEADER = ("copy", "number", "threshold", "count", "root_versions", "key")
_DIGEST = 32


class CannotRecover(Exception):
    """The text says why, for the terminal; nothing was changed."""


@dataclass(frozen=True, slots=True)
class ShareFile:
    """A share as its file holds it: a header that anybody may read, and the share sealed to its holder."""

    content: Mapping[str, Any]

    @property
    def header(self) -> bytes:
        return canonical({name: self.content[name] for name in _HEADER})

    def open(self, key: RecoveryKey) -> bytes:
        """Raises CannotRecover."""
        try:
            return key.open(b64decode(self.content["sealed"]), self.header)
        except (CryptoError, KeyError, TypeError, ValueError):
            raise CannotRecover(
                _("Share %(number)s does not open with this key: it was changed, or is another officer's.")
                % {"number": self.content.get("number", "?")}
            ) from None


def exportable() -> ExportableProvider:
    """Who holds the root key in force. Raises CannotRecover: this provider keeps its own copies."""
    version = store.root_in_force()
    found = provider() if version is None else provider_of(version)
    if not isinstance(found, ExportableProvider):
        raise CannotRecover(_("This key provider gives out no root keys: use its own backup."))
    return found


def make_copy(
    *, actor: User, threshold: int, holders: Sequence[tuple[User, bytes]]
) -> tuple[RecoveryCopy, list[dict[str, Any]]]:
    """Split the root keys; the copy and the contents of its share files, one for each (officer, public key).

    The entry is committed before anything is exported. Raises Refused, CannotRecover.
    """
    require(actor, Permission.KEY_ROTATE)
    _check(threshold, holders)
    copy_id = uuid4()
    record_read(Entry(action=Action.KEYS_COPY, object_type=ObjectType.RECOVERY_COPY, object_id=copy_id))
    versions = exportable().export()
    if not versions:
        raise CannotRecover(_("There is no root key yet."))
    shares = shamir.split(_packed(versions), threshold=threshold, count=len(holders))
    files = [
        _share_file(copy_id, number, threshold, len(holders), sorted(versions), public, shares[number])
        for number, (_holder, public) in enumerate(holders, start=1)
    ]
    with transaction.atomic():
        copy = RecoveryCopy.objects.create(
            id=copy_id, made_by=actor, threshold=threshold, root_version=max(versions)
        )
        RecoveryShare.objects.bulk_create(
            RecoveryShare(copy=copy, number=number, holder=holder, fingerprint=fingerprint(public))
            for number, (holder, public) in enumerate(holders, start=1)
        )
        _log(Action.KEYS_COPY, copy)
    return copy, files


def _check(threshold: int, holders: Sequence[tuple[User, bytes]]) -> None:
    if not 2 <= threshold <= len(holders) <= shamir.MAX_SHARES:
        raise CannotRecover(_("At least two officers must be needed, and no more than hold a share."))
    distinct = {holder.pk for holder, _public in holders}, {public for _holder, public in holders}
    if any(len(one) < len(holders) for one in distinct):
        raise CannotRecover(_("Each share needs an officer and a recovery key of its own."))
    for holder, _public in holders:
        if not has(holder, Permission.KEY_ROTATE):
            raise CannotRecover(_("%(name)s is no officer.") % {"name": holder.username})


def recovered(shares: Sequence[tuple[ShareFile, RecoveryKey]]) -> dict[int, bytes]:
    """The root keys out of enough shares. Raises CannotRecover; needs no database."""
    if not shares:
        raise CannotRecover(_("No share was given."))
    try:
        copies = {(share.content["copy"], share.content["threshold"]) for share, _key in shares}
        numbers = {int(share.content["number"]) for share, _key in shares}
        threshold = int(shares[0][0].content["threshold"])
    except (KeyError, TypeError, ValueError):
        raise CannotRecover(_("A file is not a share.")) from None
    if len(copies) != 1:
        raise CannotRecover(_("The shares are of different recovery copies."))
    if len(numbers) < threshold:
        raise CannotRecover(
            _("%(needed)d different shares are needed; %(given)d were given.")
            % {"needed": threshold, "given": len(numbers)}
        )
    opened = {int(share.content["number"]): share.open(key) for share, key in shares}
    try:
        return _unpacked(shamir.combine(opened))
    except (CryptoError, ValueError):
        raise CannotRecover(_("The shares do not fit together: one of them is false.")) from None


def rehearse(*, actor: User, shares: Sequence[tuple[ShareFile, RecoveryKey]]) -> RecoveryDrill:
    """Recover into a scratch folder, compare with the keys in force, and record how it went.

    Raises Refused, CannotRecover when the shares give no keys at all (nothing is recorded then: it was no
    rehearsal of a known copy).
    """
    require(actor, Permission.KEY_ROTATE)
    versions = recovered(shares)
    copy = RecoveryCopy.objects.filter(pk=UUID(shares[0][0].content["copy"])).first()
    if copy is None:
        raise CannotRecover(_("This recovery copy is not known here."))
    with tempfile.TemporaryDirectory(prefix="sealroom-drill-") as folder:
        scratch = FileProvider(Path(folder) / "keys")
        scratch.restore(versions)
        passed = compare_digest(_packed(scratch.export()), _packed(exportable().export()))
    with transaction.atomic():
        drill = RecoveryDrill.objects.create(copy=copy, by=actor, shares=len(shares), passed=passed)
        _log(Action.KEYS_DRILL, copy)
    return drill


def _share_file(  # noqa: PLR0917 (the parts of one file)
    copy_id: UUID, number: int, threshold: int, count: int, versions: list[int], public: bytes, share: bytes
) -> dict[str, Any]:
    content: dict[str, Any] = {
        "copy": str(copy_id),
        "number": number,
        "threshold": threshold,
        "count": count,
        "root_versions": versions,
        "key": fingerprint(public),
    }
    sealed = seal_share(share, public, ShareFile(content).header)
    return content | {"sealed": b64encode(sealed).decode()}


def _packed(versions: Mapping[int, bytes]) -> bytes:
    text = json.dumps({str(number): versions[number].hex() for number in sorted(versions)}).encode()
    return sha256(text).digest() + text


def _unpacked(secret: bytes) -> dict[int, bytes]:
    digest, text = secret[:_DIGEST], secret[_DIGEST:]
    if not compare_digest(sha256(text).digest(), digest):
        raise ValueError("the digest does not fit")
    return {int(number): bytes.fromhex(key) for number, key in json.loads(text).items()}


def _log(action: Action, copy: RecoveryCopy) -> None:
    record_change(Entry(action=action, object_type=ObjectType.RECOVERY_COPY, object_id=copy.pk))
