"""The officers' pages: the register of disclosures, and the tracing of a leaked sheet."""

from dataclasses import dataclass
from http import HTTPStatus
from pathlib import PurePath
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action
from people.roles.access import requires
from people.roles.permissions import Permission
from people.scanning.services import Unclean
from vault.disclosures.exportfiles import NewFile
from vault.disclosures.lookups import MAX_COMPARED
from vault.disclosures.models import Export
from vault.disclosures.recipients import recipient_words
from vault.disclosures.register import read_register
from vault.disclosures.trace import trace as trace_sheet
from vault.disclosures.tracing import Evidence, Trace
from vault.disclosures.watching import handle_sighting
from vault.files.streams import as_stream
from vault.files.uploads import SealedUpload, SealingHandler
from vault.records.importing.problems import SheetError
from vault.records.views import person

BAD = HTTPStatus.UNPROCESSABLE_ENTITY
TRACE_LIMIT = 20 * 1024**2  # bytes
SHOWN = 20  # exports that held people of the sheet


@dataclass(frozen=True, slots=True)
class Named:
    """An export as the answer names it: to whom, by whom asked for, and what that rests on."""

    export: Export
    recipient: str
    evidence: Evidence
    odds: str


@require_GET
@requires(Permission.DISCLOSURE_READ)
@never_cache
def register(request: HttpRequest) -> HttpResponse:
    found = read_register(actor=person(request))
    return render(request, "vault/disclosures/register.html", {"register": found})


@require_POST
@requires(Permission.DISCLOSURE_READ)
def sighting_handled(request: HttpRequest, sighting_id: UUID) -> HttpResponse:
    with transaction.atomic():
        handle_sighting(actor=person(request), sighting_id=sighting_id)
    return redirect("vault:disclosures")


@csrf_exempt  # `_answer` checks: the check reads the form, which must find the sealing handler installed
@require_http_methods(["GET", "POST"])
@requires(Permission.DISCLOSURE_READ)
@never_cache
def trace(request: HttpRequest) -> HttpResponse:
    """Compare a sheet with the exports.

    It is sealed as it arrives under a key that enters no keyring, and is gone with this request, whatever
    becomes of it: no copy of the key outlives the process's memory.
    """
    if request.method != "POST":
        return _answer(request, None, None)
    file = NewFile(Action.EXPORT_TRACE)
    handler = SealingHandler(file.path, file.key, file.binding, limit=TRACE_LIMIT)
    request.upload_handlers = [handler]
    try:
        return _answer(request, file, handler)
    finally:
        handler.discard()


@csrf_protect
def _answer(request: HttpRequest, file: NewFile | None, handler: SealingHandler | None) -> HttpResponse:
    context: dict[str, object] = {"limit": TRACE_LIMIT // 1024**2}
    if file is None or handler is None:
        return render(request, "vault/disclosures/trace.html", context)
    received = request.FILES.get("file")
    if handler.too_large:
        context["problem"] = SheetError("sheet.size", limit=TRACE_LIMIT // 1024**2).message
    elif not isinstance(received, SealedUpload) or not received.size:
        context["problem"] = _("Choose a file.")
    else:
        try:
            with as_stream(file.open()) as stream:
                suffix = PurePath(received.name or "").suffix.lower()
                found = trace_sheet(actor=person(request), file=stream, filename=f"sheet{suffix}")
            context |= {"found": found, "named": named_words(found), "candidates": candidate_words(found)}
            context |= {"looked_at": looked_at_words(found), "unfinished": unfinished_words(found)}
            context |= {"mixed": mixed_words() if found.mixed else "", "left_out": left_out(found)}
        except (SheetError, Unclean) as error:
            context["problem"] = error.message
    return render(
        request,
        "vault/disclosures/trace.html",
        context,
        status=BAD if "problem" in context else HTTPStatus.OK,
    )


def named_words(found: Trace) -> list[Named]:
    """The exports that the marks name, with their recipients by name."""
    return [_named(finding.evidence, finding.accident) for finding in found.named]


def candidate_words(found: Trace) -> list[Named]:
    """The exports that held people whom no named one held; of a mixed sheet all that are concerned."""
    return [_named(evidence, 1.0) for evidence in found.candidates[:SHOWN]]


def left_out(found: Trace) -> int:
    """How many further exports held people of the sheet, beyond `candidate_words`."""
    return max(0, len(found.candidates) - SHOWN)


def looked_at_words(found: Trace) -> str:
    """How much of the file the answer rests on, and what to do about the rest."""
    rows = f"{found.seen:,}"
    if not found.cut:
        return _("Rows looked at: %(rows)s, on all sheets, hidden ones too.") % {"rows": rows}
    return _(
        "Only the first %(rows)s rows were looked at. The rest of the file was not: "
        "cut it into smaller files and trace each."
    ) % {"rows": rows}


def unfinished_words(found: Trace) -> list[str]:
    """What of the rows that were looked at the answer does not rest on."""
    words = []
    if found.long_cells:
        words.append(
            _("Cells that hold too much to be looked at whole, so that only their beginning was: %(count)s.")
            % {"count": f"{found.long_cells:,}"}
        )
    if found.uncompared:
        words.append(
            _("%(count)s people who may be in the sheet were not compared: one trace opens %(limit)s.")
            % {"count": f"{found.uncompared:,}", "limit": f"{MAX_COMPARED:,}"}
        )
    return words


def mixed_words() -> str:
    """What a sheet says whose marks and rows are of different exports."""
    return _(
        "Invented rows of one export stand among rows of another: somebody mixed lists. "
        "This names nobody. Each export concerned is listed with what of it is in the sheet."
    )


def _named(evidence: Evidence, accident: float) -> Named:
    export = Export.objects.select_related("requester", "colleague", "outsider").get(pk=evidence.export)
    odds = f"{min(1 / max(accident, 1e-12), 1e12):,.0f}"
    return Named(export, recipient_words(export), evidence, odds)
