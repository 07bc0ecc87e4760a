"""Uploads as the upload page makes them, without the page."""

from audit.actions import Action
from vault.files.store import SealedWriter
from vault.records.importing.jobfiles import new_file
from vault.records.importing.models import ImportJob
from vault.records.importing.services import keep_upload
from vault.records.models import ClientBook


def upload(book: ClientBook, text: str, name: str = "名单.csv") -> ImportJob:
    file = new_file(book, Action.IMPORT_UPLOAD)
    with SealedWriter(file.path, file.key, file.binding) as writer:
        writer.write(text.encode())
        writer.finish()
    return keep_upload(actor=book.lead, file=file, file_name=name)
