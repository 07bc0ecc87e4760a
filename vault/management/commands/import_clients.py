"""manage.py import_clients FILE --book ID --as USER [--source-kind KIND ...] [--json]

The Data Security Law (article 33) wants the source of every list on record, so each import records one.
Without the options it is what the book itself says: collected by ourselves, or entrusted by the principal of
the deal; given by the person who imports; collected today; the people are yet to be told.
"""

import json
import time
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action
from audit.origin import Origin, acting_as
from audit.refusals import Refused, record
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.files.store import SealedWriter, remove_sealed_file
from vault.purposes.catalogue import Holding
from vault.purposes.codes import SourceKind, Told
from vault.purposes.needs import needless_in
from vault.purposes.sources.models import ListSource
from vault.purposes.sources.services import record_source, require_source
from vault.purposes.uploads import Proof
from vault.records.access import get_book
from vault.records.errors import NotPossible
from vault.records.importing.checking import check_upload
from vault.records.importing.headings import column_letters
from vault.records.importing.jobfiles import new_file, open_outline
from vault.records.importing.models import ImportJob, ImportState
from vault.records.importing.needless import needless_columns, without
from vault.records.importing.outline import Proposal
from vault.records.importing.plan import Plan
from vault.records.importing.problems import SheetError
from vault.records.importing.remembering import remembered
from vault.records.importing.running import run_import
from vault.records.importing.services import keep_upload, start_import
from vault.records.importing.sheets import SIZE_LIMIT
from vault.records.importing.tasks import discard
from vault.records.models import ClientBook

_PIECE = 1024 * 1024
_WAIT = 0.2  # seconds


class Command(BaseCommand):
    help = "Import a list of clients into a book, as a member of staff who may do so in the browser too."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--book", type=UUID, required=True)
        parser.add_argument("--as", dest="person", required=True, help="the person's sign-in name")
        parser.add_argument("--source-kind", choices=SourceKind.values, help="default: as the book's holding")
        parser.add_argument("--source-given-by", help="who gave the list; default: the person")
        parser.add_argument("--source-collected", type=date.fromisoformat, help="default: today")
        parser.add_argument("--source-told", choices=Told.values, default=Told.NOT_YET)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(username__iexact=options["person"], is_active=True).first()
        if person is None:
            raise CommandError(_("There is no open account of this name."))
        with acting_as(Origin(actor=person.pk)):
            try:
                job = self._import(person, options["book"], options["file"], options)
            except Refused as refused:
                record(refused)
                raise CommandError(_("There is no such client book for this person.")) from None
            except (SheetError, NotPossible) as error:
                raise CommandError(str(error.message)) from None
        result = {name: getattr(job, name) for name in ("state", "added", "present", "bad")}
        if options["json"]:
            self.stdout.write(json.dumps({"job": str(job.pk), **result}))
        else:
            self.stdout.write(_("%(added)d added, %(present)d there already, %(bad)d failed.") % result)
        if job.problem:
            raise CommandError(job.flaw_in_words or str(job.get_problem_display()))

    def _import(self, person: User, book_id: UUID, path: Path, options: dict[str, Any]) -> ImportJob:
        book = get_book(person, book_id, Permission.CLIENT_IMPORT)
        if not path.is_file():
            raise CommandError(_("There is no such file."))
        if path.stat().st_size > SIZE_LIMIT:
            raise SheetError("sheet.size", limit=SIZE_LIMIT // 1024**2)
        origin = _source(person, book, options)
        file = new_file(book, Action.IMPORT_UPLOAD)
        try:
            with path.open("rb") as source, SealedWriter(file.path, file.key, file.binding) as writer:
                while piece := source.read(_PIECE):
                    writer.write(piece)
                writer.finish()
            job = keep_upload(actor=person, file=file, file_name=path.name, source_id=origin.pk)
        except BaseException:
            remove_sealed_file(file.path)
            raise
        job = self._checked(job)
        if job.has_ended:
            return job
        opened = open_outline(job)
        proposal = opened.outline.propose(remembered=remembered(book, opened))
        start_import(actor=person, job_id=job.pk, plan=self._needed(book, proposal), opened=opened)
        while not job.has_ended:
            run_import(job.pk)  # here, unless a worker was faster: then it returns at once
            time.sleep(_WAIT)
            job.refresh_from_db()
        discard.delay(str(job.pk))  # destroying the sealed copy needs the worker's login
        return job

    def _needed(self, book: ClientBook, proposal: Proposal) -> Plan:
        """The plan without what no purpose of the book needs; which columns that leaves out is said."""
        beyond = needless_columns(proposal, needless_in(book.pk))
        if beyond:
            columns = ", ".join(map(column_letters, sorted(beyond)))
            self.stderr.write(
                _("Left out, because no purpose of this book needs it: column %(columns)s.")
                % {"columns": columns}
            )
        return without(proposal, beyond).plan

    def _checked(self, job: ImportJob) -> ImportJob:
        """Here, unless a worker was faster."""
        while job.state == ImportState.CHECKING:
            check_upload(job.pk)
            job.refresh_from_db()
        return job


def _source(person: User, book: ClientBook, options: dict[str, Any]) -> ListSource:
    """Recorded as the options say. Raises NotPossible: among others, a bought list waits for an officer."""
    usual = SourceKind.ENTRUSTED if book.holding == Holding.ENTRUSTED else SourceKind.OWN
    source = record_source(
        actor=person,
        book_id=book.pk,
        kind=SourceKind(options["source_kind"] or usual),
        collected_on=options["source_collected"] or timezone.localdate(),
        told=Told(options["source_told"]),
        given_by=options["source_given_by"] or person.display_name,
        evidence=Proof(),
    )
    return require_source(book, source.pk)
