"""Adding and changing clients, opening books and letting people into them."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.access import requires
from people.roles.permissions import Permission
from vault.keys.freezing import frozen_among
from vault.purposes.catalogue import Holding, Purpose
from vault.purposes.needs import needless_in
from vault.records.access import get_book, get_client
from vault.records.books import create_book, remove_member, set_member
from vault.records.changing import update_client
from vault.records.dealchoices import deals_of
from vault.records.drafts import ClientDraft
from vault.records.errors import NotPossible
from vault.records.forms import BookForm, ClientForm, EditForm, MemberForm
from vault.records.models import ClientBook, Level
from vault.records.panels import book_page
from vault.records.reading import masked_rows, view_client
from vault.records.saving import OWNED, Added
from vault.records.services import create_clients, known_to
from vault.records.versions.views import said_of_change
from vault.records.views import person

BAD = HTTPStatus.UNPROCESSABLE_ENTITY


@require_http_methods(["GET", "POST"])
@requires(Permission.BOOK_CREATE)
def book_add(request: HttpRequest) -> HttpResponse:
    """Open a client book."""
    user = person(request)
    form = BookForm(request.POST or None, deals=deals_of(user), initial={"holding": Holding.OWN})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        book = create_book(
            actor=user,
            name=data["name"],
            holding=Holding(data["holding"]),
            purpose=Purpose(data["purpose"]),
            deal_id=data["deal"],
            basis=data["basis"],
        )
        messages.success(request, _("The book is open. Add clients or import a list."))
        return redirect("vault:book", book.pk)
    return render(request, "vault/records/book_add.html", {"form": form}, status=_status(form))


@require_GET
@requires(Permission.CLIENT_VIEW)
def book(request: HttpRequest, book_id: UUID) -> HttpResponse:
    """A book: whose clients it holds, for what, and who works in it."""
    user = person(request)
    found = get_book(user, book_id)
    return render(request, "vault/records/book.html", _book_page(user, found, MemberForm()))


@require_POST
@requires(Permission.BOOK_MANAGE)
def book_members(request: HttpRequest, book_id: UUID) -> HttpResponse:
    """Let somebody into the book, or take somebody out."""
    user = person(request)
    found = get_book(user, book_id, Permission.BOOK_MANAGE)
    form = MemberForm(request.POST)
    try:
        if leaver := request.POST.get("remove"):
            members = found.members.select_related("user")
            for member in (one for one in members if str(one.user_id) == leaver):
                remove_member(actor=user, book_id=book_id, user=member.user)
            return redirect("vault:book", book_id)
        if form.is_valid():
            data = form.cleaned_data
            set_member(actor=user, book_id=book_id, user=data["user"], level=Level(data["level"]))
            return redirect("vault:book", book_id)
    except NotPossible as refused:
        form.add_error(None, str(refused.message))
    return render(request, "vault/records/book.html", _book_page(user, found, form), status=BAD)


@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_CREATE)
@never_cache
def client_add(request: HttpRequest, book_id: UUID) -> HttpResponse:
    """Add one client to a book."""
    user = person(request)
    found = get_book(user, book_id, Permission.CLIENT_CREATE)
    form = ClientForm(request.POST or None, needless=needless_in(book_id))
    more: dict[str, object] = {}
    if request.method == "POST" and form.is_valid():
        try:
            added = _add(user, book_id, form)
        except NotPossible as refused:
            form.add_error(None, str(refused.message))
        else:
            if added[0] is not None:
                messages.success(request, _("The client is in the book."))
                return redirect("vault:client", added[0])
            known = known_to(actor=user, added=added)
            if added.owned:
                form.add_error(None, OWNED)
            elif known:
                form.ask_whether_another()
            else:
                form.add_error(None, _("This client is in the book already."))
            more = {"known": masked_rows(known), "owned": bool(added.owned)}
    context = {"form": form, "book": found} | more
    return render(request, "vault/records/client_add.html", context, status=_status(form))


def _add(user: User, book_id: UUID, form: ClientForm) -> Added:
    data = form.cleaned_data
    draft = ClientDraft(data["kind"], form.values(), form.given_extras(), data["source"], **form.facets())
    return create_clients(actor=user, book_id=book_id, drafts=[draft], assigned=user, another=data["another"])


@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_EDIT)
@never_cache
def client_edit(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Change a client without opening it: the form shows masks, and what is left empty stays."""
    user = person(request)
    get_client(user, client_id, Permission.CLIENT_EDIT)
    client, groups = view_client(actor=user, client_id=client_id)
    if not groups:
        raise Refused(ObjectType.CLIENT, client_id, Action.CLIENT_EDIT)
    masks = {name: mask for shown in groups for name, mask in shown.values.items()}
    now = {name: getattr(client, name) for name in ("kind", "source", "grade", "version")}
    form = EditForm(
        request.POST or None,
        masks=masks,
        extra_names=[name for shown in groups for name in shown.extras],
        initial=now,
        needless=needless_in(client.book_id),
    )
    if request.method == "POST" and form.is_valid():
        try:
            _change(user, client_id, form)
        except NotPossible as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, said_of_change(client_id))
            return redirect("vault:client", client_id)
    context = {"form": form, "client": client}
    return render(request, "vault/records/client_edit.html", context, status=_status(form))


def _change(user: User, client_id: UUID, form: EditForm) -> None:
    data = form.cleaned_data
    update_client(
        actor=user,
        client_id=client_id,
        version=data["version"],
        reason=data["reason"],
        values=form.values(),
        extras=form.given_extras(),
        open_values={name: data[name] for name in ("kind", "source", "grade")},
    )


def _book_page(user: User, found: ClientBook, form: MemberForm) -> dict[str, object]:
    members = list(found.members.select_related("user", "added_by").order_by("-level", "user__display_name"))
    mine = next((member.level for member in members if member.user_id == user.pk), 0)
    return {
        "book": found,
        "members": members,
        "form": form,
        "manages": mine >= Level.MANAGE,
        "frozen": bool(frozen_among([found.pk])),
        "panels_first": book_page.panels(user, found, first=True),
        "panels": book_page.panels(user, found, first=False),
    }


def _status(form: object) -> int:
    return BAD if getattr(form, "is_bound", False) else HTTPStatus.OK
