"""Signing a stretch off, and the sign-offs of the house."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from compliance.review.access import note_reading
from compliance.review.forms import LogFilterForm
from compliance.review.signing import get_sign_off, sign_off, sign_offs, standing_of, stretch_of
from people.paging import page_of
from people.requests import SignedIn
from people.roles.access import has, requires
from people.roles.permissions import Permission
from vault.records.errors import NotPossible


@requires(Permission.LOG_REASON)
@never_cache
@require_http_methods(["GET", "POST"])
def sign(request: SignedIn) -> HttpResponse:
    """What would be signed, and the signing. The address says the stretch, as the list's does."""
    form = LogFilterForm(request.GET)
    if not form.is_valid():
        return redirect("compliance:log")
    address = form.address()
    try:
        if request.method == "POST":
            upto = parse_datetime(request.POST.get("upto", ""))
            seen = _bytes(request.POST.get("digest", ""))
            if upto is None or upto.tzinfo is None or seen is None:
                raise NotPossible(
                    _("The log of this stretch is not as it was shown. Look again and sign then.")
                )
            signed = sign_off(
                actor=request.user, filters=form.filters(), address=address, upto=upto, seen=seen
            )
            return redirect("compliance:log_signed_one", signed.pk)
        stretch = stretch_of(request.user, form.filters())
    except NotPossible as refused:
        messages.error(request, str(refused.message))
        return redirect(f"{reverse('compliance:log')}?{address}")
    note_reading("sign", form.filters())
    context = {
        "address": address,
        "chosen": form.chosen(),
        "stretch": stretch,
        "digest": stretch.digest.hex(),
        "upto": stretch.until.isoformat(),
    }
    return render(request, "compliance/review/sign.html", context)


def _bytes(text: str) -> bytes | None:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return None


@requires(Permission.LOG_READ)
@require_GET
def signed(request: SignedIn) -> HttpResponse:
    """All sign-offs, the newest first."""
    page = page_of(request, sign_offs(request.user), by="-signed_at")
    note_reading("sign_offs")
    rows = [(one, _chosen(one.address)) for one in page.rows]
    return render(request, "compliance/review/signed.html", {"page": page, "rows": rows})


@requires(Permission.LOG_READ)
@require_GET
def signed_one(request: SignedIn, sign_off_id: UUID) -> HttpResponse:
    """One sign-off, compared with the log as it is now."""
    found = get_sign_off(request.user, sign_off_id)
    note_reading("sign_off")
    context = {
        "one": found,
        "chosen": _chosen(found.address),
        "digest": bytes(found.digest).hex(),
        "standing": standing_of(found),
        "may_sign": has(request.user, Permission.LOG_REASON),
    }
    return render(request, "compliance/review/signed_one.html", context)


def _chosen(address: str) -> list[tuple[str, str]]:
    form = LogFilterForm(QueryDict(address))
    return form.chosen() if form.is_valid() else []
