"""Runs of destruction, their exact lists, their certificates."""

import json
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Max, Min, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.coverage import POLLED, leaves_no_entry
from compliance.destruction import access, services, words
from compliance.destruction.copies import copies_on
from compliance.destruction.forms import AskForm
from compliance.destruction.models import DestructionItem, DestructionRun, RunState
from people.paging import page_of
from people.requests import SignedIn
from people.roles.access import has, requires
from people.roles.permissions import Permission
from vault.records.models import ClientBook

KEYS_SHOWN = 200


@requires(*access.SEES)
@require_GET
def runs(request: SignedIn) -> HttpResponse:
    page = page_of(request, access.visible_runs(request.user), by="-proposed_at")
    may_propose = has(request.user, Permission.DESTRUCTION_ORDER)
    return render(request, "compliance/destruction/runs.html", {"page": page, "may_propose": may_propose})


@requires(Permission.DESTRUCTION_ORDER)
@require_POST
def propose(request: SignedIn) -> HttpResponse:
    """Looks now instead of at the next full hour."""
    run = services.propose_due(actor=request.user)
    if run is None:
        messages.info(request, _("Nothing is due."))
        return redirect("compliance:destruction")
    return redirect("compliance:destruction_run", run.pk)


@requires(*access.SEES)
@require_GET
def run(request: SignedIn, run_id: UUID) -> HttpResponse:
    found = access.get_run(request.user, run_id)
    may_ask = found.state == RunState.PROPOSED and has(request.user, Permission.DESTRUCTION_ORDER)
    listed = found.destroyed if found.ordered_at else found.items
    items = listed.select_related("rule")
    page = page_of(request, items, by="since")
    context = {
        "run": found,
        "page": page,
        "rows": _rows(page.rows),
        "books": _by_book(items),
        "rules": list(listed.values_list("rule__name").annotate(n=Count("pk")).order_by("rule__name")),
        "dates": listed.aggregate(oldest=Min("since"), newest=Max("since")),
        "form": AskForm(initial={"digest": services.list_digest(found)}) if may_ask else None,
        "room_copies": copies_on(found),
        "spared": found.items.filter(live=False, run__ordered_at__isnull=False),
        **_progress(found),
    }
    return render(request, "compliance/destruction/run.html", context)


@requires(*access.SEES)
@require_GET
@leaves_no_entry(POLLED)
def progress(request: SignedIn, run_id: UUID) -> HttpResponse:
    """The progress bar alone, polled while the worker is at it; at the end the page is loaded anew, since
    the certificate is there then."""
    found = access.visible_runs(request.user).filter(pk=run_id).first() or access.get_run(
        request.user, run_id
    )
    answer = render(request, "compliance/destruction/_progress.html", {"run": found, **_progress(found)})
    if found.state != RunState.ORDERED:
        answer["HX-Refresh"] = "true"
    return answer


@requires(Permission.DESTRUCTION_ORDER)
@require_POST
def ask(request: SignedIn, run_id: UUID) -> HttpResponse:
    found = access.get_run(request.user, run_id)
    form = AskForm(request.POST)
    if not form.is_valid():
        for problem in form.errors.get(
            "reason", [_("The list has changed meanwhile. Nothing was asked for: look at it again.")]
        ):
            messages.error(request, str(problem))
        return redirect("compliance:destruction_run", run_id)
    try:
        asked = services.ask_for_approval(
            actor=request.user,
            run=found,
            seen_digest=form.cleaned_data["digest"],
            reason=form.cleaned_data["reason"],
        )
    except services.ListChanged as problem:
        messages.error(request, str(problem))
        return redirect("compliance:destruction_run", run_id)
    return redirect("people:approval", asked.pk)


@requires(*access.SEES)
@require_GET
def certificate(request: SignedIn, run_id: UUID) -> HttpResponse:
    found = access.get_certificate(request.user, run_id)
    content = json.loads(found.content)
    room_copies = copies_on(found.run)
    ended = [copy.end.ended_at for copy in room_copies if copy.end and copy.end.ended_at]
    context = {
        "certificate": found,
        "digest": bytes(found.digest).hex(),
        "content": content,
        "copies": words.copies(content["copies"], later=ended),
        "people": words.people(content["approval"]),
        "rules": words.rules(content["rules"]),
        "books": words.books(content["books"]),
        "keys": content["keys"][:KEYS_SHOWN],
        "room_copies": room_copies,
        "supplements": words.supplements(found.run),
    }
    return render(request, "compliance/destruction/certificate.html", context)


@requires(*access.SEES)
@require_GET
def certificate_file(request: SignedIn, run_id: UUID) -> HttpResponse:
    """Exactly the bytes that have the digest."""
    found = access.get_certificate(request.user, run_id)
    response = HttpResponse(found.content.encode(), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="sealroom-destruction-{run_id}.json"'
    return response


@requires(*access.SEES)
@require_GET
def supplement_file(request: SignedIn, run_id: UUID, number: int) -> HttpResponse:
    """Exactly the bytes that have the digest."""
    found = access.get_supplement(request.user, run_id, number)
    response = HttpResponse(found.content.encode(), content_type="application/json")
    name = f"sealroom-destruction-{run_id}-supplement-{number}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _rows(items: list[DestructionItem]) -> list[tuple[DestructionItem, str]]:
    names = {
        book.pk: book.name for book in ClientBook.objects.filter(pk__in={item.book_id for item in items})
    }
    return [(item, names.get(item.book_id, str(item.book_id))) for item in items]


def _by_book(items: QuerySet[DestructionItem]) -> list[tuple[str, int]]:
    counted = dict(items.values_list("book_id").annotate(n=Count("pk")))
    names = dict(ClientBook.objects.filter(pk__in=counted).values_list("pk", "name"))
    return sorted((names.get(book, str(book)), n) for book, n in counted.items())


def _progress(found: DestructionRun) -> dict[str, int]:
    done = found.items.filter(batch__done_at__isnull=False).count() if found.ordered_at else 0
    return {"destroyed": done, "size": found.size}
