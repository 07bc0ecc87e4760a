"""Who was there, who failed, whose certificates hold, and whether training works."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.refusals import Refused
from people.requests import SignedIn
from people.roles.access import requires
from people.roles.permissions import Permission
from people.training import attending, report
from people.training.access import get_my_session, get_outside, my_sessions
from people.training.errors import NotNow
from people.training.outside import check_outside
from people.training.records import Attendance, Enrolment, OutsideCertificate
from people.training.sealing import unsealed
from people.training.taking import record_talk

MOST = 200
OFFICER = Permission.DUTY_MANAGE


@login_required
@require_GET
def sessions(request: SignedIn) -> HttpResponse:
    """The live sessions that I hold, and who says that they were there."""
    held = list(my_sessions(request.user)[:50])
    rows = Attendance.objects.filter(session__in=held).select_related("person").order_by("said_at", "pk")
    by_session = [(one, [row for row in rows if row.session_id == one.pk]) for one in held]
    return render(request, "people/training/sessions.html", {"sessions": by_session})


@login_required
@require_POST
def confirm(request: SignedIn, session_id: UUID, attendance_id: UUID) -> HttpResponse:
    get_my_session(request.user, session_id)
    attending.confirm(actor=request.user, session_id=session_id, attendance_id=attendance_id)
    messages.success(request, _("Confirmed."))
    return redirect("people:training_sessions")


@requires(OFFICER)
@require_GET
def outside_list(request: SignedIn) -> HttpResponse:
    rows = OutsideCertificate.objects.select_related("person", "checked_by").order_by(
        "checked_at", "-recorded_at"
    )
    return render(request, "people/training/outside_list.html", {"rows": rows[:MOST]})


@requires(OFFICER)
def outside_check(request: SignedIn, certificate_id: UUID) -> HttpResponse:
    """GET: the whole number beside the scan. POST: genuine or not."""
    found = get_outside(request.user, certificate_id)
    if request.method == "POST":
        try:
            if request.POST.get("genuine") not in ("yes", "no"):
                raise NotNow(_("Say whether it is genuine."))
            check_outside(actor=request.user, row=found, genuine=request.POST["genuine"] == "yes")
        except NotNow as problem:
            messages.warning(request, str(problem))
        return redirect("people:training_outside_list")
    number = unsealed(found.pk, bytes(found.number), person=found.person_id).decode()
    context = {"row": found, "number": number, "own": found.person_id == request.user.pk}
    return render(request, "people/training/outside_check.html", context)


@requires(OFFICER)
@require_POST
def talk(request: SignedIn, enrolment_id: UUID) -> HttpResponse:
    """I talked with them: they may try again."""
    found = Enrolment.objects.select_related("track").filter(pk=enrolment_id, ended_at__isnull=True).first()
    if found is None:
        raise Refused(ObjectType.TRAINING, enrolment_id, Action.TRAINING_TALK)
    try:
        record_talk(actor=request.user, enrolment=found)
    except NotNow as problem:
        messages.warning(request, str(problem))
    return redirect("people:training_report")


@requires(OFFICER)
@require_GET
def effectiveness(request: SignedIn) -> HttpResponse:
    """Whether training works."""
    record_read(Entry(action=Action.TRAINING_REPORT, object_type=ObjectType.TRAINING, object_id=None))
    rows = report.tracks()
    context = {
        "rows": rows,
        "roles": report.roles(),
        "hardest": report.hardest(),
        "overdue": report.overdue()[:MOST],
        "stuck": report.stuck()[:MOST],
        "bars": report.chart(rows),
        "small": report.SMALL,
    }
    return render(request, "people/training/report.html", context)
