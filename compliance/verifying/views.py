"""Findings of the nightly comparison, and what officers say of them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.sentences import short
from compliance.verifying.comparing import is_compared, overdue
from compliance.verifying.findings import REASONS, Settled, acknowledge, findings
from people.accounts.models import User
from people.requests import SignedIn
from people.roles.access import requires
from people.roles.permissions import Permission
from vault.records.errors import NotPossible
from vault.records.models import ClientBook
from vault.records.verifying.comparing import Differing
from vault.records.verifying.registry import of_kind

SHOWN = 100


@require_GET
@requires(Permission.PURPOSE_MANAGE)
@never_cache
def found(request: SignedIn) -> HttpResponse:
    """Those that wait first, then the newest of the others."""
    shown = sorted(findings(), key=lambda one: bool(one.outcome))[:SHOWN]
    record_read(
        Entry(action=Action.LOG_READ, object_type=ObjectType.LOG, object_id=None, fields=("findings",))
    )
    books = ClientBook.objects.in_bulk({one.book_id for one in shown})
    people = User.objects.in_bulk({one.by for one in shown if one.by})
    rows = [
        (one, books[one.book_id], people.get(one.by), list(map(_row, one.named)))
        for one in shown
        if one.book_id in books
    ]
    context = {"rows": rows, "reasons": REASONS, "overdue": overdue().count(), "is_compared": is_compared()}
    return render(request, "compliance/verifying/findings.html", context)


def _row(one: Differing) -> dict[str, object]:
    """What kind of row, of which client, and how it differs."""
    compared = of_kind(one.kind)
    return {
        "kind": compared.label if compared else one.kind,
        "client": one.client,
        "short": short(one.client),
        "how": one.how.label,
        "is_client": one.row == one.client,
    }


@require_POST
@requires(Permission.PURPOSE_MANAGE)
def settle(request: SignedIn, finding_id: UUID) -> HttpResponse:
    """Acknowledge one, for a reason."""
    reason = request.POST.get("reason", "")
    if reason not in dict(REASONS):
        messages.error(request, _("Choose what becomes of it. Nothing was recorded."))
        return redirect("compliance:findings")
    try:
        acknowledge(actor=request.user, finding_id=finding_id, reason=Settled(reason))
    except NotPossible as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("Acknowledged. You hear of it again when anything else differs."))
    return redirect("compliance:findings")
