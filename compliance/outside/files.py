"""The sealed files of outside audits, each under a key of its own in the slice's compartment.

An uploaded file is a stranger's: what it is is told from its first bytes, and it is opened once, in the
process without keys that draws pages for the viewer; what that cannot open is not taken in. What the house
answers with must be masked: a document in whose own text a number of somebody or an address stands is
refused, since an auditor's seat shows none. Names cannot be found that way; whoever answers is told so.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from compliance.outside.codes import FileKind
from compliance.outside.evidence import EvidenceRequest, OutsideFile
from compliance.outside.models import OutsideAudit
from compliance.outside.texts import outside_keys
from deals.files.sniffing import MediaType
from deals.viewer.rendering import Unshowable, count_pages, in_memory, read_outlines
from people.accounts.models import User
from people.uploads import EXTENSIONS, InMemory, media_type_of
from vault.crypto.chunks import FileBinding, FileKey
from vault.crypto.keywrap import KeyKind
from vault.files.store import SealedFile, SealedWriter, file_path, open_sealed_file
from vault.keys.errors import KeyWithheld
from vault.keys.service import KeyDrafts, draft_keys, enter_keys, open_keys
from vault.records.errors import NotPossible

LIMIT = 20 * 1024 * 1024  # bytes of one upload
MOST_READ = 200  # pages whose text is looked through
_AT_ONCE = 20  # pages
# A number of a person or account has eleven digits or more; the digits of dates and amounts are fewer.
_NUMBER = re.compile(r"\d(?:[\s-]?\d){10,}[\dXx]?")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


class EvidenceInMemory(InMemory):
    """Uploads of this slice are larger than a proof: they are sealed in pieces."""

    limit = LIMIT


@dataclass(frozen=True, slots=True)
class Checked:
    """An upload that may be taken in."""

    data: bytes
    extension: str
    pages: int


def checked(data: bytes, *, size: int, pdf_only: bool = False) -> Checked:
    """Raises NotPossible: none, too large, of another type, damaged or hostile."""
    if size > LIMIT:
        raise NotPossible(_("A file has at most %(count)d MB.") % {"count": LIMIT // 1024**2})
    kind = media_type_of(data)
    if not kind or (pdf_only and kind != "application/pdf"):
        raise NotPossible(
            _("This must be a PDF.") if pdf_only else _("This must be a PDF or a picture (PNG, JPEG).")
        )
    try:
        pages = count_pages([data], MediaType(kind))
    except Unshowable:
        raise NotPossible(_("The file is damaged or cannot be opened safely. Nothing was kept.")) from None
    return Checked(data, EXTENSIONS[kind], pages)


def refuse_unmasked(file: Checked) -> None:
    """Raises NotPossible where its own text holds a number of somebody or an address, or is too long to be
    looked through."""
    if file.extension != "pdf":
        return
    if file.pages > MOST_READ:
        raise NotPossible(_("At most %(count)d pages: split the document.") % {"count": MOST_READ})
    try:
        found = any(has_personal_data(page) for page in _texts(file))
    except Unshowable:
        raise NotPossible(_("The file is damaged or cannot be opened safely. Nothing was kept.")) from None
    if found:
        raise NotPossible(
            _(
                "The document holds a number of somebody or an address. Redact it first: auditors see"
                " masks only."
            )
        )


def has_personal_data(words: str) -> bool:
    """Whether there is a number as long as one of a phone, an identity card or an account, or an address."""
    guarded = unicodedata.normalize("NFKC", words)
    return bool(_NUMBER.search(guarded) or _ADDRESS.search(guarded))


def _texts(file: Checked) -> Iterator[str]:
    with in_memory([file.data]) as handle:
        for first in range(1, file.pages + 1, _AT_ONCE):
            for page in read_outlines(handle, MediaType.PDF, first, _AT_ONCE):
                yield "".join(chr(one.code) for one in page.characters if one.code < 0x110000)


class NewFile:
    """A file about to be sealed. Its key is in no keyring until `keep`: without it, nobody opens it again."""

    def __init__(self, action: Action, audit: OutsideAudit) -> None:
        keys = outside_keys()
        self.file_id = uuid4()
        entry = Entry(
            action=action, object_type=ObjectType.OUTSIDE_AUDIT, object_id=audit.pk, keys=(keys.key_id,)
        )
        parent = open_keys(record_read(entry), entry.keys)[keys.key_id]
        self._drafts: KeyDrafts = draft_keys(KeyKind.FILE, [self.file_id], parent=parent)
        [made] = self._drafts.opened.values()
        if not isinstance(made.key, FileKey):
            raise TypeError("a file is sealed under a file key")
        self.key = made.key
        self._binding = FileBinding(self.file_id.bytes, keys.compartment.bytes)

    def write(self, content: bytes | memoryview) -> None:
        with SealedWriter(file_path(self.file_id), self.key, self._binding) as writer:
            writer.write(content)
            writer.finish()

    def keep(self) -> None:
        """Enter the key, in the transaction that makes the file known."""
        enter_keys(self._drafts)


def store(
    audit: OutsideAudit,
    file: Checked,
    *,
    kind: FileKind,
    by: User,
    request: EvidenceRequest | None = None,
) -> OutsideFile:
    """In the caller's transaction."""
    new = NewFile(Action.OUTSIDE_WRITE, audit)
    new.write(file.data)
    new.keep()
    return OutsideFile.objects.create(
        id=new.file_id,
        audit=audit,
        request=request,
        kind=kind,
        extension=file.extension,
        size=len(file.data),
        digest=sha256(file.data).digest(),
        pages=file.pages,
        key_id=new.key.key_id,
        by=by,
    )


def open_file(
    action: Action, object_type: ObjectType, object_id: UUID, file_id: UUID, key_id: int
) -> SealedFile:
    """After the entry of the taking. Raises KeyWithheld, LogUnavailable."""
    keys = outside_keys()
    named = (keys.key_id, key_id)
    entry = Entry(action=action, object_type=object_type, object_id=object_id, keys=named)
    key = open_keys(record_read(entry), named)[key_id].key
    if not isinstance(key, FileKey):
        raise KeyWithheld(1)
    return open_sealed_file(file_path(file_id), key, FileBinding(file_id.bytes, keys.compartment.bytes))


def name_of(file: OutsideFile, place: int) -> str:
    """What a file is called outside: made of numbers alone."""
    number = file.request.number if file.request is not None else 0
    return f"{number:03}-{place:02}-{file.kind}.{file.extension}" if number else f"report.{file.extension}"
