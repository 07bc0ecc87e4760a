"""Inviting into a group: by a picture that the lead hands over, or by mail. The deal's lead alone."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from deals.pipeline.access import get_led_deal
from deals.rooms import groups
from deals.rooms.forms import InviteForm, NewNumberForm
from deals.rooms.group_views import group_page
from people.invitations.services import CannotInvite, Handed
from people.pictures import qr_code
from people.requests import SignedIn
from people.roles.access import requires
from people.roles.permissions import Permission


@require_POST
@requires(Permission.DEAL_LEAD)
@never_cache
def invite(request: SignedIn, deal_id: UUID, group_id: UUID) -> HttpResponse:
    get_led_deal(request.user, deal_id, Action.ROOM_INVITE)
    found = groups.get_group(request.user, deal_id, group_id, Action.ROOM_INVITE)
    form = InviteForm(request.POST)
    if form.is_valid():
        data = dict(form.cleaned_data)
        number, firm = data.pop("number", ""), data.pop("firm")
        data["firm"] = firm.pk if firm else None
        whom = {"actor": request.user, "deal_id": deal_id, "group_id": group_id, **data}
        try:
            if number:
                return _handed(
                    request, groups.invite_phone_to_group(number=number, **whom), deal_id, group_id
                )
            groups.invite_to_group(**whom)
        except CannotInvite as problem:
            form.add_error(None, str(problem))
        except ValidationError as problem:
            form.add_error(None, problem.messages)
        else:
            messages.success(request, _("Invited. The mail names the deal by its code name only."))
            return redirect("deals:group", deal_id, group_id)
    return group_page(request, found, invite_form=form)


@require_POST
@requires(Permission.DEAL_LEAD)
@never_cache
def again(request: SignedIn, deal_id: UUID, group_id: UUID) -> HttpResponse:
    """A new link for somebody who has not come yet."""
    whom = _named(request.POST.get("person", ""), deal_id, group_id)
    handed = groups.invite_again(actor=request.user, deal_id=deal_id, group_id=group_id, user_id=whom)
    if handed:
        return _handed(request, handed, deal_id, group_id)
    messages.success(request, _("Sent again by mail; the link of before no longer works."))
    return redirect("deals:group", deal_id, group_id)


@require_http_methods(["GET", "POST"])
@requires(Permission.DEAL_LEAD)
@never_cache
def number(request: SignedIn, deal_id: UUID, group_id: UUID, user_id: UUID) -> HttpResponse:
    """A guest has another number now: GET says what that means, POST does it."""
    deal = get_led_deal(request.user, deal_id, Action.ROOM_INVITE)
    groups.get_group(request.user, deal_id, group_id, Action.ROOM_INVITE)
    guest = groups.guest_of_group(deal_id, group_id, user_id)
    if guest is None:
        raise Refused(ObjectType.ROOM_GROUP, group_id, Action.ROOM_INVITE, deal=deal_id)
    form = NewNumberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            handed = groups.change_number(
                actor=request.user,
                deal_id=deal_id,
                group_id=group_id,
                user_id=user_id,
                number=form.cleaned_data["number"],
            )
        except CannotInvite as problem:
            form.add_error(None, str(problem))
        else:
            return _handed(request, handed, deal_id, group_id)
    context = {"deal": deal, "group_id": group_id, "guest": guest, "form": form}
    return render(request, "deals/rooms/number.html", context)


def _named(given: str, deal_id: UUID, group_id: UUID) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise Refused(ObjectType.ROOM_GROUP, group_id, Action.ROOM_INVITE, deal=deal_id) from None


def _handed(request: SignedIn, handed: Handed, deal_id: UUID, group_id: UUID) -> HttpResponse:
    """The picture in the answer itself and nowhere else: no address leads to it again."""
    context = {
        "deal": get_led_deal(request.user, deal_id, Action.ROOM_INVITE),
        "group_id": group_id,
        "invitation": handed.invitation,
        "person": handed.invitation.person,
        "picture": qr_code(handed.address),
        "address": handed.address,
        "hours": settings.INVITATION_HOURS,
    }
    return render(request, "deals/rooms/handed.html", context)
