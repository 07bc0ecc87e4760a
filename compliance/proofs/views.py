"""Pages: how the checkpoints outside are, proofs to take along, and verifying in the browser."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from audit.actions import Action, ObjectType
from audit.checkpoints import store
from audit.checkpoints.keys import NoKeys
from audit.checkpoints.signing import SIGNER
from audit.entry import Entry
from audit.log import record_read
from compliance.proofs import access, health
from compliance.proofs.losing import DeclareLoss
from people.requests import SignedIn
from people.roles.access import has, requires
from people.roles.permissions import Permission


@require_GET
@requires(Permission.LOG_READ)
@never_cache
def checkpoints(request: SignedIn) -> HttpResponse:
    """The newest checkpoint, each sink, the alarms that stand, and where to take a proof of growth."""
    record_read(
        Entry(action=Action.LOG_READ, object_type=ObjectType.LOG, object_id=None, fields=("checkpoints",))
    )
    standing = health.standing()
    context = {
        "newest": store.latest(),
        "states": health.states(),
        "standing": standing,
        "is_refused": any(alarm.sink == SIGNER for _where, _what, alarm in standing),
        "formers": health.former_logs(),
        "may_decide": has(request.user, DeclareLoss.permission),
        "keys": _keys(),
    }
    return render(request, "compliance/proofs/checkpoints.html", context)


@require_GET
@requires(Permission.LOG_READ)
@never_cache
def entry_proof(request: SignedIn, entry_id: UUID) -> HttpResponse:
    """One entry with its proof, as a file."""
    try:
        proof = access.prove_entry(request.user, entry_id)
    except access.NotYet:
        messages.warning(request, _("No signed checkpoint holds it yet. Try again in a few seconds."))
        return redirect("compliance:log_entry", entry_id)
    except access.HasLeft:  # the entry's page says where its text is
        return redirect("compliance:log_entry", entry_id)
    return _file(proof, f"{entry_id}.tlog-proof")


@require_GET
@requires(Permission.LOG_READ)
@never_cache
def growth(request: SignedIn) -> HttpResponse:
    """The proof that the newest checkpoint goes on from the size that was typed."""
    typed = request.GET.get("from", "").strip()
    try:
        old = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0
        return _file(access.prove_growth(request.user, old), f"{old}.growth")
    except access.NotYet:
        messages.error(request, _("The log never had that many entries in a checkpoint. Nothing was made."))
        return redirect("compliance:checkpoints")


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Verifies in the reader's own browser; nothing that they choose is sent. For everybody."""
    return render(request, "compliance/proofs/verify.html")


def _keys() -> list[str]:
    try:
        return access.key_lines().splitlines()
    except NoKeys:
        return []


def _file(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
