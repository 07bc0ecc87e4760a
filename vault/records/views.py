"""Lists, search and the page of one client."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.access import has, requires
from people.roles.permissions import Permission
from vault.purposes.catalogue import Reason
from vault.records.access import get_client, may_open, which_books
from vault.records.forms import FilterForm, RevealForm, SearchForm
from vault.records.labels import FIELD_LABELS, Field, Group
from vault.records.life import life_of
from vault.records.listing import list_clients
from vault.records.models import Client
from vault.records.reading import ShownGroup, mask_group, reveal_group, view_client, view_history
from vault.records.search import search as search_clients

REMASK_AFTER = 60  # seconds


def person(request: HttpRequest) -> User:
    """The signed-in person; `requires` has seen to it that there is one."""
    assert isinstance(request.user, User)
    return request.user


@require_GET
@requires(Permission.CLIENT_VIEW)
@never_cache
def clients(request: HttpRequest) -> HttpResponse:
    """The person's books, and the masked list of their clients."""
    user = person(request)
    form = FilterForm(request.GET)
    books = which_books(user).select_related("lead").order_by("name", "id")
    form.fields["book"].queryset = books  # type: ignore[attr-defined]
    filters = form.cleaned_data if form.is_valid() else {}
    page = list_clients(
        actor=user, filters=filters, after=_uuid(request, "after"), before=_uuid(request, "before")
    )
    context = {"books": list(books), "filters": form, "page": page, "may": _may(user)}
    return render(request, "vault/records/clients.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_SEARCH)
@never_cache
def search(request: HttpRequest) -> HttpResponse:
    """Search by POST, so that what is searched for never stands in an address."""
    form = SearchForm(request.POST or None)
    found = None
    if request.method == "POST" and form.is_valid():
        found = search_clients(actor=person(request), text=form.cleaned_data["q"])
    context = {"form": form, "found": found, "kinds": _kind_words(found.kinds if found else ())}
    return render(request, "vault/records/search.html", context)


@require_GET
@requires(Permission.CLIENT_VIEW)
@never_cache
def client(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """One client, every group masked."""
    found, groups = view_client(actor=person(request), client_id=client_id)
    return render(request, "vault/records/client.html", _page(request, found, groups))


@require_POST
@requires(Permission.CLIENT_REVEAL)
@never_cache
def reveal(request: HttpRequest, client_id: UUID, group: str) -> HttpResponse:
    """One group in plaintext for a minute; the answer is kept by no cache and masks itself again."""
    user, chosen = person(request), _group(client_id, group)
    found = get_client(user, client_id, Permission.CLIENT_REVEAL)
    form = RevealForm(request.POST, holding=found.book.holding, prefix=chosen.name)
    if not form.is_valid():
        found, masked = mask_group(actor=user, client_id=client_id, group=chosen)
        return _group_answer(request, found, masked, form)
    data = form.cleaned_data
    found, shown = reveal_group(
        actor=user,
        client_id=client_id,
        group=chosen,
        purpose=data["purpose"],
        reason=Reason(data["reason"]),
        words=data["words"],
    )
    why = [dict(form.fields[name].choices)[data[name]] for name in ("purpose", "reason")]  # type: ignore[attr-defined]
    return _group_answer(request, found, shown, None, why=why)


@require_GET
@requires(Permission.CLIENT_VIEW)
@never_cache
def group(request: HttpRequest, client_id: UUID, group: str) -> HttpResponse:
    """One group, masked again: what the opened one is replaced by."""
    found, shown = mask_group(actor=person(request), client_id=client_id, group=_group(client_id, group))
    return _group_answer(request, found, shown, None)


@require_GET
@requires(Permission.CLIENT_VIEW)
@never_cache
def versions(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """What was changed when, by whom and why: names of fields, no values."""
    found, changes = view_history(actor=person(request), client_id=client_id)
    return render(request, "vault/records/versions.html", {"client": found, "changes": changes})


def _group_answer(
    request: HttpRequest, found: Client, shown: ShownGroup, form: RevealForm | None, *, why: Any = ()
) -> HttpResponse:
    """The group alone for htmx, else the page with it, which goes back to masks by itself."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form is not None else HTTPStatus.OK
    section = _section(found, shown, request, form, why)
    if request.headers.get("HX-Request") == "true":
        # htmx swaps only answers of success.
        return render(request, "vault/records/_group.html", {"client": found, "section": section})
    if request.method == "GET":
        return redirect("vault:client", found.pk)
    context = {"client": found, "section": section, "seconds": REMASK_AFTER}
    answer = render(request, "vault/records/opened.html", context, status=status)
    if shown.is_open:
        answer["Refresh"] = f"{REMASK_AFTER}; url={reverse('vault:client', args=[found.pk])}"
    return answer


def _page(request: HttpRequest, found: Client, groups: list[ShownGroup]) -> dict[str, Any]:
    return {
        "client": found,
        "client_name": groups[0].values["name"] if groups else "",
        "sections": [_section(found, shown, request, None, ()) for shown in groups],
        "life": life_of(found.pk),
        "may": _may(person(request)),
        "is_open": may_open(found),
    }


def _section(
    found: Client, shown: ShownGroup, request: HttpRequest, form: RevealForm | None, why: Any
) -> dict[str, Any]:
    """What the template of a group needs."""
    values = [(FIELD_LABELS[Field(name)], value) for name, value in shown.values.items() if value]
    may = has(person(request), Permission.CLIENT_REVEAL) and may_open(found)
    holding = found.book.holding
    return {
        "slug": shown.group.name.lower(),
        "label": shown.group.label,
        "values": values + list(shown.extras.items()),
        "is_open": shown.is_open,
        "form": (form or RevealForm(holding=holding, prefix=shown.group.name)) if may else None,
        "why": " · ".join(map(str, why)),
        "seconds": REMASK_AFTER,
    }


def _group(client_id: UUID, slug: str) -> Group:
    try:
        return Group[slug.upper()]
    except KeyError:
        raise Refused(ObjectType.CLIENT, client_id, Action.CLIENT_REVEAL) from None


def _may(user: User) -> dict[str, bool]:
    return {
        "search": has(user, Permission.CLIENT_SEARCH),
        "add": has(user, Permission.CLIENT_CREATE),
        "edit": has(user, Permission.CLIENT_EDIT),
        "import": has(user, Permission.CLIENT_IMPORT),
        "open_book": has(user, Permission.BOOK_CREATE),
    }


def _kind_words(kinds: Any) -> str:
    return " · ".join(str(FIELD_LABELS[Field(kind.name.lower())]) for kind in kinds)


def _uuid(request: HttpRequest, name: str) -> UUID | None:
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None
