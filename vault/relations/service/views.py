"""Ratings, transactions and preferences of a client, on one page."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.roles.access import has, requires
from people.roles.permissions import Permission
from vault.disclosures.stops import stops_for_officer
from vault.purposes.lawfulness import NotLawful
from vault.records.access import get_client, which_clients
from vault.records.answers import opened_answer, reveal_form, sent_form, status_of, told, why, without_leave
from vault.records.dealchoices import deals_of
from vault.records.errors import NotPossible
from vault.records.reveals.refusals import RevealRefused
from vault.records.views import person
from vault.relations.looking import Look, look_at
from vault.relations.service.forms import PreferenceForm, RatingForm, TransactionForm
from vault.relations.service.models import Transaction
from vault.relations.service.reading import Part, Service, reveal_part, service_of
from vault.relations.service.services import (
    record_preference,
    record_rating,
    record_transaction,
    strike_transaction,
)


@require_GET
@requires(Permission.CLIENT_VIEW)
@never_cache
def service(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Codes and dates stand open; words, amounts and wishes are sealed."""
    look = look_at(actor=person(request), client_id=client_id)
    return render(request, "vault/service/service.html", _page(request, look))


@require_POST
@requires(Permission.CLIENT_REVEAL)
@never_cache
@stops_for_officer
def reveal(request: HttpRequest, client_id: UUID, part: str) -> HttpResponseBase:
    """One part in plaintext for a minute."""
    user = person(request)
    try:
        wanted = Part(part)
    except ValueError:
        raise Refused(ObjectType.CLIENT, client_id, Action.CLIENT_REVEAL) from None
    client = get_client(user, client_id, Permission.CLIENT_REVEAL)
    form = sent_form(request, client, prefix=wanted.name)
    if not form.is_valid():
        look = look_at(actor=user, client_id=client_id)
        page = _page(request, look)
        page["reveal_forms"][wanted.value] = form
        return render(request, "vault/service/service.html", page, status=status_of(form))
    try:
        client, shown = reveal_part(actor=user, client_id=client_id, part=wanted, **told(request, form))
    except (NotLawful, RevealRefused) as refused:
        return without_leave(request, refused, back="vault:service", client_id=client_id)
    return opened_answer(
        request,
        "vault/service/opened.html",
        {"rows": _opened_rows(shown), "why": why(form)},
        back="vault:service",
        client=client,
        counts_as=wanted.counts_as,
    )


@require_POST
@requires(Permission.CLIENT_EDIT)
@never_cache
def add_rating(request: HttpRequest, client_id: UUID) -> HttpResponse:
    return _added(request, client_id, "rating", record_rating)


@require_POST
@requires(Permission.CLIENT_EDIT)
@never_cache
def add_transaction(request: HttpRequest, client_id: UUID) -> HttpResponse:
    return _added(request, client_id, "transaction", record_transaction)


@require_POST
@requires(Permission.CLIENT_EDIT)
@never_cache
def add_preference(request: HttpRequest, client_id: UUID) -> HttpResponse:
    return _added(request, client_id, "preference", record_preference)


@require_POST
@requires(Permission.CLIENT_EDIT)
def strike(request: HttpRequest, transaction_id: UUID) -> HttpResponse:
    """Strike out a transaction that was recorded wrongly."""
    user = person(request)
    seen = which_clients(user, Permission.CLIENT_EDIT)
    row = Transaction.objects.filter(pk=transaction_id, client__in=seen).first()
    if row is None:
        raise Refused(ObjectType.TRANSACTION, transaction_id, Action.TRANSACTION_STRIKE)
    try:
        strike_transaction(actor=user, transaction_id=transaction_id)
    except NotPossible as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("The transaction is struck out and stays to be seen."))
    return redirect("vault:service", row.client_id)


def _added(request: HttpRequest, client_id: UUID, name: str, record: Callable[..., object]) -> HttpResponse:
    """Record what the named form says, or show the page again with what is wrong in it."""
    user = person(request)
    get_client(user, client_id, Permission.CLIENT_EDIT)
    form = _forms(request, name)[name]
    if form.is_valid():
        try:
            record(actor=user, client_id=client_id, **form.cleaned_data)
        except NotPossible as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("It is recorded."))
            return redirect("vault:service", client_id)
    look = look_at(actor=user, client_id=client_id)
    page = _page(request, look) | {"forms": _forms(request) | {name: form}}
    return render(request, "vault/service/service.html", page, status=status_of(form))


def _forms(request: HttpRequest, bound: str = "") -> dict[str, forms.Form]:
    data = request.POST
    return {
        "rating": RatingForm(data if bound == "rating" else None, prefix="rating"),
        "transaction": TransactionForm(
            data if bound == "transaction" else None, prefix="transaction", deals=deals_of(person(request))
        ),
        "preference": PreferenceForm(data if bound == "preference" else None, prefix="preference"),
    }


def _page(request: HttpRequest, look: Look) -> dict[str, Any]:
    return {
        "look": look,
        "client": look.client,
        "service": service_of(look.client) if look.is_open else Service([], [], None),
        "forms": _forms(request),
        "reveal_forms": {
            part.value: reveal_form(request, look.client, prefix=part.name, counts_as=part.counts_as)
            for part in Part
        },
        "may_change": has(person(request), Permission.CLIENT_EDIT),
    }


def _opened_rows(shown: Service) -> list[tuple[str, str]]:
    """What was opened, line by line: when or what it is, and the text."""
    rows: list[Any] = [*shown.ratings, *shown.transactions, shown.preference]
    return [(_line(row), shown.opened[row.pk]) for row in rows if row is not None and row.pk in shown.opened]


def _line(row: Any) -> str:
    if isinstance(row, Transaction):
        return f"{row.get_kind_display()} · {row.on:%Y-%m-%d}"
    return f"{row.created_at:%Y-%m-%d}"
