"""Small proofs in forms: held in memory until they are sealed, never in a temporary file of plaintext."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from io import BytesIO
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from vault.records.errors import NotPossible

LIMIT = 700 * 1024  # bytes: in base64 it still fits into one seal (vault.crypto.envelope)
# What a file is said by its first bytes; its name and the browser's word are not kept.
_KINDS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
EXTENSIONS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Proof:
    """What shows that something was said: words, a scan, or both."""

    words: str = field(default="", repr=False)
    media_type: str = ""
    file: str = field(default="", repr=False)  # base64

    def __bool__(self) -> bool:
        return bool(self.words or self.file)


class InMemory(FileUploadHandler):
    """Keeps each file up to LIMIT bytes in memory and reads a larger one away, leaving an empty file."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._parts = BytesIO()
        self._size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._size += len(raw_data)
        if self._size > LIMIT:
            self._parts = BytesIO()
        else:
            self._parts.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self._parts.seek(0)
        return InMemoryUploadedFile(
            self._parts, self.field_name, "proof", self.content_type, self._size, self.charset
        )


def in_memory_uploads(view: View) -> View:
    """Decorates a view with a file field: the handler is there before anything, the CSRF check included,
    reads the form."""
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def outer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.upload_handlers = [InMemory(request)]
        return protected(request, *args, **kwargs)

    return outer


def proof_of(words: str, upload: Any) -> Proof:
    """What was typed and uploaded. Raises NotPossible: too large, or neither PDF, JPEG nor PNG."""
    if upload is None:
        return Proof(words)
    if upload.size > LIMIT:
        raise NotPossible(_("The file is larger than 700 KB. Nothing was kept; send a smaller scan."))
    data = upload.read()
    for start, media_type in _KINDS.items():
        if data.startswith(start):
            return Proof(words, media_type, base64.b64encode(data).decode())
    raise NotPossible(_("The file is neither PDF, JPEG nor PNG. Nothing was kept."))


def attachment(data: bytes, media_type: str, name: UUID) -> HttpResponse:
    """A proof to be saved, never shown inside our pages; its name is the end of an id."""
    answer = HttpResponse(data, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name.hex[-8:]}.{EXTENSIONS[media_type]}"'
    return answer
