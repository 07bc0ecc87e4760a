"""The review queue, confirming a client, and a book's period."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people.paging import page_of
from people.roles.access import requires
from people.roles.permissions import Permission
from vault.records.access import get_book
from vault.records.labels import Group
from vault.records.panels import review_page
from vault.records.review.columns import MOST_MONTHS, PERIOD
from vault.records.review.queue import queue_of, waiting_rows
from vault.records.review.services import confirm_client, set_review_months
from vault.records.views import person


class PeriodForm(forms.Form):
    """How many months a confirmation of each group counts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for group, column in PERIOD.items():
            self.fields[column] = forms.IntegerField(label=group.label, min_value=1, max_value=MOST_MONTHS)

    def months(self) -> dict[Group, int]:
        """What a valid form says."""
        return {group: self.cleaned_data[column] for group, column in PERIOD.items()}


@require_GET
@requires(Permission.CLIENT_EDIT)
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    """Clients to look at again, those that waited longest first."""
    user = person(request)
    page = page_of(request, queue_of(user), by="confirmed_at")
    context = {"page": page, "rows": waiting_rows(page.rows), "more": review_page.tabs(user)}
    return render(request, "vault/review/queue.html", context)


@require_POST
@requires(Permission.CLIENT_EDIT)
def confirm(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """The person says that what a group holds is still right; back to where they said so."""
    named = request.POST.getlist("group")
    groups = [group for group in Group if group.value in named]
    if groups:
        confirm_client(actor=person(request), client_id=client_id, groups=groups)
        messages.success(request, _("Confirmed as still right."))
    else:
        messages.error(request, _("Nothing was ticked, so nothing was confirmed."))
    return redirect("vault:review") if "queue" in request.POST else redirect("vault:client", client_id)


@require_http_methods(["GET", "POST"])
@requires(Permission.BOOK_MANAGE)
def period(request: HttpRequest, book_id: UUID) -> HttpResponse:
    """How often the clients of a book are to be confirmed."""
    user = person(request)
    book = get_book(user, book_id, Permission.BOOK_MANAGE)
    start = {column: getattr(book, column) for column in PERIOD.values()}
    form = PeriodForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        set_review_months(actor=user, book_id=book_id, months=form.months())
        messages.success(request, _("The change is recorded."))
        return redirect("vault:book", book_id)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "vault/review/period.html", {"book": book, "form": form}, status=status)
