"""Root keys in a file of mode 0600 outside the data directory: the default of a single machine.

The file must be kept apart from database backups; who has both has everything. It is made once,
exclusively, so that two processes starting together cannot each invent a root key.
"""

import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from vault.crypto.errors import SealBroken
from vault.crypto.keywrap import KeyKind, WrappingKey, unwrap_key, wrap_key
from vault.keys.errors import ProviderDown
from vault.keys.providers.base import CompartmentKey, WrappedCompartmentKey


class FileProvider:
    """Root key versions in `<folder>/root-keys.json`, read once per process."""

    name = "file"

    def __init__(self, folder: Path) -> None:
        self._path = folder / "root-keys.json"
        self._versions: dict[int, WrappingKey] = {}

    def current_version(self) -> int:
        return max(self._open())

    def wrap_many(self, keys: Sequence[CompartmentKey]) -> list[bytes]:
        root = self._open()[self.current_version()]
        return [
            wrap_key(
                root,
                secret=key.secret,
                key_id=key.key_id,
                kind=KeyKind.COMPARTMENT,
                owner=key.compartment.bytes,
                compartment=key.compartment.bytes,
            )
            for key in keys
        ]

    def unwrap_many(self, keys: Sequence[WrappedCompartmentKey]) -> list[bytes]:
        return [self._unwrap(key) for key in keys]

    def _unwrap(self, key: WrappedCompartmentKey) -> bytes:
        root = self._open().get(key.root_version)
        if root is None:
            raise SealBroken
        return unwrap_key(
            root,
            key.wrapped,
            key_id=key.key_id,
            kind=KeyKind.COMPARTMENT,
            owner=key.compartment.bytes,
            compartment=key.compartment.bytes,
        )

    def _open(self) -> dict[int, WrappingKey]:
        if not self._versions:
            try:
                if not self._path.exists():
                    self._create()
                stored: dict[str, str] = json.loads(self._path.read_text(encoding="ascii"))
            except (OSError, ValueError) as error:
                raise ProviderDown(f"the root key file cannot be read: {type(error).__name__}") from None
            self._versions = {
                int(version): WrappingKey(int(version), bytes.fromhex(secret))
                for version, secret in stored.items()
            }
        return self._versions

    def _create(self) -> None:
        """Write a complete file under another name, then link it into place: the link fails if it exists."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._path.with_suffix(f".{os.getpid()}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            json.dump({"1": secrets.token_hex(32)}, file)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, self._path)
        except FileExistsError:
            pass  # another process was first; its key is the root key
        finally:
            draft.unlink()
