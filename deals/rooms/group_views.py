"""Groups of outside people, for the deal's staff; inviting and taking out is the lead's."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from deals.errors import NotPossible
from deals.pipeline.access import get_led_deal, leads
from deals.rooms import groups
from deals.rooms.access import get_staff_room
from deals.rooms.forms import GroupForm, InviteForm, LessonForm, NewGroupForm, UntilField
from deals.rooms.lessons import ask_lesson, lessons_for_guests
from deals.rooms.models import GroupKind, RoomGroup
from deals.rooms.naming import names_open
from people.accounts.models import User
from people.duties.access import signatures_in_force
from people.invitations.models import Invitation
from people.partners.standing import firms_of, lacks
from people.requests import SignedIn
from people.roles.access import requires
from people.roles.permissions import Permission
from people.training.errors import NotNow


@require_http_methods(["GET", "POST"])
@requires(Permission.ROOM_MANAGE)
@never_cache
def group_new(request: SignedIn, deal_id: UUID) -> HttpResponse:
    room = get_staff_room(request.user, deal_id, Action.ROOM_GROUP_CREATE)
    form = NewGroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = groups.create_group(
                actor=request.user,
                deal_id=deal_id,
                title=data["title"],
                kind=GroupKind(data["kind"]),
                stage=data["stage"],
                expires_at=UntilField.end_of(data["until"]),
            )
        except NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("The group is made. It may do nothing yet."))
            return redirect("deals:group", deal_id, made.pk)
    return render(request, "deals/rooms/group_new.html", {"room": room, "deal": room.deal, "form": form})


@require_http_methods(["GET", "POST"])
@requires(Permission.ROOM_MANAGE)
@never_cache
def group(request: SignedIn, deal_id: UUID, group_id: UUID) -> HttpResponse:
    """Who is in it, how far it sees; POST changes it."""
    found = groups.get_group(request.user, deal_id, group_id, Action.ROOM_GROUP_VIEW)
    if request.method == "POST":
        return _edit(request, found, deal_id)
    return group_page(request, found)


def _edit(request: SignedIn, found: RoomGroup, deal_id: UUID) -> HttpResponse:
    get_led_deal(request.user, deal_id, Action.ROOM_GROUP_EDIT)
    form = GroupForm(request.POST)
    if form.is_valid():
        try:
            groups.edit_group(
                actor=request.user,
                deal_id=deal_id,
                group_id=found.pk,
                title=form.cleaned_data["title"],
                stage=form.cleaned_data["stage"],
                expires_at=UntilField.end_of(form.cleaned_data["until"]),
            )
        except NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("The group is changed."))
            return redirect("deals:group", deal_id, found.pk)
    return group_page(request, found, form=form)


@require_POST
@requires(Permission.DEAL_LEAD)
def take_out(request: SignedIn, deal_id: UUID, group_id: UUID) -> HttpResponse:
    try:
        user_id = UUID(request.POST.get("person", ""))
    except ValueError:
        raise Refused(ObjectType.ROOM_GROUP, group_id, Action.ROOM_GROUP_LEAVE, deal=deal_id) from None
    groups.take_out(actor=request.user, deal_id=deal_id, group_id=group_id, user_id=user_id)
    messages.success(request, _("Taken out; the room is shut to this person from now on."))
    return redirect("deals:group", deal_id, group_id)


@require_POST
@requires(Permission.DEAL_LEAD)
def lesson(request: SignedIn, deal_id: UUID, group_id: UUID) -> HttpResponse:
    """A lesson that somebody of the group owes before the room opens to them."""
    groups.get_group(request.user, deal_id, group_id, Action.TRAINING_DUE)
    form = LessonForm(request.POST)
    if not form.is_valid():
        raise Refused(ObjectType.ROOM_GROUP, group_id, Action.TRAINING_DUE, deal=deal_id)
    asked, track = form.cleaned_data["person"], form.cleaned_data["track"]
    try:
        ask_lesson(actor=request.user, deal_id=deal_id, group_id=group_id, user_id=asked, track=track)
    except NotNow as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, _("Asked. The room is shut to this person until the lesson is passed."))
    return redirect("deals:group", deal_id, group_id)


def group_page(
    request: SignedIn,
    found: RoomGroup,
    *,
    form: GroupForm | None = None,
    invite_form: InviteForm | None = None,
) -> HttpResponse:
    deal = found.room.deal
    signed = set(signatures_in_force().filter(deal_id=deal.pk).values_list("person_id", flat=True))
    inside = User.objects.filter(groups=found.auth_group_id).select_related("phone")
    invited = Invitation.objects.filter(group_id=found.pk, accepted_at__isnull=True, revoked_at__isnull=True)
    concerned = Q(groups=found.auth_group_id) | Q(pk__in=invited.values("person"))
    firms = firms_of(User.objects.filter(concerned))
    with names_open(found.room, Action.ROOM_GROUP_VIEW, ObjectType.ROOM_GROUP, found.pk):
        until = timezone.localtime(found.expires_at).date() if found.expires_at else None
        initial = {"title": found.title, "stage": found.stage, "until": until}
        context = {
            "group": found,
            "deal": deal,
            "leading": leads(request.user, deal),
            "people": [
                (person, person.pk in signed, hasattr(person, "phone"), firms.get(person.pk))
                for person in inside.order_by("display_name", "pk")
            ],
            "shut_firms": {firm.pk for firm in firms.values() if lacks(firm)},
            "lessons": lessons_for_guests(),
            "invited": [
                (one, firms.get(one.person_id))
                for one in invited.select_related("person").order_by("created_at")
            ],
            "form": form or GroupForm(initial=initial),
            "invite_form": invite_form or InviteForm(initial={"language": "zh-hans"}),
        }
        return render(request, "deals/rooms/group.html", context)
