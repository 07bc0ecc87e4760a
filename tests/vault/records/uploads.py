"""Uploads as the upload page makes them, without the page."""

from datetime import date

from audit.actions import Action
from vault.files.store import SealedWriter
from vault.purposes.catalogue import Holding
from vault.purposes.codes import SourceKind, Told
from vault.purposes.sources.models import ListSource
from vault.purposes.sources.services import record_source
from vault.purposes.uploads import Proof
from vault.records.importing.jobfiles import new_file, open_outline
from vault.records.importing.models import ImportJob
from vault.records.importing.services import keep_upload, start_import
from vault.records.models import ClientBook


def source_of(book: ClientBook, **more: object) -> ListSource:
    """A recorded source of lists for the book."""
    entrusted = book.holding == Holding.ENTRUSTED
    facts: dict[str, object] = {
        "kind": SourceKind.ENTRUSTED if entrusted else SourceKind.OWN,
        "collected_on": date(2026, 1, 5),
        "told": Told.NOTICE,
        "given_by": "前台",
        "evidence": Proof(),
    }
    return record_source(actor=book.lead, book_id=book.pk, **facts | more)  # type: ignore[arg-type]


def upload(book: ClientBook, text: str, name: str = "名单.csv") -> ImportJob:
    file = new_file(book, Action.IMPORT_UPLOAD)
    with SealedWriter(file.path, file.key, file.binding) as writer:
        writer.write(text.encode("utf-8", "surrogateescape"))
        writer.finish()
    return keep_upload(actor=book.lead, file=file, file_name=name, source_id=source_of(book).pk)


def start(job: ImportJob) -> ImportJob:
    """Start an import as its list says itself."""
    opened = open_outline(job)
    return start_import(actor=job.actor, job_id=job.pk, plan=opened.outline.propose().plan, opened=opened)
