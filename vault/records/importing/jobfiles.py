"""The sealed files of an import: the uploaded list, its outline, and the sheet of rows that failed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple
from uuid import UUID, uuid4, uuid5

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from vault.crypto.blind import IndexKey as TokenKey
from vault.crypto.chunks import FileBinding, FileKey
from vault.crypto.keywrap import KeyKind
from vault.files.store import SealedFile, file_path, open_sealed_file
from vault.files.streams import as_stream
from vault.keys.errors import KeyWithheld
from vault.keys.service import KeyDrafts, draft_keys, enter_keys, open_keys
from vault.records.books import index_keys
from vault.records.importing.models import ImportJob
from vault.records.importing.outline import Outline
from vault.records.labels import IndexLabel
from vault.records.models import ClientBook


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file about to be sealed. Its key is in no keyring yet: `keep` enters it."""

    book: ClientBook
    file_id: UUID
    key: FileKey
    drafts: KeyDrafts

    @property
    def path(self) -> Path:
        return file_path(self.file_id)

    @property
    def binding(self) -> FileBinding:
        return binding_of(self.book, self.file_id)

    def keep(self) -> None:
        """Enter the key, in the transaction that makes the file known."""
        enter_keys(self.drafts)


class JobFile(NamedTuple):
    """A file of a job with its open key."""

    path: Path
    key: FileKey
    binding: FileBinding


@dataclass(frozen=True, slots=True)
class OpenOutline:
    """An outline, and the book's key by which headings are remembered (see `remembering`)."""

    outline: Outline
    remembering: TokenKey


def new_file(book: ClientBook, action: Action) -> NewFile:
    """A new file of the book. The access to the book's key is logged as `action`."""
    file_id = uuid4()
    entry = Entry(
        action=action,
        object_type=ObjectType.BOOK,
        object_id=book.pk,
        deal=book.deal_id,
        keys=(book.key_id,),
    )
    opened = open_keys(record_read(entry), entry.keys)
    drafts = draft_keys(KeyKind.FILE, [file_id], parent=opened[book.key_id])
    [made] = drafts.opened.values()
    assert isinstance(made.key, FileKey)
    return NewFile(book, file_id, made.key, drafts)


def binding_of(book: ClientBook, file_id: UUID) -> FileBinding:
    return FileBinding(file_id.bytes, book.pk.bytes)


def outline_id(file_id: UUID) -> UUID:
    """The id of the outline that lies beside an uploaded list."""
    return uuid5(file_id, "outline")


def job_file(job: ImportJob, action: Action, *, bad_rows: bool = False) -> JobFile:
    """The uploaded list, or the sheet of bad rows, after a log entry that releases its key.

    Raises:
        KeyWithheld: the file was destroyed, or the book is locked.
    """
    file_id = job.bad_file_id if bad_rows else job.file_id
    key_id = job.bad_file_key if bad_rows else job.file_key
    if file_id is None or key_id is None:
        raise KeyWithheld(1)
    entry = _entry(job, action, key_id)
    key = open_keys(record_read(entry), entry.keys)[key_id].key
    if not isinstance(key, FileKey):
        raise KeyWithheld(1)
    return JobFile(file_path(file_id), key, binding_of(job.book, file_id))


def open_job_file(job: ImportJob, action: Action, *, bad_rows: bool = False) -> SealedFile:
    """As `job_file`, open to be read."""
    return open_sealed_file(*job_file(job, action, bad_rows=bad_rows))


@contextmanager
def uploaded_list(job: ImportJob) -> Iterator[BinaryIO]:
    """The uploaded list as a stream."""
    with as_stream(open_job_file(job, Action.IMPORT_READ)) as stream:
        yield stream


def open_outline(job: ImportJob) -> OpenOutline:
    """The outline of a checked list, under one entry that also releases the book's key for remembering.

    Raises:
        KeyWithheld: the file was destroyed, or the book is locked.
    """
    if job.file_id is None or job.file_key is None:
        raise KeyWithheld(1)
    keys = index_keys(job.book).items()  # those in force first
    remembering = next(key_id for signed, key_id in keys if abs(signed) == IndexLabel.UNIQUE)
    entry = _entry(job, Action.IMPORT_READ, job.file_key, remembering)
    opened = open_keys(record_read(entry), entry.keys)
    key, tokens = opened[job.file_key].key, opened[remembering].key
    if not isinstance(key, FileKey) or not isinstance(tokens, TokenKey):
        raise KeyWithheld(1)
    kept = outline_id(job.file_id)
    with open_sealed_file(file_path(kept), key, binding_of(job.book, kept)) as file:
        return OpenOutline(Outline.from_bytes(b"".join(file)), tokens)


def _entry(job: ImportJob, action: Action, *keys: int) -> Entry:
    return Entry(
        action=action,
        object_type=ObjectType.IMPORT_JOB,
        object_id=job.pk,
        deal=job.book.deal_id,
        keys=(job.book.key_id, *keys),
    )
