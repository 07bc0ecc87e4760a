"""Taking clients in from chats: paste, look, Enter."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people.accounts.models import User
from people.roles.access import requires
from people.roles.permissions import Permission
from vault.intake import services
from vault.intake.forms import IntakeForm, filled
from vault.intake.models import EnquiryBasis
from vault.intake.parsing import Parsed, parse
from vault.intake.sendback import reply
from vault.purposes.catalogue import Holding
from vault.purposes.needs import needless_in
from vault.purposes.notices.links import notice_link
from vault.records.access import which_books
from vault.records.errors import NotPossible
from vault.records.models import Client, ClientBook
from vault.records.reading import masked_rows
from vault.records.saving import OWNED
from vault.records.views import person

BAD = HTTPStatus.UNPROCESSABLE_ENTITY
SHOWN = 50
_CHOSEN = ("book", "basis", "source", "keep")


@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_CREATE)
@never_cache
def intake(request: HttpRequest) -> HttpResponse:
    """The page: a message, what it says, save. A POST with `read` or `pick`, or of a text that was not read
    yet, only reads it."""
    user = person(request)
    books = _books(user)
    if request.method == "GET":
        form = IntakeForm(books=books, needless=_needless(books, ""))
        return render(request, "vault/intake/intake.html", _page(user, form))
    form = IntakeForm(request.POST, books=books, needless=_needless(books, request.POST.get("book", "")))
    if "read" in request.POST or "pick" in request.POST or not form.was_seen():
        return _read(request, user, "vault/intake/intake.html")
    if not form.is_valid():
        return render(request, "vault/intake/intake.html", _again(user, form), status=BAD)
    data = form.cleaned_data
    taken = services.take_in(
        actor=user,
        book_id=data["book"].pk,
        draft=form.draft(),
        basis=EnquiryBasis(data["basis"]),
        another=data["another"],
    )
    if taken.client is not None:
        rows = masked_rows([taken.client], object_id=taken.client.book_id)
        # Rendered at once, without a redirect: the notice's address is shown this one time only.
        address = _notice_address(user, taken.client)
        context = {
            "row": rows[0],
            "reply": reply(address),
            "has_address": bool(address),
            "kept_out": form.kept_out(parse(data["message"])),
        }
        return render(request, "vault/intake/done.html", context)
    if taken.owned:
        form.add_error(None, OWNED)
    elif not taken.known:
        form.add_error(None, _("This client is in the book already."))
    context = _again(user, form) | {"known": masked_rows(taken.known), "owned": taken.owned}
    return render(request, "vault/intake/intake.html", context, status=BAD)


def _notice_address(user: User, client: Client) -> str:
    """Empty while the book has no notice: the page then says who publishes one."""
    try:
        return notice_link(user, client)
    except NotPossible:
        return ""


@require_POST
@requires(Permission.CLIENT_CREATE)
@never_cache
def read(request: HttpRequest) -> HttpResponse:
    """What the text says, for the part of the page beside it; nothing is kept."""
    return _read(request, person(request), "vault/intake/_understood.html")


@require_POST
@requires(Permission.CLIENT_EDIT)
def complete(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """The client was told, and the record is complete."""
    try:
        services.complete(actor=person(request), client_id=client_id)
    except NotPossible as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("Complete. The same rules now apply to this client as to any other."))
    return redirect("vault:client", client_id)


@require_GET
@requires(Permission.CLIENT_CREATE)
@never_cache
def unfinished(request: HttpRequest) -> HttpResponse:
    """What is still to be completed."""
    clients = list(services.unfinished(person(request))[:SHOWN])
    return render(request, "vault/intake/unfinished.html", {"rows": masked_rows(clients)})


def _read(request: HttpRequest, user: User, template: str) -> HttpResponse:
    message = request.POST.get("message", "")
    parsed = parse(message)
    at = _pick(request, len(parsed.candidates))
    chosen: dict[str, Any] = {name: request.POST[name] for name in _CHOSEN if name in request.POST}
    if chosen.get("basis") == request.POST.get("suggested"):
        chosen.pop("basis", None)  # it was read from the text before, and nobody's choice
    candidate = parsed.candidates[at] if parsed.candidates else None
    books = _books(user)
    form = IntakeForm(
        initial=filled(candidate, parsed, message, chosen),
        books=books,
        needless=_needless(books, chosen.get("book", "")),
    )
    context = _page(user, form, parsed) | {
        "candidates": parsed.candidates,
        "picked": at,
        "was_read": bool(message.strip()),
    }
    return render(request, template, context)


def _again(user: User, form: IntakeForm) -> dict[str, Any]:
    """The page of a form that could not be saved, with what was not understood of its message."""
    return _page(user, form, parse(form.data.get("message", "")))


def _pick(request: HttpRequest, count: int) -> int:
    number = request.POST.get("pick", "0")
    at = int(number) if number.isascii() and number.isdigit() and len(number) < 3 else 0
    return at if at < count else 0


def _books(user: User) -> Any:
    books = which_books(user, Permission.CLIENT_CREATE).filter(holding=Holding.OWN)
    return books.order_by("name", "id")


def _needless(books: Any, chosen: str) -> tuple[str, ...]:
    """What no purpose of the chosen book needs; of the first where none is chosen, as the form does."""
    ids = [book.pk for book in books]
    book_id = next((pk for pk in ids if str(pk) == chosen), ids[0] if ids else None)
    return needless_in(book_id) if book_id else ()


def _page(user: User, form: IntakeForm, parsed: Parsed | None = None) -> dict[str, Any]:
    books: list[ClientBook] = list(form.fields["book"].queryset)  # type: ignore[attr-defined]
    return {
        "form": form,
        "books": books,
        "parsed": parsed,
        "kept_out": form.kept_out(parsed) if parsed else "",
        "unfinished": services.unfinished(user).count(),
        "days": services.COMPLETE_WITHIN.days,
    }
