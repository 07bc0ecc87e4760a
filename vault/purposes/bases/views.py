"""The officer's pages of purposes: every book, and one purpose of one book."""

from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.roles.access import requires
from people.roles.permissions import Permission
from vault.purposes.bases.forms import BasisForm, NeedsForm
from vault.purposes.bases.models import BookBasis
from vault.purposes.bases.overview import ordered_rows, overview
from vault.purposes.bases.services import set_basis, set_needs
from vault.purposes.catalogue import Basis, Holding, Purpose, default_basis, purposes_of
from vault.purposes.codes import Why
from vault.purposes.needs import needed_in
from vault.records.errors import NotPossible
from vault.records.labels import HELD, HELD_LABELS
from vault.records.models import ClientBook
from vault.records.views import person


@require_GET
@requires(Permission.PURPOSE_MANAGE)
def purposes(request: HttpRequest) -> HttpResponse:
    """Every book, what it may be used for and what its people were told."""
    return render(request, "vault/purposes/purposes.html", {"books": overview()})


@require_http_methods(["GET", "POST"])
@requires(Permission.PURPOSE_MANAGE)
def basis(request: HttpRequest, book_id: UUID, purpose: str) -> HttpResponse:
    """Switch a purpose on or off, with what carries it and why."""
    book = ClientBook.objects.filter(pk=book_id).first()
    if book is None or purpose not in purposes_of(book.holding):
        raise Refused(ObjectType.BOOK, book_id, Action.PURPOSE_BASIS)
    chosen = Purpose(purpose)
    row = BookBasis.objects.filter(book=book, purpose=purpose).first()
    form = BasisForm(request.POST or None, purpose=chosen, initial=_initial(row, chosen))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            set_basis(
                actor=person(request),
                book_id=book_id,
                purpose=chosen,
                basis=Basis(data["basis"]),
                on=data["on"],
                why=Why(data["why"]),
                ask_sensitive=data["ask_sensitive"],
                recipients=data["recipients"],
                overseas=data["overseas"],
            )
        except NotPossible as refused:
            form.add_error(None, str(refused.message))
        else:
            return redirect("vault:purposes")
    context = {"form": form, "book": book, "purpose": chosen, "row": row}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "vault/purposes/basis.html", context, status=status)


@require_http_methods(["GET", "POST"])
@requires(Permission.PURPOSE_MANAGE)
def needs(request: HttpRequest, book_id: UUID) -> HttpResponse:
    """Which fields of a client each purpose of the book needs."""
    book = ClientBook.objects.filter(pk=book_id).first()
    if book is None:
        raise Refused(ObjectType.BOOK, book_id, Action.PURPOSE_BASIS)
    form = NeedsForm(request.POST or None, rows=ordered_rows(book))
    if request.method == "POST" and form.is_valid():
        try:
            set_needs(
                actor=person(request),
                book_id=book_id,
                needs=form.needs(),
                why=Why(form.cleaned_data["why"]),
            )
        except NotPossible as refused:
            form.add_error(None, str(refused.message))
        else:
            return redirect("vault:purposes")
    needed = needed_in(book_id)
    context = {
        "form": form,
        "book": book,
        "taken_in": [(HELD_LABELS[code], code in needed) for code in HELD],
        "own": book.holding == Holding.OWN,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "vault/purposes/needs.html", context, status=status)


def _initial(row: BookBasis | None, purpose: Purpose) -> dict[str, object]:
    if row is None:
        return {"on": False, "basis": default_basis(purpose)}
    names = ("on", "basis", "ask_sensitive", "recipients", "overseas")
    return {name: getattr(row, name) for name in names}
