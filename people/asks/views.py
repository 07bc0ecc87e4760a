from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.asks import services
from people.asks.models import AccessAsk
from people.paging import page_of
from people.requests import SignedIn
from people.roles.access import has, requires
from people.roles.permissions import Permission


@login_required
@require_POST
def ask(request: SignedIn) -> HttpResponse:
    """The button of the "not found" page. The answer is the same whether or not there is anything to have."""
    services.ask_for_access(actor=request.user)
    messages.success(request, _("Your request is noted. Whoever is responsible gets back to you."))
    return redirect("/")


@requires(Permission.PEOPLE_MANAGE, Permission.LOG_READ)
@require_GET
def asks(request: SignedIn) -> HttpResponse:
    handled = request.GET.get("view") == "handled"
    found = AccessAsk.objects.filter(handled_at__isnull=not handled).select_related("person", "handled_by")
    context = {
        "page": page_of(request, found, by="-asked_at"),
        "handled": handled,
        "may_handle": has(request.user, Permission.PEOPLE_MANAGE),
    }
    return render(request, "people/asks/list.html", context)


@requires(Permission.PEOPLE_MANAGE)
@require_POST
def handle(request: SignedIn, ask_id: UUID) -> HttpResponse:
    found = AccessAsk.objects.filter(pk=ask_id).first()
    if found is None:
        raise Refused(ObjectType.ACCESS_ASK, ask_id, Action.ACCESS_ASK_HANDLE)
    services.handle_ask(actor=request.user, ask=found)
    messages.success(request, _("Put aside as handled."))
    return redirect("people:asks")
