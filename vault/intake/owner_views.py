"""Whose client it is: the public pool, claiming and giving, duplicate claims, the rules of a book."""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people.accounts.models import User
from people.roles.access import requires
from people.roles.permissions import Permission
from vault.intake import duplicates, handover, ownership, pool
from vault.intake.forms import AssignForm, HandOverForm, RuleForm
from vault.purposes.catalogue import Holding
from vault.records.access import get_client, which_books
from vault.records.errors import NotPossible
from vault.records.reading import masked_rows
from vault.records.views import person

BAD = HTTPStatus.UNPROCESSABLE_ENTITY
SHOWN = 100


@require_GET
@requires(Permission.CLIENT_EDIT)
@never_cache
def public_pool(request: HttpRequest) -> HttpResponse:
    """Clients without an owner, masked, in the books in which the person works."""
    user = person(request)
    books = list(which_books(user, Permission.CLIENT_EDIT).filter(holding=Holding.OWN).order_by("name", "id"))
    chosen = next((book for book in books if str(book.pk) == request.GET.get("book")), None)
    page = pool.pool_page(
        actor=user,
        book=chosen.pk if chosen else None,
        after=_uuid(request, "after"),
        before=_uuid(request, "before"),
    )
    return render(request, "vault/intake/pool.html", {"page": page, "books": books, "chosen": chosen})


@require_POST
@requires(Permission.CLIENT_EDIT)
def claim(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Take a client out of the pool."""
    user = person(request)
    get_client(user, client_id, Permission.CLIENT_EDIT)
    done = _try(
        request,
        lambda: ownership.claim_client(actor=user, client_id=client_id),
        _("The client is yours now."),
    )
    return redirect("vault:client", client_id) if done else redirect("vault:pool")


@require_POST
@requires(Permission.CLIENT_EDIT)
def release(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Give a client back to the pool."""
    user = person(request)
    _try(
        request,
        lambda: ownership.release_client(actor=user, client_id=client_id),
        _("The client lies in the public pool."),
    )
    return redirect("vault:client", client_id)


@require_POST
@requires(Permission.BOOK_MANAGE)
def assign(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """A manager gives the client to a colleague."""
    user = person(request)
    client = get_client(user, client_id, Permission.BOOK_MANAGE)
    form = AssignForm(request.POST, workers=ownership.workers(client.book))
    if form.is_valid():
        to: User = form.cleaned_data["to"]
        _try(
            request,
            lambda: ownership.assign_client(actor=user, client_id=client_id, to=to),
            _("The client has another owner now."),
        )
    else:
        messages.error(request, _("Choose who is to own the client."))
    return redirect("vault:client", client_id)


@require_http_methods(["GET", "POST"])
@requires(Permission.BOOK_MANAGE)
def rule(request: HttpRequest, book_id: UUID) -> HttpResponse:
    """How long the clients of a book are somebody's."""
    user = person(request)
    book = ownership.get_own_book(user, book_id)
    form = RuleForm(request.POST or None, instance=ownership.rule_of(book_id))
    if request.method == "POST" and form.is_valid():
        ownership.set_rule(actor=user, book_id=book_id, **form.cleaned_data)
        messages.success(request, _("The rule holds for clients who become somebody's from now on."))
        return redirect("vault:book", book_id)
    status = BAD if form.is_bound else HTTPStatus.OK
    return render(request, "vault/intake/rule.html", {"book": book, "form": form}, status=status)


@require_GET
@requires(Permission.CLIENT_VIEW)
@never_cache
def duplicate_claims(request: HttpRequest) -> HttpResponse:
    """Who saved a client of the person's, or of a book that they lead."""
    user = person(request)
    found = duplicates.which_duplicates(user).select_related(
        "client__book", "client__assigned", "asker", "owner"
    )
    shown = list(found.order_by("-at")[:SHOWN])
    clients = {one.client_id: one.client for one in shown}
    rows = {row.client.pk: row for row in masked_rows(list(clients.values()))}
    waiting = set(duplicates.unseen(user).values_list("pk", flat=True))
    lines = [(one, rows[one.client_id], one.pk in waiting) for one in shown]
    return render(request, "vault/intake/duplicates.html", {"lines": lines})


@require_POST
@requires(Permission.CLIENT_VIEW)
def duplicate_seen(request: HttpRequest, duplicate_id: UUID) -> HttpResponse:
    """Put a duplicate claim aside."""
    duplicates.note_duplicate(actor=person(request), duplicate_id=duplicate_id)
    return redirect("vault:duplicates")


@require_http_methods(["GET", "POST"])
@requires(Permission.BOOK_MANAGE)
def hand_over(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """What somebody leaves, book by book, and whose it becomes."""
    user = person(request)
    leaver, left, loads = handover.left_by(actor=user, leaver_id=user_id)
    parts = []
    for one in left:
        mine = request.method == "POST" and request.POST.get("book") == str(one.book.pk)
        form = HandOverForm(
            request.POST if mine else None,
            workers=ownership.workers(one.book).exclude(pk=user_id),
            has_pool=one.has_pool,
            prefix=str(one.book.pk),
        )
        if mine and form.is_valid():
            done = handover.hand_over(
                actor=user, leaver_id=user_id, book_id=one.book.pk, to=list(form.cleaned_data["to"]),
                kind=form.cleaned_data["kind"],
            )  # fmt: skip
            messages.success(request, _handed_over_in_words(done))
            rest = sum(other.clients + other.others for other in left) - done.clients - done.others
            return redirect("vault:handover", user_id) if rest else redirect("vault:clients")
        parts.append((one, form))
    status = BAD if any(form.is_bound for _left, form in parts) else HTTPStatus.OK
    context = {
        "leaver": leaver,
        "parts": parts,
        "loads": loads,
        "has_left": handover.leavers(user).filter(pk=user_id).exists(),
    }
    return render(request, "vault/intake/handover.html", context, status=status)


def _handed_over_in_words(done: handover.HandedOver) -> str:
    words = ngettext("%(count)d client was handed over.", "%(count)d clients were handed over.", done.clients)
    said = [words % {"count": done.clients}]
    if done.others:
        words = ngettext(
            "%(count)d follow-up about a client of others or of nobody was handed over.",
            "%(count)d follow-ups about clients of others or of nobody were handed over.",
            done.others,
        )
        said.append(words % {"count": done.others})
    return " ".join(said)


def _try(request: HttpRequest, work: Callable[[], None], said: str | Promise) -> bool:
    try:
        work()
    except NotPossible as refused:
        messages.error(request, str(refused.message))
        return False
    messages.success(request, str(said))
    return True


def _uuid(request: HttpRequest, name: str) -> UUID | None:
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None
