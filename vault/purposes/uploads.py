"""Small proofs in forms, read as `people.uploads` holds them: never in a temporary file of plaintext."""

import base64
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from people.uploads import EXTENSIONS, LIMIT, media_type_of
from vault.records.errors import NotPossible


@dataclass(frozen=True, slots=True)
class Proof:
    """What shows that something was said: words, a scan, or both."""

    words: str = field(default="", repr=False)
    media_type: str = ""
    file: str = field(default="", repr=False)  # base64

    def __bool__(self) -> bool:
        return bool(self.words or self.file)


def proof_of(words: str, upload: Any) -> Proof:
    """What was typed and uploaded. Raises NotPossible: too large, or neither PDF, JPEG nor PNG."""
    if upload is None:
        return Proof(words)
    if upload.size > LIMIT:
        raise NotPossible(_("The file is larger than 700 KB. Nothing was kept; send a smaller scan."))
    data = upload.read()
    if media_type := media_type_of(data):
        return Proof(words, media_type, base64.b64encode(data).decode())
    raise NotPossible(_("The file is neither PDF, JPEG nor PNG. Nothing was kept."))


def attachment(data: bytes, media_type: str, name: UUID) -> HttpResponse:
    """A proof to be saved, never shown inside our pages; its name is the end of an id."""
    answer = HttpResponse(data, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name.hex[-8:]}.{EXTENSIONS[media_type]}"'
    return answer
