"""Recording and looking at the sources of lists."""

from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.roles.access import requires
from people.roles.permissions import Permission
from people.uploads import in_memory_uploads
from vault.purposes.codes import SourceKind, Told
from vault.purposes.sources.forms import SourceForm
from vault.purposes.sources.opening import open_source
from vault.purposes.sources.services import record_source
from vault.purposes.uploads import attachment, proof_of
from vault.records.access import get_book
from vault.records.errors import NotPossible
from vault.records.views import person


@in_memory_uploads
@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_IMPORT)
@never_cache
def source_add(request: HttpRequest, book_id: UUID) -> HttpResponse:
    """Record where a list comes from, and go on to its upload."""
    user = person(request)
    book = get_book(user, book_id, Permission.CLIENT_IMPORT)
    form = SourceForm(request.POST or None, request.FILES or None, holding=book.holding)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            source = record_source(
                actor=user,
                book_id=book_id,
                kind=SourceKind(data["kind"]),
                collected_on=data["collected_on"],
                told=Told(data["told"]),
                given_by=data["given_by"],
                evidence=proof_of(data["words"], data["file"]),
            )
        except NotPossible as refused:
            form.add_error(None, str(refused.message))
        else:
            if source.usable:
                upload = reverse("vault:import_upload", args=[book_id])
                return redirect(f"{upload}?source={source.pk}")
            return redirect("vault:source", source.pk)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "vault/purposes/source_add.html", {"form": form, "book": book}, status=status)


@require_GET
@requires(Permission.CLIENT_IMPORT)
@never_cache
def source(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """One source with its sealed part open; an entry of the log."""
    found = open_source(actor=person(request), source_id=source_id)
    return render(request, "vault/purposes/source.html", {"found": found, "source": found.source})


@require_GET
@requires(Permission.CLIENT_IMPORT)
@never_cache
def source_file(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """The evidence, to be saved."""
    found = open_source(actor=person(request), source_id=source_id)
    if not found.data:
        raise Refused(ObjectType.SOURCE, source_id, Action.SOURCE_OPEN)
    return attachment(found.data, found.media_type, source_id)
