"""For the deal's staff: which company is bound, who of it has signed; the lead demands, draws up, hands
over."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action, ObjectType
from deals.errors import NotPossible
from deals.pipeline.access import get_led_deal, leads
from deals.rooms.access import get_staff_room
from deals.rooms.groups import get_group, groups_of
from deals.rooms.models import Room, RoomGroup
from deals.rooms.naming import names_open
from deals.seals import services
from deals.seals.access import demanding_groups, in_force
from deals.seals.ca import envelopes, provider
from deals.seals.forms import DrawUpForm
from deals.seals.models import CompanyUndertaking, Envelope, SealDemand
from people.accounts.models import User
from people.duties.access import signatures_in_force
from people.requests import SignedIn
from people.roles.access import requires
from people.roles.permissions import Permission


@dataclass(frozen=True, slots=True)
class Side:
    """A group of the room: whether its company has to be bound, by what it is, what waits, who has signed."""

    group: RoomGroup
    title: str
    demanded: bool
    mine: bool
    bound: CompanyUndertaking | None
    waiting: CompanyUndertaking | None
    envelope: Envelope | None
    people: list[tuple[User, bool]]


@require_GET
@requires(Permission.ROOM_MANAGE)
@never_cache
def companies(request: SignedIn, deal_id: UUID) -> HttpResponse:
    """Who of which company owes what."""
    room = get_staff_room(request.user, deal_id, Action.SEAL_VIEW)
    with names_open(room, Action.SEAL_VIEW, ObjectType.ROOM, room.pk):
        context = {
            "deal": room.deal,
            "sides": _sides(room, request.user),
            "leading": leads(request.user, room.deal),
            "by_certificate": provider.is_set_up(),
        }
        return render(request, "deals/seals/companies.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.DEAL_LEAD)
@never_cache
def draw_up(request: SignedIn, deal_id: UUID, group_id: UUID) -> HttpResponse:
    """The document for a company; from then on the group waits for its seal."""
    get_led_deal(request.user, deal_id, Action.SEAL_ISSUE)
    group = get_group(request.user, deal_id, group_id, Action.SEAL_ISSUE)
    form = DrawUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.draw_up(actor=request.user, deal_id=deal_id, group_id=group_id, **form.cleaned_data)
        except NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Drawn up. The company's people find it where the room was."))
            return redirect("deals:seals", deal_id)
    bound = in_force().filter(group=group).exists()
    with names_open(group.room, Action.ROOM_GROUP_VIEW, ObjectType.ROOM_GROUP, group.pk):
        context = {"deal": group.room.deal, "title": group.title, "form": form, "bound": bound}
        return render(request, "deals/seals/draw_up.html", context)


@require_POST
@requires(Permission.DEAL_LEAD)
def lift(request: SignedIn, deal_id: UUID, group_id: UUID) -> HttpResponse:
    try:
        services.lift_from_group(actor=request.user, deal_id=deal_id, group_id=group_id)
    except NotPossible as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("No longer demanded; each person's own undertaking opens the room."))
    return redirect("deals:seals", deal_id)


@require_POST
@requires(Permission.DEAL_LEAD)
def envelope(request: SignedIn, deal_id: UUID, group_id: UUID) -> HttpResponse:
    """To the certificate authority, for the company to sign there."""
    callback = request.build_absolute_uri(reverse("deals:seal_answer"))
    try:
        envelopes.open_envelope(actor=request.user, deal_id=deal_id, group_id=group_id, callback=callback)
    except NotPossible as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("With the certificate authority: what comes back signed is verified."))
    return redirect("deals:seals", deal_id)


def _sides(room: Room, viewer: User) -> list[Side]:
    """Seven queries, whatever the number of groups and people. In an access to the room's names."""
    groups = groups_of(room)
    demanding = set(demanding_groups().filter(room=room).values_list("pk", flat=True))
    own = SealDemand.objects.filter(group__room=room, ended_at__isnull=True)
    made_by = dict(own.values_list("group_id", "made_by_id"))
    bound = {one.group_id: one for one in in_force().filter(group__room=room).order_by("access_expires_at")}
    live = CompanyUndertaking.objects.filter(group__room=room, withdrawn_at__isnull=True)
    waiting = {one.group_id: one for one in live.filter(accepted_at__isnull=True)}
    sent = Envelope.objects.filter(undertaking__group__room=room).order_by("begun_at")
    latest = {one.undertaking_id: one for one in sent}
    people = _people(room, [group.auth_group_id for group in groups])
    return [
        Side(
            group=group,
            title=group.title,
            demanded=group.pk in demanding,
            mine=made_by.get(group.pk) == viewer.pk,
            bound=bound.get(group.pk),
            waiting=waiting.get(group.pk),
            envelope=latest.get(waiting[group.pk].pk) if group.pk in waiting else None,
            people=people.get(group.auth_group_id, []),
        )
        for group in groups
    ]


def _people(room: Room, groups: Collection[int]) -> dict[int, list[tuple[User, bool]]]:
    signed = set(signatures_in_force().filter(deal_id=room.deal_id).values_list("person_id", flat=True))
    links = User.groups.through.objects.filter(group__in=groups).select_related("user")
    found: dict[int, list[tuple[User, bool]]] = {}
    for link in links.order_by("user__display_name", "user_id"):
        found.setdefault(link.group_id, []).append((link.user, link.user_id in signed))
    return found
