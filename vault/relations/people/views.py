"""A company's people, and the positions of a client."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.access import has, requires
from people.roles.permissions import Permission
from vault.disclosures.stops import stops_for_officer
from vault.purposes.lawfulness import NotLawful
from vault.records.access import get_client, may_open, which_clients
from vault.records.answers import opened_answer, reveal_form, sent_form, status_of, told, why, without_leave
from vault.records.errors import NotPossible
from vault.records.labels import Group
from vault.records.listforms import SearchForm
from vault.records.models import ClientKind
from vault.records.reveals.refusals import RevealRefused
from vault.records.search import search
from vault.records.views import person
from vault.relations.looking import Look, look_at
from vault.relations.people.forms import PositionForm
from vault.relations.people.models import Position, Relation
from vault.relations.people.proposing import waiting_positions
from vault.relations.people.reading import Positions, positions_of, reveal_shares
from vault.relations.people.services import end_position, record_position, record_share

PREFIX = "SHARE"
WAITS = gettext_noop("Asked for. The register stays as it is until a second person agrees.")


@require_GET
@requires(Permission.CLIENT_VIEW)
@never_cache
def people(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Who is what in the company, masked; and what the client is in others."""
    look = look_at(actor=person(request), client_id=client_id)
    found = positions_of(look.client) if look.is_open else Positions((), ())
    return render(request, "vault/people/people.html", _page(request, look, found))


@require_POST
@requires(Permission.CLIENT_REVEAL)
@never_cache
@stops_for_officer
def reveal(request: HttpRequest, client_id: UUID) -> HttpResponseBase:
    """The exact shares for a minute, with what is held through other companies."""
    user = person(request)
    client = get_client(user, client_id, Permission.CLIENT_REVEAL)
    form = sent_form(request, client, prefix=PREFIX)
    if not form.is_valid():
        look = look_at(actor=user, client_id=client_id)
        found = positions_of(look.client) if look.is_open else Positions((), ())
        context = _page(request, look, found) | {"reveal_form": form}
        return render(request, "vault/people/people.html", context, status=status_of(form))
    try:
        client, found = reveal_shares(actor=user, client_id=client_id, **told(request, form))
    except (NotLawful, RevealRefused) as refused:
        return without_leave(request, refused, back="vault:people", client_id=client_id)
    return opened_answer(
        request,
        "vault/people/opened.html",
        {"found": found, "why": why(form)},
        back="vault:people",
        client=client,
        counts_as=Group.IDENTITY,
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_EDIT)
@never_cache
def add(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Look for a client of the same book, by POST, and say what they are in the company."""
    user = person(request)
    company = get_client(user, client_id, Permission.CLIENT_EDIT)
    if not may_open(company) or company.kind != ClientKind.COMPANY:
        raise Refused(ObjectType.CLIENT, client_id, Action.RELATION_CREATE)
    sought = SearchForm(request.POST or None)
    candidates = _candidates(user, sought, company.book_id, client_id) if request.method == "POST" else []
    chosen = "position" in request.POST
    form = PositionForm(request.POST if chosen else None, found=candidates)
    if chosen and form.is_valid():
        try:
            recorded = _record(user, client_id, form)
        except NotPossible as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("The position is recorded.") if recorded else _(WAITS))
            return redirect("vault:people", client_id)
    look = look_at(actor=user, client_id=client_id)
    context = {
        "look": look,
        "client": look.client,
        "sought": sought,
        "found": candidates,
        "looked": request.method == "POST" and sought.is_valid(),
        "form": form,
    }
    return render(request, "vault/people/add.html", context, status=status_of(form))


@require_POST
@requires(Permission.CLIENT_EDIT)
def end(request: HttpRequest, relation_id: UUID) -> HttpResponse:
    """A position ends today; the row stays. Where a second person is needed, the end waits for them."""
    user = person(request)
    seen = which_clients(user, Permission.CLIENT_EDIT)
    row = Relation.objects.filter(pk=relation_id, company__in=seen).first()
    if row is None:
        raise Refused(ObjectType.RELATION, relation_id, Action.RELATION_END)
    try:
        ended = end_position(actor=user, relation_id=relation_id, until=timezone.localdate())
    except NotPossible as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("The position has ended.") if ended else _(WAITS))
    return redirect("vault:people", row.company_id)


def _candidates(user: User, sought: SearchForm, book_id: UUID, company_id: UUID) -> list[tuple[UUID, str]]:
    """Masked matches in the company's own book. The form is posted whole, so a choice is found again."""
    if not sought.is_valid():
        return []
    found = search(actor=user, text=sought.cleaned_data["q"]).rows
    return [
        (row.client.pk, f"{row.name} · {row.phone or row.number or '—'}")
        for row in found
        if row.client.book_id == book_id and row.client.pk != company_id
    ]


def _record(user: User, company_id: UUID, form: PositionForm) -> Relation | None:
    data = form.cleaned_data
    common = {
        "actor": user,
        "company_id": company_id,
        "client_id": data["client"],
        "evidence": data["evidence"],
        "since": data["since"],
    }
    if data["position"] == Position.SHAREHOLDER:
        return record_share(percent=data["percent"], **common)
    return record_position(position=Position(data["position"]), **common)


def _page(request: HttpRequest, look: Look, found: Positions) -> dict[str, Any]:
    return {
        "look": look,
        "client": look.client,
        "found": found,
        "waiting": waiting_positions(look.client) if look.is_open else [],
        "is_company": look.client.kind == ClientKind.COMPANY,
        "reveal_form": reveal_form(request, look.client, prefix=PREFIX, counts_as=Group.IDENTITY),
        "may_change": has(person(request), Permission.CLIENT_EDIT),
    }
