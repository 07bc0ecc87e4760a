"""The page of one compartment's keys, each by itself."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from people.requests import SignedIn
from people.roles.access import has, requires
from people.roles.permissions import Permission
from vault.custody import access
from vault.custody.forms import KeyFilter
from vault.keys.inventory import SEAL_BOUND, Wanted

LARGEST = 2**63 - 1


@requires(*access.SEES)
@require_GET
def compartment(request: SignedIn, compartment: UUID) -> HttpResponse:
    filters = KeyFilter(request.GET or None)
    chosen = filters.cleaned_data if filters.is_valid() else {}
    state = chosen.get("state", "")
    before = _cursor(request, "before")
    wanted = Wanted(
        compartment,
        after=None if before else _cursor(request, "after"),
        before=before,
        kind=chosen.get("kind"),
        suite=chosen.get("suite"),
        nearly=state == "nearly",
        key=chosen.get("key"),
        owner=chosen.get("owner"),
    )
    page = access.keys_page(request.user, wanted, destroyed=state == "destroyed")
    context = {
        "page": page,
        "filters": filters,
        "showing_destroyed": state == "destroyed",
        "bound": SEAL_BOUND,
        "may_freeze": has(request.user, Permission.KEY_FREEZE),
    }
    return render(request, "vault/custody/compartment.html", context)


def _cursor(request: SignedIn, name: str) -> int | None:
    text = request.GET.get(name, "")
    return (
        int(text) if text.isascii() and text.isdecimal() and len(text) < 20 and int(text) <= LARGEST else None
    )
