"""Importing a list: drop a file, look at what was recognised, start, watch, take the bad rows back."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from itertools import islice
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.roles.access import requires
from people.roles.permissions import Permission
from vault.files.store import SealedFile
from vault.files.uploads import SealedUpload, SealingHandler
from vault.masking.masks import mask
from vault.records.access import get_book, which_books
from vault.records.errors import NotPossible
from vault.records.importing.access import get_job, which_jobs
from vault.records.importing.headings import Field
from vault.records.importing.jobfiles import NewFile, new_file, open_job_file, uploaded_list
from vault.records.importing.models import ImportJob, ImportProblem, ImportState
from vault.records.importing.problems import SheetError
from vault.records.importing.rows import ParsedRow, parse_rows
from vault.records.importing.services import cancel_import, drop_bad_rows, keep_upload, start_import
from vault.records.importing.sheets import SIZE_LIMIT, read_sheet
from vault.records.labels import FIELD_LABELS
from vault.records.labels import Field as SealedField
from vault.records.models import ClientBook
from vault.records.views import person

SAMPLE = 5  # rows shown before the import is started
BAD = HTTPStatus.UNPROCESSABLE_ENTITY
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_COLUMNS = {
    Field.KIND: gettext_lazy("Kind"),
    Field.SOURCE: gettext_lazy("Source"),
    Field.PURPOSE: gettext_lazy("Purpose"),
}


@require_GET
@requires(Permission.CLIENT_IMPORT)
def imports(request: HttpRequest) -> HttpResponse:
    """Choose a book, and see one's imports."""
    user = person(request)
    context = {
        "books": list(which_books(user, Permission.CLIENT_IMPORT).order_by("name", "id")),
        "jobs": list(which_jobs(user).order_by("-created_at")[:50]),
    }
    return render(request, "vault/importing/imports.html", context)


@csrf_exempt  # `_receive` checks: the check reads the form, which must find the sealing handler installed
@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_IMPORT)
@never_cache
def upload(request: HttpRequest, book_id: UUID) -> HttpResponse:
    """Take a list in, sealed as it arrives; nothing of it stays unless it can be imported."""
    book = get_book(person(request), book_id, Permission.CLIENT_IMPORT)
    if request.method != "POST":
        return _receive(request, book, None, None)
    file = new_file(book, Action.IMPORT_UPLOAD)
    handler = SealingHandler(file.path, file.key, file.binding, limit=SIZE_LIMIT)
    request.upload_handlers = [handler]
    try:
        answer = _receive(request, book, file, handler)
    except BaseException:
        handler.discard()
        raise
    if answer.status_code != HTTPStatus.FOUND:
        handler.discard()
    return answer


@csrf_protect
def _receive(
    request: HttpRequest, book: ClientBook, file: NewFile | None, handler: SealingHandler | None
) -> HttpResponse:
    problem = ""
    if file is not None and handler is not None:
        received = request.FILES.get("file")
        # The form's last field: without it the request ended early, and so did the file.
        if "whole" not in request.POST:
            problem = _("The upload was cut off. Nothing was kept; send the file again.")
        elif handler.too_large:
            problem = SheetError("sheet.size", limit=SIZE_LIMIT // 1024**2).message
        elif not isinstance(received, SealedUpload) or not received.size:
            problem = SheetError("sheet.empty").message if received else _("Choose a file.")
        else:
            try:
                job = keep_upload(actor=person(request), file=file, file_name=received.name or "")
                return redirect("vault:import_job", job.pk)
            except SheetError as error:
                problem = error.message
    context = {"book": book, "problem": problem, "limit": SIZE_LIMIT // 1024**2}
    return render(request, "vault/importing/upload.html", context, status=BAD if problem else 200)


@dataclass(frozen=True, slots=True)
class Preview:
    """What was recognised: per column its heading, what it becomes, and masks of the first rows."""

    columns: list[tuple[str, str, list[str]]]
    warnings: list[str]


@require_GET
@requires(Permission.CLIENT_IMPORT)
@never_cache
def job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """One import: what will be imported, how far it is, or what came of it."""
    found = get_job(person(request), job_id)
    preview = _preview(found) if found.state == ImportState.UPLOADED else None
    context = {"job": found, "preview": preview, **_progress(found)}
    return render(request, "vault/importing/job.html", context)


@require_GET
@requires(Permission.CLIENT_IMPORT)
@never_cache
def progress(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The progress bar alone; once the job has ended, htmx is told to load the page anew."""
    found = get_job(person(request), job_id)
    answer = render(request, "vault/importing/_progress.html", {"job": found, **_progress(found)})
    if found.has_ended:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@requires(Permission.CLIENT_IMPORT)
def start(request: HttpRequest, job_id: UUID) -> HttpResponse:
    start_import(actor=person(request), job_id=job_id)
    return redirect("vault:import_job", job_id)


@require_POST
@requires(Permission.CLIENT_IMPORT)
def cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    with suppress(NotPossible):  # it has ended meanwhile, and the page says how
        cancel_import(actor=person(request), job_id=job_id)
    return redirect("vault:import_job", job_id)


@require_GET
@requires(Permission.CLIENT_IMPORT)
@never_cache
def bad_rows(request: HttpRequest, job_id: UUID) -> StreamingHttpResponse:
    """The sheet of rows that failed, opened as it is sent."""
    found = get_job(person(request), job_id, Action.IMPORT_DOWNLOAD)
    if found.bad_file_id is None:
        raise Refused(ObjectType.IMPORT_JOB, job_id, Action.IMPORT_DOWNLOAD)
    file = open_job_file(found, Action.IMPORT_DOWNLOAD, bad_rows=True)
    answer = StreamingHttpResponse(_pieces(file), content_type=_XLSX)
    answer["Content-Length"] = str(file.size)
    answer["Content-Disposition"] = f'attachment; filename="rows-{found.pk.hex[-8:]}.xlsx"'
    return answer


@require_POST
@requires(Permission.CLIENT_IMPORT)
def discard_bad_rows(request: HttpRequest, job_id: UUID) -> HttpResponse:
    drop_bad_rows(actor=person(request), job_id=job_id)
    return redirect("vault:import_job", job_id)


def _pieces(file: SealedFile) -> Iterator[bytes]:
    with file:
        yield from file


def _preview(found: ImportJob) -> Preview:
    with uploaded_list(found) as stream:
        sheet = read_sheet(stream, found.extension)
        rows = list(islice((row for row in parse_rows(sheet) if isinstance(row, ParsedRow)), SAMPLE))
    columns = [
        (sheet.headings[column], _meaning(name), [mask(name.value, row.values.get(name, "")) for row in rows])
        for name, column in sheet.columns.fields.items()
    ]
    columns += [
        (heading, _("Extra field"), [mask("extra", row.extras.get(heading, "")) for row in rows])
        for heading in sheet.columns.extras
    ]
    return Preview(columns, [warning.message for warning in sheet.warnings])


def _meaning(name: Field) -> str:
    return str(_COLUMNS[name] if name in _COLUMNS else FIELD_LABELS[SealedField(name.value)])


def _progress(found: ImportJob) -> dict[str, object]:
    return {
        "running": found.state == ImportState.RUNNING,
        "failed": found.state == ImportState.FAILED,
        "problem": ImportProblem(found.problem).label if found.problem else "",
    }
