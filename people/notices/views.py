"""The centre of one's notices, and how one is told of them."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.guests.models import GuestPhone
from people.notices import services
from people.notices.forms import FilterForm, SettingsForm
from people.notices.kinds import is_known, kind_of, kinds
from people.notices.models import Notice
from people.notices.preferences import choose, wanted_by
from people.notices.wording import lines, path_of
from people.paging import page_of
from people.requests import SignedIn
from people.sms.sending import can_send_notices


@login_required
@require_GET
@never_cache
def notices(request: SignedIn) -> HttpResponse:
    """One's own, the newest first; whose deal one may no longer see is shown without its name."""
    filters = FilterForm(request.GET)
    asked = filters.cleaned_data if filters.is_valid() else {}
    group = asked.get("group", "")
    found = Notice.objects.filter(person=request.user)
    if group:
        found = found.filter(kind__in=[kind.code for kind in kinds() if kind.group == group])
    if asked.get("show"):
        found = found.filter(read_at__isnull=True)
    page = page_of(request, found, by="-last_at")
    context = {
        "page": page,
        "lines": lines(request.user, page.rows),
        "filters": filters,
        "filtered": any(asked.values()),
        "newest": max((row.last_at for row in page.rows), default=timezone.now()).isoformat(),
        "any_unread": any(row.read_at is None for row in page.rows),
    }
    return render(request, "people/notices/list.html", context)


@login_required
@require_GET
@never_cache
def notice(request: SignedIn, notice_id: UUID) -> HttpResponse:
    """Where it leads; it is read by that. Another's looks like none."""
    found = Notice.objects.filter(pk=notice_id, person=request.user).first()
    if found is None or not is_known(found.kind):
        raise Refused(ObjectType.PAGE, notice_id, Action.PAGE_VIEW)
    services.mark_read(actor=request.user, notice_id=notice_id)
    return redirect(path_of(kind_of(found.kind), found.object_id, found.deal_id, count=found.count))


@login_required
@require_POST
def read(request: SignedIn, notice_id: UUID) -> HttpResponse:
    """One's own, without going there. Another's looks like none."""
    if not services.mark_read(actor=request.user, notice_id=notice_id):
        raise Refused(ObjectType.PAGE, notice_id, Action.PAGE_VIEW)
    return redirect(_back(request))


@login_required
@require_POST
def read_all(request: SignedIn) -> HttpResponse:
    """Those that stood on the page when it was loaded."""
    before = _moment(request.POST.get("before", "")) or timezone.now()
    services.mark_all_read(actor=request.user, before=before)
    return redirect("people:notices")


@login_required
@require_http_methods(["GET", "POST"])
def settings(request: SignedIn) -> HttpResponse:
    user = request.user
    proved = GuestPhone.objects.filter(person=user, proved_at__isnull=False)
    form = SettingsForm(
        request.POST or None, wanted=wanted_by(user), texts=can_send_notices() and proved.exists()
    )
    if request.method == "POST" and form.is_valid():
        choose(actor=user, wanted=form.wanted())
        messages.success(request, _("Saved."))
        return redirect("people:notice_settings")
    secure = [kind for kind in kinds() if kind.is_urgent]
    return render(request, "people/notices/settings.html", {"form": form, "secure": secure})


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and timezone.is_aware(found) else None


def _back(request: SignedIn) -> str:
    """The list as it was filtered; nowhere outside."""
    wanted = request.POST.get("back", "")
    safe = wanted.startswith("?") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return reverse("people:notices") + (wanted if safe else "")
