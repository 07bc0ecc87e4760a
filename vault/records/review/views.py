"""The review queue, confirming a client, and a book's period."""

from http import HTTPStatus
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people.paging import page_of
from people.roles.access import requires
from people.roles.permissions import Permission
from vault.records.access import get_book
from vault.records.review.queue import queue_of, waiting_rows
from vault.records.review.services import confirm_client, set_review_months
from vault.records.views import person


class PeriodForm(forms.Form):
    """How long a confirmation counts."""

    months = forms.IntegerField(
        label=gettext_lazy("Confirm every (months)"),
        min_value=1,
        max_value=60,
        help_text=gettext_lazy(
            "After twice as long without confirmation a client's plaintext is shown and exported no more."
        ),
    )


@require_GET
@requires(Permission.CLIENT_EDIT)
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    """Clients to look at again, those that waited longest first."""
    page = page_of(request, queue_of(person(request)), by="confirmed_at")
    return render(request, "vault/review/queue.html", {"page": page, "rows": waiting_rows(page.rows)})


@require_POST
@requires(Permission.CLIENT_EDIT)
def confirm(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """The person says that the client's data are still right; back to where they said so."""
    confirm_client(actor=person(request), client_id=client_id)
    messages.success(request, _("Confirmed as still right."))
    return redirect("vault:review") if "queue" in request.POST else redirect("vault:client", client_id)


@require_http_methods(["GET", "POST"])
@requires(Permission.BOOK_MANAGE)
def period(request: HttpRequest, book_id: UUID) -> HttpResponse:
    """How often the clients of a book are to be confirmed."""
    user = person(request)
    book = get_book(user, book_id, Permission.BOOK_MANAGE)
    form = PeriodForm(
        request.POST if request.method == "POST" else None, initial={"months": book.review_months}
    )
    if request.method == "POST" and form.is_valid():
        set_review_months(actor=user, book_id=book_id, months=form.cleaned_data["months"])
        messages.success(request, _("The change is recorded."))
        return redirect("vault:book", book_id)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "vault/review/period.html", {"book": book, "form": form}, status=status)
