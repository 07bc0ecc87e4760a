"""The months of the log, how long they are kept, and asking for one to leave."""

import mimetypes
from collections.abc import Iterator
from datetime import date
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from compliance.logretention import access, leaving, policy, shredding
from compliance.logretention.forms import AskForm, PolicyForm
from compliance.logretention.months import all_months
from people.approvals.registry import CannotCarryOut
from people.locks.standing import until_locked
from people.requests import SignedIn
from people.roles.access import has, requires
from people.roles.permissions import Permission

PIECE = 1024**2  # bytes


@requires(Permission.LOG_READ)
@never_cache
@require_GET
def months(request: SignedIn) -> HttpResponse:
    """Every month: how large it is, what keeps it, where it went."""
    access.note_reading()
    return _page(request, None)


@requires(Permission.RETENTION_MANAGE)
@require_POST
def set_policy(request: SignedIn) -> HttpResponse:
    """Longer at once; shorter once another officer has agreed."""
    form = PolicyForm(request.POST, now=policy.policy())
    if not form.is_valid():
        return _page(request, form)
    values = form.cleaned_data
    try:
        asked = policy.change_policy(
            actor=request.user, months=values["months"], years=values["years"], words=values["words"]
        )
    except ValidationError as problem:
        form.add_error(None, problem)
        return _page(request, form)
    if asked is None:
        messages.success(request, _("In force from now on."))
        return redirect("compliance:log_retention")
    messages.success(request, _("Asked for. It stays as it is until another officer has approved."))
    return redirect("people:approval", asked.pk)


@requires(Permission.RETENTION_MANAGE)
@never_cache
@require_http_methods(["GET", "POST"])
def ask(request: SignedIn, month: date) -> HttpResponse:
    """What would leave, and asking another officer for it."""
    row = access.get_month(request.user, month)
    form = AskForm(request.POST if request.method == "POST" else None)
    may_leave = row.is_ready and not row.ordered
    if not (may_leave or row.may_shred) or row.code in leaving.waiting():
        raise Refused(ObjectType.LOG, None, Action.LOG_DROP_ORDER)
    if form.is_valid():
        ask_for = leaving.ask if may_leave else shredding.ask
        try:
            asked = ask_for(actor=request.user, month=month, words=form.cleaned_data["words"])
        except CannotCarryOut:
            messages.warning(request, _("The file is not in its place. Nothing was asked for."))
            return redirect("compliance:log_retention")
        messages.success(request, _("Asked for. It stays as it is until another officer has approved."))
        return redirect("people:approval", asked.pk)
    context = {"row": row, "form": form, "digest": leaving.digest_code(row), "may_leave": may_leave}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "compliance/logretention/ask.html", context, status=status)


@requires(Permission.LOG_READ)
@never_cache
@require_GET
def bundle(request: SignedIn, month: date) -> HttpResponseBase:
    """The bundle of a month, as it lies in the archive."""
    path = access.take_bundle(request.user, month)
    answer = StreamingHttpResponse(
        until_locked(_pieces(path), request.user.pk),
        content_type=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
    )
    answer["Content-Length"] = path.stat().st_size
    answer["Content-Disposition"] = content_disposition_header(True, path.name) or "attachment"
    return answer


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from iter(lambda: file.read(PIECE), b"")


def _page(request: SignedIn, form: PolicyForm | None) -> HttpResponse:
    row, waiting = policy.policy_row(), leaving.waiting()
    in_force = policy.policy_of(row)
    shown = all_months(in_force, timezone.now())
    context = {
        "bundles_before": access.bundles_before(request.user),
        "months": [(one, waiting.get(one.code)) for one in shown],
        "comparable": sum(bool(one.entries) for one in shown) > 1,
        "policy": in_force,
        "row": row,
        "shortening": policy.waiting_change(),
        "manages": has(request.user, Permission.RETENTION_MANAGE),
        "form": form or PolicyForm(now=in_force),
        "folder": settings.LOG_ARCHIVE_DIR.name,
    }
    status = HTTPStatus.OK if form is None else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "compliance/logretention/months.html", context, status=status)
