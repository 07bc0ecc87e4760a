"""The register of what a firm was given, and its certificates."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from compliance.partners.recalls import ask_now, which_askable
from compliance.partners.register import exports_to, taken_by, which_named
from people.partners import recalling
from people.partners.access import OFFICER, SEEING, get_partner
from people.partners.entries import log_read
from people.partners.errors import NotNow
from people.requests import SignedIn
from people.roles.access import has, requires


@requires(*SEEING)
@require_GET
@never_cache
def partner_register(request: SignedIn, partner_id: UUID) -> HttpResponse:
    found = get_partner(request.user, partner_id, Action.PARTNER_REGISTER)
    log_read(Action.PARTNER_REGISTER, found.pk)
    recalls = list(found.recalls.select_related("checked_by").order_by("-asked_at"))
    named = which_named(request.user).filter(pk__in={one.deal_id for one in recalls})
    names = dict(named.values_list("pk", "code_name"))
    context = {
        "partner": found,
        "taken": taken_by(found, request.user),
        "askable": which_askable(request.user, found),
        "is_officer": has(request.user, OFFICER),
        "exports": exports_to(found.pk)[:100],
        "recalls": [(one, names.get(one.deal_id, "")) for one in recalls],
        "now": timezone.now(),
    }
    return render(request, "compliance/partners/register.html", context)


@requires(*SEEING)
@require_POST
def partner_recall(request: SignedIn, partner_id: UUID) -> HttpResponse:
    """Asks for the certificate about one deal."""
    try:
        deal_id = UUID(request.POST.get("deal", ""))
    except ValueError:
        raise Refused(ObjectType.PARTNER, partner_id, Action.PARTNER_RECALL) from None
    try:
        anew = ask_now(actor=request.user, partner_id=partner_id, deal_id=deal_id)
    except NotNow as problem:
        messages.warning(request, str(problem))
    else:
        said = _("Asked. The firm has 15 days.") if anew else _("A new link is on its way to the firm.")
        messages.success(request, said)
    return redirect("compliance:partner_register", partner_id)


@requires(OFFICER)
@require_POST
def partner_recall_check(request: SignedIn, recall_id: UUID) -> HttpResponse:
    """The certificate was looked at."""
    try:
        recall = recalling.check(actor=request.user, recall_id=recall_id)
    except NotNow as problem:
        messages.warning(request, str(problem))
        return redirect("people:partners")
    messages.success(request, _("Noted that you looked at it."))
    return redirect("compliance:partner_register", recall.partner_id)
