"""Figures for whoever manages books or oversees them: sums, no rows, nothing to download."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.refusals import Refused
from people.roles.access import requires
from people.roles.permissions import Permission
from vault.records.views import person
from vault.relations.figures.access import counted_book, counted_books
from vault.relations.figures.counting import figures_of
from vault.relations.figures.suppression import SMALLEST


@require_GET
@requires(Permission.FIGURES_VIEW)
@never_cache
def figures(request: HttpRequest) -> HttpResponse:
    """All books that are this person's to see, or one of them; there is no narrower view."""
    user = person(request)
    asked = request.GET.get("book", "")
    books = list(counted_books(user))
    chosen = [counted_book(user, _book_id(asked))] if asked else books
    record_read(
        Entry(
            action=Action.FIGURES_VIEW,
            object_type=ObjectType.FIGURES,
            object_id=chosen[0].pk if asked else None,
        )
    )
    context = {
        "books": books,
        "chosen": chosen[0] if asked else None,
        "figures": figures_of(chosen) if chosen else [],
        "smallest": SMALLEST,
    }
    return render(request, "vault/figures/figures.html", context)


def _book_id(raw: str) -> UUID:
    try:
        return UUID(raw)
    except ValueError:
        raise Refused(ObjectType.BOOK, None, Action.FIGURES_VIEW) from None
