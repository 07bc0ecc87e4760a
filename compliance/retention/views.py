"""The rules of retention, each with what it would let go now; and handing a client over."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from compliance.retention.due import due_clients, rules_in_force
from compliance.retention.ending import ask_to_end
from compliance.retention.forms import EndForm, RuleForm
from compliance.retention.models import EndReason, RetentionRule
from compliance.retention.services import create_rule, edit_rule
from people.requests import SignedIn
from people.roles.access import requires
from people.roles.permissions import Permission
from vault.records.access import get_client, may_open
from vault.records.errors import NotPossible
from vault.relations.looking import look_at


@requires(Permission.RETENTION_MANAGE)
@require_GET
def rules(request: SignedIn) -> HttpResponse:
    """The number of rules is small and kept by hand; each costs one counting query."""
    now, in_force = timezone.now(), rules_in_force()
    due = {rule.pk: due_clients(rule, in_force, now).count() for rule in in_force}
    shown = RetentionRule.objects.select_related("book").order_by("-active", "name")
    rows = [(rule, due.get(rule.pk, 0)) for rule in shown]
    return render(request, "compliance/retention/rules.html", {"rows": rows, "today": timezone.localdate()})


@requires(Permission.RETENTION_MANAGE)
@require_http_methods(["GET", "POST"])
def add(request: SignedIn) -> HttpResponse:
    form = RuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        create_rule(actor=request.user, values=form.cleaned_data)
        messages.success(request, _("The rule is in the book."))
        return redirect("compliance:retention")
    return render(request, "compliance/retention/form.html", {"form": form})


@requires(Permission.RETENTION_MANAGE)
@require_http_methods(["GET", "POST"])
def edit(request: SignedIn, rule_id: UUID) -> HttpResponse:
    rule = RetentionRule.objects.filter(pk=rule_id).first()
    if rule is None:
        raise Refused(ObjectType.RETENTION_RULE, rule_id, Action.RETENTION_EDIT)
    form = RuleForm(request.POST or None, instance=rule)
    if request.method == "POST" and form.is_valid():
        edit_rule(actor=request.user, rule=rule, values=form.cleaned_data)
        messages.success(request, _("The rule is changed."))
        return redirect("compliance:retention")
    return render(request, "compliance/retention/form.html", {"form": form, "rule": rule})


@requires(Permission.CLIENT_EDIT)
@require_http_methods(["GET", "POST"])
def end(request: SignedIn, client_id: UUID) -> HttpResponse:
    """Hand a client over that nobody needs any more: an officer decides."""
    client = get_client(request.user, client_id, Permission.CLIENT_EDIT)
    if not may_open(client):
        raise Refused(ObjectType.CLIENT, client_id, Action.RETENTION_ASK)
    form = EndForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = EndReason(form.cleaned_data["reason"])
        try:
            asked = ask_to_end(actor=request.user, client_id=client_id, reason=reason)
        except NotPossible as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("Compliance is asked. Until they decide the client stays as it is."))
            return redirect("people:approval", asked.pk)
    context = {"look": look_at(actor=request.user, client_id=client_id), "form": form}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "compliance/retention/end.html", context, status=status)
