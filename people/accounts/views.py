from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from people.access import managed_person, visible_people, visible_person
from people.accounts import services
from people.accounts.forms import PersonEditForm, PersonFilter, PersonForm
from people.accounts.models import Kind, User
from people.factors.access import has_factor
from people.factors.pausing import paused_until
from people.locks.codes import Kind as LockKind
from people.locks.standing import in_force
from people.paging import page_of
from people.requests import SignedIn
from people.roles.access import grants_in_force, has, requires
from people.roles.ending import ending_soon
from people.roles.models import LIVE, RoleGrant
from people.roles.permissions import Permission
from people.roles.services import NotGrantable
from people.sessions.services import sessions_of
from people.stepup import step_up_required

SORTS = {"name": "display_name", "-name": "-display_name", "created": "created_at", "-created": "-created_at"}


@requires(Permission.PEOPLE_MANAGE, Permission.APPROVAL_DECIDE)
@require_GET
def people(request: SignedIn) -> HttpResponse:
    filters = PersonFilter(request.GET)
    live = RoleGrant.objects.filter(state__in=LIVE).select_related("role").order_by("created_at")
    found = _filtered(visible_people(request.user), filters).prefetch_related(
        Prefetch("grants", queryset=live, to_attr="live_grants")
    )
    page = page_of(request, found, by=SORTS.get(request.GET.get("sort", ""), "display_name"))
    context = {"page": page, "filters": filters, "may_manage": has(request.user, Permission.PEOPLE_MANAGE)}
    return render(request, "people/accounts/list.html", context)


def _filtered(found: QuerySet[User], filters: PersonFilter) -> QuerySet[User]:
    chosen = filters.cleaned_data if filters.is_valid() else {}
    if chosen.get("kind"):
        found = found.filter(kind=chosen["kind"])
    if chosen.get("role"):
        found = found.filter(grants__in=grants_in_force().filter(role_id=chosen["role"]))
    if chosen.get("ends"):
        found = found.filter(pk__in=ending_soon().values("user_id"))
    states: dict[str, dict[str, object]] = {
        "open": {"is_active": True},
        "disabled": {"is_active": False},
        "new": {"is_active": True, "password__startswith": "!"},
    }
    return found.filter(**states.get(chosen.get("state", ""), {}))


@requires(Permission.PEOPLE_MANAGE)
def add(request: SignedIn) -> HttpResponse:
    form = PersonForm(request.POST or None, initial={"language": "zh-hans"})
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        try:
            person = services.create_person(actor=request.user, **words | {"kind": Kind(words["kind"])})
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("The account is made; its person gets a link by mail."))
            return redirect("people:person", person.pk)
    return render(request, "people/accounts/add.html", {"form": form})


@requires(Permission.PEOPLE_MANAGE, Permission.APPROVAL_DECIDE)
@require_GET
def person(request: SignedIn, person_id: UUID) -> HttpResponse:
    shown = visible_person(request.user, person_id)
    grants = shown.grants.select_related("role", "granted_by", "confirmed_by").order_by("-created_at")[:50]
    manages = has(request.user, Permission.PEOPLE_MANAGE) and shown.pk != request.user.pk
    context = {
        "person": shown,
        "grants": grants,
        "manages": manages,
        "has_factor": has_factor(shown),
        "paused_until": paused_until(shown),
        "may_end_sessions": shown.pk != request.user.pk and sessions_of(shown).exists(),
        "may_send_link": manages and shown.is_active and bool(shown.email),
        "lock": in_force().filter(kind=LockKind.PERSON, object_id=shown.pk).first(),
        "may_lock": shown.pk != request.user.pk,
        "may_change": shown.pk != request.user.pk and shown.is_staff and shown.is_active,
        "gives_roles": manages and has(request.user, Permission.ROLE_MANAGE),
    }
    return render(request, "people/accounts/person.html", context)


@requires(Permission.PEOPLE_MANAGE)
def edit(request: SignedIn, person_id: UUID) -> HttpResponse:
    shown = managed_person(request.user, person_id)
    form = PersonEditForm(
        request.POST or None, instance=shown, address_may_change=services.address_may_change(shown)
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_person(actor=request.user, person=shown, **form.cleaned_data)
        except services.NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Saved."))
            return redirect("people:person", person_id)
    return render(request, "people/accounts/edit.html", {"form": form, "person_id": person_id})


@requires(Permission.PEOPLE_MANAGE)
@require_POST
@step_up_required
def send_link(request: SignedIn, person_id: UUID) -> HttpResponse:
    shown = managed_person(request.user, person_id)
    try:
        services.resend_link(actor=request.user, person=shown)
    except services.NotPossible as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("A new link is on its way to the person; earlier ones no longer work."))
    return redirect("people:person", person_id)


@requires(Permission.PEOPLE_MANAGE)
@step_up_required
def disable(request: SignedIn, person_id: UUID) -> HttpResponse:
    """GET: what it means. POST: close the account."""
    shown = managed_person(request.user, person_id)
    if request.method == "POST":
        try:
            services.disable_person(actor=request.user, person=shown)
        except (services.NotPossible, NotGrantable) as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, _("The account is disabled; its sessions have ended."))
        return redirect("people:person", person_id)
    return render(request, "people/accounts/disable.html", {"person": shown})


@requires(Permission.PEOPLE_MANAGE)
@require_POST
@step_up_required
def enable(request: SignedIn, person_id: UUID) -> HttpResponse:
    shown = managed_person(request.user, person_id)
    try:
        services.enable_person(actor=request.user, person=shown)
    except services.NotPossible as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("The account is open again."))
    return redirect("people:person", person_id)
