"""The jobs of the house."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.requests import SignedIn
from people.roles.access import has, requires
from people.roles.permissions import Permission
from people.staffing import access
from people.staffing.errors import NotNow
from people.staffing.forms import JobForm
from people.staffing.jobs import make_job, retire_job
from people.stepup import step_up_required


@requires(*access.PLANNERS)
@require_http_methods(["GET", "POST"])
def jobs(request: SignedIn) -> HttpResponseBase:
    """GET: the jobs, and to who gives roles a form for another. POST: make it."""
    makes = has(request.user, Permission.ROLE_MANAGE)
    if request.method == "POST":
        if not makes:
            raise Refused(ObjectType.JOB, None, Action.STAFFING_JOB)
        return _make(request)
    return _page(request, JobForm() if makes else None)


@step_up_required
def _make(request: SignedIn) -> HttpResponse:
    form = JobForm(request.POST)
    if form.is_valid():
        try:
            make_job(actor=request.user, **form.cleaned_data)
        except NotNow as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("The job is there. Whoever comes to it is agreed to each time."))
            return redirect("people:jobs")
    return _page(request, form)


def _page(request: SignedIn, form: JobForm | None) -> HttpResponse:
    rows = access.which_jobs(request.user).prefetch_related("roles")
    return render(request, "people/staffing/jobs.html", {"jobs": rows, "form": form})


@requires(Permission.ROLE_MANAGE)
@require_POST
def retire(request: SignedIn, job_id: UUID) -> HttpResponse:
    found = access.which_jobs(request.user).filter(pk=job_id).first()
    if found is None:
        raise Refused(ObjectType.JOB, job_id, Action.STAFFING_JOB_END)
    retire_job(actor=request.user, job=found)
    messages.success(request, _("Nobody comes to this job any more."))
    return redirect("people:jobs")
