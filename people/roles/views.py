from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.access import visible_person
from people.accounts.models import User
from people.requests import SignedIn
from people.roles import services
from people.roles.access import grants_in_force, has, requires
from people.roles.builtin import BUILTIN
from people.roles.composing.access import waiting_changes
from people.roles.composing.words import deal_words, limit_words
from people.roles.doors.words import door_words
from people.roles.effects import effects_of_giving, effects_of_taking, gained, lost
from people.roles.forms import ChooseRoleForm, GrantRoleForm
from people.roles.models import LIVE, GrantState, Role, RoleCode, RoleGrant
from people.roles.permissions import Permission
from people.stepup import step_up_required


@requires(Permission.ROLE_MANAGE, Permission.APPROVAL_DECIDE)
@require_GET
def roles(request: SignedIn) -> HttpResponse:
    holders = Count("grants", filter=Q(grants__in=grants_in_force()))
    rows = Role.objects.filter(retired_at__isnull=True).annotate(holders=holders)
    context = {
        "cards": [
            (
                role,
                _note(role),
                sorted(role.permissions.all(), key=lambda row: row.permission),
                [*limit_words(role), *door_words(getattr(role, "door", None))],
            )
            for role in sorted(rows.select_related("door").prefetch_related("permissions"), key=_place)
        ],
        "waiting": waiting_changes(request.user),
        "composes": has(request.user, Permission.ROLE_MANAGE),
        "retired": Role.objects.filter(retired_at__isnull=False).order_by("-retired_at"),
    }
    return render(request, "people/roles/roles.html", context)


def _place(role: Role) -> tuple[bool, int, str]:
    """The built-in roles first, in the order of the house; then the composed ones by name."""
    order = list(RoleCode)
    return (role.composed, 0 if role.composed else order.index(RoleCode(role.code)), str(role))


def _note(role: Role) -> str | Promise:
    return role.note if role.composed else BUILTIN[RoleCode(role.code)].note


@requires(Permission.ROLE_MANAGE)
@step_up_required
def grant(request: SignedIn, person_id: UUID) -> HttpResponse:
    """GET: choose; with a choice in the address, see its effect. POST: give it."""
    person = visible_person(request.user, person_id)
    if request.method == "POST":
        return _give(request, person)
    return _grant_page(request, person, ChooseRoleForm(request.GET if "role" in request.GET else None))


def _give(request: SignedIn, person: User) -> HttpResponse:
    form = GrantRoleForm(request.POST)
    if form.is_valid():
        try:
            given = services.grant_role(
                actor=request.user,
                person=person,
                role=form.cleaned_data["role"],
                reason=form.cleaned_data["reason"],
                valid_until=form.valid_until(),
                for_deal=form.cleaned_data["deal"],
            )
        except services.NotGrantable as problem:
            form.add_error(None, str(problem))
        else:
            waiting = given.state == GrantState.PENDING
            messages.success(
                request, _("Asked for; an officer confirms it.") if waiting else _("The role is given.")
            )
            return redirect("people:person", person.pk)
    return _grant_page(request, person, ChooseRoleForm(request.POST), form)


def _grant_page(
    request: SignedIn, person: User, choice: ChooseRoleForm, confirm: GrantRoleForm | None = None
) -> HttpResponse:
    context: dict[str, object] = {"person": person, "choice": choice}
    if choice.is_bound and choice.is_valid():
        role, deal = Role.objects.get(code=choice.cleaned_data["role"]), choice.cleaned_data["deal"]
        context |= {
            "role": role,
            "note": _note(role),
            "gained": gained(person, role.code),
            "effects": effects_of_giving(person, role.code, deal),
            "limits": limit_words(role)
            + ([deal_words(deal)] if (deal := choice.cleaned_data["deal"]) else []),
            "confirm": confirm or GrantRoleForm(initial=choice.cleaned_data),
        }
    return render(request, "people/roles/grant.html", context)


@requires(Permission.ROLE_MANAGE)
@step_up_required
def revoke(request: SignedIn, grant_id: UUID) -> HttpResponse:
    """GET: what the person loses. POST: take it."""
    found = RoleGrant.objects.select_related("user", "role").filter(pk=grant_id, state__in=LIVE).first()
    if found is None:
        raise Refused(ObjectType.ROLE_GRANT, grant_id, Action.ROLE_REVOKE)
    if request.method == "POST":
        try:
            services.revoke_role(actor=request.user, grant=found)
        except services.NotGrantable as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, _("The role is revoked."))
        return redirect("people:person", found.user_id)
    return render(
        request,
        "people/roles/revoke.html",
        {"grant": found, "lost": lost(found), "effects": effects_of_taking(found)},
    )
