"""Receiving an upload: sealed as it arrives, so that no plaintext ever lies in Django's temporary files."""

from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from vault.crypto.chunks import FileBinding, FileKey
from vault.files.store import SealedWriter, Stored, remove_sealed_file


class SealedUpload(UploadedFile):  # type: ignore[type-arg]  # generic in the stubs alone
    """An upload that is stored already; `size` is that of the plaintext. It cannot be read from here."""

    stored: Stored


class SealingHandler(FileUploadHandler):
    """Seals the first file of a form into `path`; any other file of the form is read and thrown away.

    Call `discard` when the upload is not kept: whoever installs the handler does so in a `finally`, since a
    request may fail before its view has seen the file.
    """

    def __init__(self, path: Path, key: FileKey, binding: FileBinding, *, limit: int) -> None:
        """`limit` is in plaintext bytes; what is larger is not kept and `too_large` is set."""
        super().__init__()
        self._path, self._key, self._binding, self._limit = path, key, binding, limit
        self._writer: SealedWriter | None = None
        self._size = 0
        self.too_large = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self._writer is not None or self.too_large:
            raise SkipFile
        self._writer = SealedWriter(self._path, self._key, self._binding)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self._writer is not None
        self._size += len(raw_data)
        if self._size > self._limit:
            self.too_large = True
            self._writer.abort()
            raise SkipFile
        self._writer.write(raw_data)

    def file_complete(self, file_size: int) -> SealedUpload | None:
        if self.too_large or self._writer is None:
            return None
        upload = SealedUpload(name=self.file_name, content_type=self.content_type, size=self._size)
        upload.stored = self._writer.finish()
        return upload

    def upload_interrupted(self) -> None:
        self.discard()

    def discard(self) -> None:
        """Leave nothing of the upload."""
        if self._writer is not None:
            self._writer.abort()
            remove_sealed_file(self._path)
