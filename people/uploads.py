"""Small files in forms: held in memory until they are sealed, never in a temporary file of plaintext."""

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any

from django import forms
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from audit.actions import Action, ObjectType
from audit.coverage import page_code
from audit.entry import Entry
from people.scanning.services import Unclean, require_clean

LIMIT = 700 * 1024  # bytes: in base64 it still fits into one seal (vault.crypto.envelope)
# What a file is said by its first bytes; its name and the browser's word are not kept.
KINDS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
EXTENSIONS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}

View = Callable[..., HttpResponseBase]


class SmallFile(InMemoryUploadedFile):
    """A file of a form. `page` is where it was sent, as the log calls it."""

    page = ""


class InMemory(FileUploadHandler):
    """Keeps each file up to `limit` bytes in memory and reads a larger one away, leaving an empty file."""

    limit = LIMIT

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._parts = BytesIO()
        self._size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._size += len(raw_data)
        if self._size > self.limit:
            self._parts = BytesIO()
        else:
            self._parts.write(raw_data)

    def file_complete(self, file_size: int) -> SmallFile:
        self._parts.seek(0)
        file = SmallFile(self._parts, self.field_name, "proof", self.content_type, self._size, self.charset)
        if self.request is not None and self.request.resolver_match is not None:
            file.page = page_code(self.request.resolver_match.view_name)
        return file


def in_memory_uploads_by(handler: type[InMemory]) -> Callable[[View], View]:
    """Decorates a view with a file field: the handler is there before anything, the CSRF check included,
    reads the form. A file of more bytes than the handler's limit arrives empty, with the size that it had."""

    def decorate(view: View) -> View:
        protected = csrf_protect(view)

        @csrf_exempt
        @wraps(view)
        def outer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            request.upload_handlers = [handler(request)]
            return protected(request, *args, **kwargs)

        return outer

    return decorate


in_memory_uploads = in_memory_uploads_by(InMemory)


class ScannedField(forms.FileField):
    """What every form takes files by: one that the virus scanner does not pass is an error of the field, so
    that no view and no parser ever sees it."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if isinstance(file, UploadedFile):
            _scan(file)
        return file


def _scan(file: UploadedFile) -> None:  # type: ignore[type-arg]  # generic in the stubs alone
    page = file.page if isinstance(file, SmallFile) else ""
    entry = Entry(
        action=Action.REQUEST_REFUSE,
        object_type=ObjectType.PAGE,
        object_id=None,
        fields=(page,) if page else (),
    )
    try:
        require_clean(file.chunks(), entry)
    except Unclean as refused:
        raise forms.ValidationError(refused.message, code="unclean") from None
    file.seek(0)


def media_type_of(data: bytes) -> str:
    """What the bytes are, told from their beginning; "" for anything but PDF, JPEG and PNG."""
    return next((kind for start, kind in KINDS.items() if data.startswith(start)), "")
