"""The pages on which a house role is composed, changed and retired."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audit.actions import Action
from people.requests import SignedIn
from people.roles.access import requires
from people.roles.composing import services
from people.roles.composing.access import composed_role
from people.roles.composing.forms import ComposeForm, as_it_is, begun_from
from people.roles.composing.preview import preview_of
from people.roles.models import LIVE, Role, RoleGrant
from people.roles.permissions import Permission
from people.roles.sets import set_of
from people.stepup import step_up_required

BAD = 422


@require_http_methods(["GET", "POST"])
@requires(Permission.ROLE_MANAGE)
@step_up_required
def compose(request: SignedIn) -> HttpResponse:
    """A new role, empty or begun from one that there is."""
    begun = Role.objects.filter(pk=request.GET.get("from", "")).first()
    initial = begun_from(begun, set_of(begun.code)) if begun is not None else {}
    left_out = len(set_of(begun.code)) - len(initial["permissions"]) if begun is not None else 0
    return _form(request, None, initial, {"begun": begun, "left_out": left_out})


@require_http_methods(["GET", "POST"])
@requires(Permission.ROLE_MANAGE)
def change(request: SignedIn, code: str) -> HttpResponseBase:
    """A role that the house composed."""
    return _change(request, composed_role(request.user, code, Action.ROLE_COMPOSE))


@step_up_required
def _change(request: SignedIn, role: Role) -> HttpResponse:
    return _form(request, role, as_it_is(role, set_of(role.code)), {"role": role})


def _form(
    request: SignedIn, role: Role | None, initial: dict[str, object], context: dict[str, object]
) -> HttpResponse:
    """GET: what is typed. POST: first its exact effect, and with `confirm` the request for an officer."""
    form = ComposeForm(request.POST or None, initial=initial)
    context = {**context, "form": form}
    if request.method != "POST":
        return render(request, "people/roles/compose.html", context)
    if form.is_valid():
        try:
            wanted = services.proposed(actor=request.user, role=role, **form.words())
            if "confirm" in request.POST:
                asked = services.propose(
                    actor=request.user, change=wanted, reason=form.cleaned_data["reason"]
                )
                messages.success(request, _("Asked for; an officer confirms it."))
                return redirect("people:approval", asked.pk)
            return render(request, "people/roles/compose.html", context | {"preview": preview_of(wanted)})
        except services.NotComposable as problem:
            form.add_error(None, str(problem))
        except ValidationError as problem:
            form.add_error("note", problem)
    return render(request, "people/roles/compose.html", context, status=BAD)


@require_http_methods(["GET", "POST"])
@requires(Permission.ROLE_MANAGE)
def retire(request: SignedIn, code: str) -> HttpResponseBase:
    """GET: whose grants end. POST: retire it."""
    return _retire(request, composed_role(request.user, code, Action.ROLE_RETIRE))


@step_up_required
def _retire(request: SignedIn, role: Role) -> HttpResponse:
    if request.method == "POST":
        try:
            services.retire(actor=request.user, role=role)
        except services.NotComposable as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, _("The role is retired; its grants have ended."))
        return redirect("people:roles")
    context = {
        "role": role,
        "grants": RoleGrant.objects.filter(role=role, state__in=LIVE)
        .select_related("user")
        .order_by("user__display_name", "pk"),
    }
    return render(request, "people/roles/retire.html", context)
