"""Root keys in a file of mode 0600 outside the data directory: the default of a single machine.

The file must be kept apart from database backups; who has both has everything. It is read at each use and
never held: a version that another process destroyed is gone from this one, too. Each change writes a
complete new file, brings it to the disk and renames it into place under a lock, so that a crash at any point
leaves either the file before or the file after. The file before is overwritten with zeros, as far as the
disk does that in place (a journalling file system and a flash disk may keep a copy until they need the
block).
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from vault.crypto.errors import SealBroken
from vault.crypto.keywrap import KeyKind, WrappingKey, unwrap_key, wrap_key
from vault.keys.errors import ProviderDown
from vault.keys.providers.base import CompartmentKey, WrappedCompartmentKey

SECRET_LENGTH = 32
_NEWEST = "newest"  # the highest number ever given, which outlives its version


class FileProvider:
    """Root key versions in `<folder>/root-keys.json`."""

    name = "file"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "root-keys.json"

    def versions(self) -> list[int]:
        return sorted(self._read()[0])

    def create_version(self, *, above: int = 0) -> int:
        with self._changing():
            stored, newest = self._read()
            version = max(newest, above) + 1
            self._write(stored | {version: secrets.token_bytes(SECRET_LENGTH)}, version)
        return version

    def destroy_version(self, version: int) -> None:
        with self._changing():
            stored, newest = self._read()
            if version == newest:
                raise ValueError("the newest root version is not destroyed: keys may hang from it")
            if version in stored:
                del stored[version]
                self._write(stored, newest)

    def wrap_many(self, version: int, keys: Sequence[CompartmentKey]) -> list[bytes]:
        secret = self._read()[0].get(version)
        if secret is None:
            raise ProviderDown("the root key file lacks the version in force")
        root = WrappingKey(version, secret)
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
        roots = {version: WrappingKey(version, secret) for version, secret in self._read()[0].items()}
        if not roots and keys:
            raise ProviderDown("the root key file is missing: bring it back, or recover it from its shares")
        return [_unwrap(roots, key) for key in keys]

    def export(self) -> dict[int, bytes]:
        return self._read()[0]

    def restore(self, versions: dict[int, bytes]) -> None:
        with self._changing():
            if self._path.exists():
                raise FileExistsError(f"{self._path} exists: move it away first")
            self._write(versions, max(versions))

    def _read(self) -> tuple[dict[int, bytes], int]:
        """(version → root key, the highest number ever given)."""
        try:
            stored = self._load()
        except FileNotFoundError:
            return {}, 0
        except (OSError, ValueError) as error:
            raise ProviderDown(f"the root key file cannot be read: {type(error).__name__}") from None
        newest = int(stored.pop(_NEWEST, 0))
        found = {int(version): bytes.fromhex(str(secret)) for version, secret in stored.items()}
        return found, max([newest, *found])

    def _load(self) -> dict[str, str | int]:
        """Read twice if need be: a file that was opened just before it was replaced may turn to zeros."""
        try:
            found: dict[str, str | int] = json.loads(self._path.read_bytes())
        except ValueError:
            found = json.loads(self._path.read_bytes())
        return found

    def _write(self, versions: dict[int, bytes], newest: int) -> None:
        draft = self._path.with_suffix(".draft")  # what a crash left of one is overwritten under the lock
        text = json.dumps({str(n): secret.hex() for n, secret in versions.items()} | {_NEWEST: newest})
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with _opened_if_there(self._path) as before:
            draft.replace(self._path)
            self._settle_folder()
            if before is not None:
                os.pwrite(before, bytes(os.fstat(before).st_size), 0)
                os.fsync(before)

    def _settle_folder(self) -> None:
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """One process at a time changes the file."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self._folder / "root-keys.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise ProviderDown(f"the root key file cannot be written: {type(error).__name__}") from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


@contextmanager
def _opened_if_there(path: Path) -> Iterator[int | None]:
    try:
        handle = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        yield None
        return
    try:
        yield handle
    finally:
        os.close(handle)


def _unwrap(roots: dict[int, WrappingKey], key: WrappedCompartmentKey) -> bytes:
    root = roots.get(key.root_version)
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
