"""Asking a second person for one reveal, and an officer for more today."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audit.actions import Action, ObjectType
from audit.log import record_read
from audit.refusals import Refused
from people.approvals.models import State
from people.roles.access import requires
from people.roles.permissions import Permission
from vault.purposes.lawfulness import NotLawful
from vault.records.access import get_client, may_reveal
from vault.records.grading.rules import rules
from vault.records.labels import Group
from vault.records.reading import look_without_keys
from vault.records.reveals.approvals import ask_for_more
from vault.records.reveals.forms import AskForm, MoreForm
from vault.records.reveals.limits import account_of
from vault.records.reveals.needs import needs_of
from vault.records.reveals.permits import ask_permit
from vault.records.views import group_of, person

BAD = 422


@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_REVEAL)
def ask(request: HttpRequest, client_id: UUID, group: str) -> HttpResponse:
    """Ask a second person to agree that one group of one client is opened once."""
    chosen = group_of(client_id, group)
    client = get_client(person(request), client_id, Permission.CLIENT_REVEAL)
    if not may_reveal(client, chosen):
        raise Refused(ObjectType.CLIENT, client_id, Action.CLIENT_REVEAL)
    form = AskForm(request.POST or None, holding=client.book.holding, use=client.use)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            asked = ask_permit(
                actor=person(request),
                client_id=client_id,
                group=chosen,
                purpose=data["purpose"],
                reason=data["reason"],
            )
        except NotLawful as unlawful:
            form.add_error("purpose", str(unlawful.message))
        else:
            messages.success(request, _("A second person is asked. Until they agree nothing is opened."))
            return redirect("people:approval", asked.pk)
    record_read(look_without_keys(client))
    context = {
        "client": client,
        "group": Group(chosen),
        "needs": needs_of(client, chosen, rules()),
        "form": form,
    }
    return render(request, "vault/reveals/ask.html", context, status=BAD if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_REVEAL)
def more(request: HttpRequest) -> HttpResponse:
    """The person's account of today, and asking for more."""
    form = MoreForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        asked = ask_for_more(actor=person(request), more=data["more"], reason=data["reason"])
        if asked.state == State.CARRIED_OUT:
            messages.success(request, _("Approved beforehand: today's limit is raised."))
        else:
            messages.success(request, _("An officer is asked. Until they agree today's limit stays."))
        return redirect("people:approval", asked.pk)
    context = {"form": form, "account": account_of(person(request))}
    return render(request, "vault/reveals/more.html", context, status=BAD if form.is_bound else 200)
