"""Writing and reading sealed files.

A file is sealed chunk by chunk as it arrives, under a temporary name, and gets its own name only once its
last chunk is on the disk: a broken upload, a full disk or a killed process leaves no file that could be
taken for whole. Names are random UUIDs in two levels of folders, so that neither a listing nor a path in an
error message tells anything, and no folder grows without bound.
"""

import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self
from uuid import UUID

from django.conf import settings

from vault.crypto.chunks import ChunkOpener, ChunkSealer, FileBinding, FileKey

UNFINISHED = ".part"


class Stored(NamedTuple):
    """What was stored: plaintext bytes, and SHA-256 of the plaintext.

    The digest of a guessable text confirms a guess: keep it sealed, or only where the plaintext has to be
    proved, never in the log.
    """

    size: int
    sha256: bytes


def file_path(file_id: UUID) -> Path:
    """Where the file with this id lies: `<FILES_DIR>/ab/cd/abcd….sealed`."""
    name = file_id.hex
    return Path(settings.FILES_DIR) / name[:2] / name[2:4] / f"{name}.sealed"


class SealedWriter:
    """Seals one file as it streams in: `write` any number of times, then `finish` or `abort`.

    As a context manager it aborts unless it was finished.
    """

    def __init__(self, path: Path, key: FileKey, binding: FileBinding) -> None:
        """Open the temporary file. Raises FileExistsError when this file is being written already."""
        self._path = path
        self._draft = path.with_name(path.name + UNFINISHED)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self._draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(handle, "wb")
        self._sealer = ChunkSealer(key, binding)
        self._digest = sha256()
        self._size = 0

    def write(self, data: bytes | memoryview) -> None:
        """Take the next plaintext, of any size."""
        self._file.write(self._sealer.update(bytes(data)))
        self._digest.update(data)
        self._size += len(data)

    def finish(self) -> Stored:
        """Write the last chunk, force it all to the disk, and only then give the file its name."""
        try:
            self._file.write(self._sealer.finish())
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._draft.rename(self._path)
            _sync_folder(self._path.parent)
        except BaseException:
            self.abort()
            raise
        return Stored(self._size, self._digest.digest())

    def abort(self) -> None:
        """Leave nothing behind. A finished file stays."""
        with suppress(OSError):  # the disk may be full: what is buffered is thrown away anyway
            self._file.close()
        self._draft.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abort()


class SealedFile(ChunkOpener):
    """A sealed file open for reading at any range; close it, or use it as a context manager."""

    def __init__(self, path: Path, key: FileKey, binding: FileBinding) -> None:
        self._handle = path.open("rb")
        try:
            super().__init__(key, binding, self._handle)
        except BaseException:
            self._handle.close()
            raise

    def close(self) -> None:
        self._handle.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_sealed_file(path: Path, key: FileKey, binding: FileBinding) -> SealedFile:
    """Open a stored file.

    Raises:
        FileNotFoundError: there is none.
        vault.crypto.errors.SealBroken: another key, file or compartment; or the file was cut or changed.
    """
    return SealedFile(path, key, binding)


def remove_sealed_file(path: Path) -> None:
    """Delete a file, finished or not; absent ones are fine. Its key must be destroyed as well."""
    path.unlink(missing_ok=True)
    path.with_name(path.name + UNFINISHED).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
