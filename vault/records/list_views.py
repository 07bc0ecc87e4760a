"""The list of clients with its saved views, assigning many at once, and the search."""

from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people.accounts.models import Kind, User
from people.roles.access import has, requires
from people.roles.permissions import Permission
from vault.records.access import which_books
from vault.records.assigning import (
    Assigned,
    Matching,
    assign_clients,
    assign_matching,
    colleagues,
    matching,
)
from vault.records.errors import NotPossible
from vault.records.listforms import FilterForm, SearchForm
from vault.records.listing import COUNTED, ClientPage, list_clients
from vault.records.meanings import in_words
from vault.records.saved_views import canonical, remove_view, save_view, tabs_of
from vault.records.search import Found
from vault.records.search import search as search_clients
from vault.records.sorting import NEWEST, order_by
from vault.records.views import person

NOBODY = "nobody"


@require_GET
@requires(Permission.CLIENT_VIEW)
@never_cache
def clients(request: HttpRequest) -> HttpResponse:
    """The person's books, and the masked list of their clients."""
    user = person(request)
    form = _filter_form(request.GET, user)
    sort = form.order or NEWEST
    page = list_clients(
        actor=user,
        filters=form.filters,
        sort=sort,
        after=_uuid(request.GET.get("after")),
        before=_uuid(request.GET.get("before")),
    )
    view = canonical(form)
    tabs = tabs_of(user, form)
    assignees = colleagues(user) if has(user, Permission.BOOK_MANAGE) else []
    context = {
        "books": list(form.fields["book"].queryset),  # type: ignore[attr-defined]
        "filters": form,
        "page": page,
        "count": _count_in_words(page),
        "dated": order_by(sort).dated,
        "view": view,
        "tabs": tabs,
        "is_saved": any(tab.query == view for tab in tabs),
        "colleagues": assignees,
        "chosen": _all_chosen(request, user, form) if assignees else None,
        "may": _may(user),
    }
    return render(request, "vault/records/clients.html", context)


@require_POST
@requires(Permission.BOOK_MANAGE)
@never_cache
def assign(request: HttpRequest) -> HttpResponse:
    """Assign the clients that were ticked, or all that fit the filters, and go back to the list as it was."""
    user = person(request)
    try:
        to = _assignee(request.POST.get("to", ""))
        if "all" in request.POST:
            done = _assign_all(request, user, to)
        else:
            ids = [chosen for given in request.POST.getlist("clients") if (chosen := _uuid(given))]
            if not ids:
                raise NotPossible(_("Tick the clients first."))
            done = assign_clients(actor=user, client_ids=ids, to=to)
    except NotPossible as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _assigned_in_words(done, request.POST.get("fitted", "")))
    return _back(request)


def _assign_all(request: HttpRequest, user: User, to: User | None) -> Assigned:
    form = _filter_form(_viewed(request), user)
    # The list shows everything under a filter that is none of ours; nothing is changed under one.
    if not form.is_valid():
        raise NotPossible(_("The filters are not valid any more. Choose the clients again."))
    return assign_matching(actor=user, filters=form.filters, to=to)


def _all_chosen(request: HttpRequest, user: User, form: FilterForm) -> Matching | None:
    """That all clients that fit are chosen, and not only those on the page that are ticked."""
    return matching(user, form.filters) if "all" in request.GET and form.is_valid() else None


@require_POST
@requires(Permission.CLIENT_VIEW)
@never_cache
def view_save(request: HttpRequest) -> HttpResponse:
    """Keep the list's filters and order as a tab."""
    user = person(request)
    form = _filter_form(dict(parse_qsl(request.POST.get("view", ""))), user)
    try:
        save_view(actor=user, query=canonical(form))
    except NotPossible as error:
        messages.error(request, str(error.message))
    return _back(request)


@require_POST
@requires(Permission.CLIENT_VIEW)
@never_cache
def view_remove(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Remove a saved view; the list stays as it is."""
    remove_view(actor=person(request), view_id=view_id)
    return _back(request)


@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_SEARCH)
@never_cache
def search(request: HttpRequest) -> HttpResponse:
    """Search by POST, so that what is searched for never stands in an address."""
    form = SearchForm(request.POST or None)
    found: Found | None = None
    if request.method == "POST" and form.is_valid():
        found = search_clients(actor=person(request), text=form.cleaned_data["q"])
    context = {"form": form, "found": found, "kinds": in_words(found.kinds if found else ())}
    return render(request, "vault/records/search.html", context)


def _filter_form(data: Any, user: User) -> FilterForm:
    return FilterForm(data, books=which_books(user).select_related("lead").order_by("name", "id"))


def _assignee(chosen: str) -> User | None:
    """Whether this colleague may get them is the service's to decide, after the gate of the clients."""
    if chosen == NOBODY:
        return None
    chosen_id = _uuid(chosen)
    colleague = User.objects.filter(pk=chosen_id, kind=Kind.STAFF).first() if chosen_id else None
    if colleague is None:
        raise NotPossible(_("Choose whom to assign the clients to."))
    return colleague


def _assigned_in_words(done: Assigned, fitted: str = "") -> str:
    """`fitted`: how many fitted when all were chosen; the list may have changed since."""
    words = ngettext("%(n)s client assigned.", "%(n)s clients assigned.", done.changed) % {"n": done.changed}
    if done.left:
        words += " " + ngettext(
            "%(n)s was left as it is: assigned so already, or kept for storage only.",
            "%(n)s were left as they are: assigned so already, or kept for storage only.",
            done.left,
        ) % {"n": done.left}
    if fitted.isdecimal() and len(fitted) < 8 and int(fitted) != (now := done.changed + done.left):
        words += " " + _("When you chose, %(then)s fitted the list; now %(now)s did.") % {
            "then": int(fitted),
            "now": now,
        }
    return words


def _count_in_words(page: ClientPage) -> str:
    if page.count is None:
        shown = len(page.rows)
        return ngettext("%(n)s client on this page", "%(n)s clients on this page", shown) % {"n": shown}
    if page.count > COUNTED:
        return _("More than 10,000 clients")
    return ngettext("%(n)s client", "%(n)s clients", page.count) % {"n": page.count}


def _back(request: HttpRequest) -> HttpResponse:
    """To the list in the view and on the page that the form came from; never to another address."""
    view = urlencode({name: value for name, value in _viewed(request).items() if name != "all"})
    return redirect(f"{reverse('vault:clients')}{'?' if view else ''}{view}")


def _viewed(request: HttpRequest) -> dict[str, str]:
    """What the address of the list said from which the form was sent."""
    return dict(parse_qsl(request.POST.get("back", "")))


def _may(user: User) -> dict[str, bool]:
    return {
        "import": has(user, Permission.CLIENT_IMPORT),
        "export": has(user, Permission.CLIENT_EXPORT),
        "open_book": has(user, Permission.BOOK_CREATE),
    }


def _uuid(given: str | None) -> UUID | None:
    try:
        return UUID(given or "")
    except ValueError:
        return None
