"""For administrators, and officers who look: the robots of the house, and what could not be sent."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people.notices.forms import RobotForm
from people.notices.robots import services
from people.notices.robots.lists import dead_letters, robots_shown
from people.requests import SignedIn
from people.roles.access import has, requires
from people.roles.permissions import Permission


@requires(Permission.PEOPLE_MANAGE, Permission.APPROVAL_DECIDE)
@require_GET
def robots(request: SignedIn) -> HttpResponse:
    """Officers see where the house's notices go; administrators set it."""
    context = {
        "robots": robots_shown(),
        "dead": dead_letters(),
        "administers": has(request.user, Permission.PEOPLE_MANAGE),
    }
    return render(request, "people/notices/robots.html", context)


@requires(Permission.PEOPLE_MANAGE)
@require_http_methods(["GET", "POST"])
@never_cache
def add(request: SignedIn) -> HttpResponse:
    form = RobotForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_robot(actor=request.user, **form.cleaned_data)
        except ValidationError as problem:
            form.add_error("url", problem)
        else:
            messages.success(request, _("The robot is set. It tells of what comes from now on."))
            return redirect("people:robots")
    return render(request, "people/notices/robot_add.html", {"form": form})


@requires(Permission.PEOPLE_MANAGE)
@require_POST
def end(request: SignedIn, robot_id: UUID) -> HttpResponse:
    services.end_robot(actor=request.user, robot_id=robot_id)
    messages.success(request, _("The robot posts no more, and its address is erased."))
    return redirect("people:robots")


@requires(Permission.PEOPLE_MANAGE)
@require_POST
def retry(request: SignedIn) -> HttpResponse:
    count = services.retry_dead(actor=request.user)
    words = ngettext("%(count)d message is tried again.", "%(count)d messages are tried again.", count)
    messages.success(request, words % {"count": count})
    return redirect("people:robots")
