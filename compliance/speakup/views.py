"""The pages of those who handle reports. Signed in and attributed like all others."""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from compliance.speakup import handling, protecting, showing
from compliance.speakup.access import get_case, which_cases
from compliance.speakup.codes import Outcome, Shielding, State
from compliance.speakup.forms import AccuseForm, AnswerForm, CloseForm, NoteForm, PolicyForm, ProtectForm
from people.paging import page_of
from people.requests import SignedIn
from people.roles.access import has, requires
from people.roles.permissions import Permission
from vault.records.errors import NotPossible

HANDLERS = (Permission.SPEAKUP_HANDLE, Permission.LOG_READ)


@require_GET
@requires(*HANDLERS)
@never_cache
def cases(request: SignedIn) -> HttpResponse:
    """The reports that this person handles, the newest first."""
    state = request.GET.get("state", "")
    found = which_cases(request.user)
    shown = found.filter(state=state) if state in State.values else found
    page = page_of(request, shown, by="-made_on")
    record_read(Entry(action=Action.SPEAKUP_LIST, object_type=ObjectType.SPEAKUP, object_id=None))
    context = {
        "page": page,
        "rows": showing.listed(page.rows),
        "states": State.choices,
        "state": state,
        "sets_rule": has(request.user, Permission.SPEAKUP_HANDLE),
    }
    return render(request, "compliance/speakup/cases.html", context)


@require_GET
@requires(*HANDLERS)
@never_cache
def case(request: SignedIn, case_id: UUID) -> HttpResponse:
    """One report with its mailbox. Opening it opens the texts, which is an entry."""
    one = get_case(request.user, case_id)
    return render(request, "compliance/speakup/case.html", showing.case_page(request.user, one))


@require_POST
@requires(*HANDLERS)
def acknowledge(request: SignedIn, case_id: UUID) -> HttpResponse:
    return _step(request, case_id, lambda: handling.acknowledge(actor=request.user, case_id=case_id))


@require_POST
@requires(*HANDLERS)
def investigate(request: SignedIn, case_id: UUID) -> HttpResponse:
    return _step(request, case_id, lambda: handling.investigate(actor=request.user, case_id=case_id))


@require_POST
@requires(*HANDLERS)
def hand_on(request: SignedIn, case_id: UUID) -> HttpResponse:
    """The report leaves the auditor's list: the officers have it from now on."""
    return _step(
        request,
        case_id,
        lambda: handling.hand_on(actor=request.user, case_id=case_id),
        to="compliance:speak_up_cases",
    )


@require_POST
@requires(*HANDLERS)
def answer(request: SignedIn, case_id: UUID) -> HttpResponse:
    get_case(request.user, case_id, Action.SPEAKUP_ANSWER)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _back(request, case_id, _("Write something first; at most 10,000 characters."))
    given = form.cleaned_data
    return _step(
        request,
        case_id,
        lambda: handling.answer(
            actor=request.user, case_id=case_id, words=given["words"], final=given["final"]
        ),
    )


@require_POST
@requires(*HANDLERS)
def note(request: SignedIn, case_id: UUID) -> HttpResponse:
    get_case(request.user, case_id, Action.SPEAKUP_NOTE)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _back(request, case_id, _("Write something first; at most 10,000 characters."))
    words = form.cleaned_data["words"]
    return _step(request, case_id, lambda: handling.note(actor=request.user, case_id=case_id, words=words))


@require_POST
@requires(*HANDLERS)
def close(request: SignedIn, case_id: UUID) -> HttpResponse:
    get_case(request.user, case_id, Action.SPEAKUP_CLOSE)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _back(request, case_id, _("Say how it ended, and what the reporter is told."))
    outcome, words = Outcome(form.cleaned_data["outcome"]), form.cleaned_data["words"]
    return _step(
        request,
        case_id,
        lambda: handling.close(actor=request.user, case_id=case_id, outcome=outcome, words=words),
    )


@require_POST
@requires(*HANDLERS)
def accuse(request: SignedIn, case_id: UUID) -> HttpResponse:
    get_case(request.user, case_id, Action.SPEAKUP_ACCUSE)
    form = AccuseForm(request.POST)
    if not form.is_valid():
        return _back(request, case_id, _("Choose a person."))
    user = form.cleaned_data["user"]
    # Who marks themselves has stepped aside: the report is not theirs to come back to.
    to = "compliance:speak_up_cases" if user == request.user else ""
    return _step(
        request, case_id, lambda: handling.accuse(actor=request.user, case_id=case_id, user=user), to=to
    )


@require_POST
@requires(*HANDLERS)
def clear(request: SignedIn, case_id: UUID, user_id: UUID) -> HttpResponse:
    return _step(
        request, case_id, lambda: handling.clear(actor=request.user, case_id=case_id, user_id=user_id)
    )


@require_POST
@requires(*HANDLERS)
def protect(request: SignedIn, case_id: UUID) -> HttpResponse:
    get_case(request.user, case_id, Action.SPEAKUP_PROTECT)
    form = ProtectForm(request.POST)
    if not form.is_valid():
        return _back(request, case_id, _("Only with the person's own word: it makes them known."))
    given = form.cleaned_data
    return _step(
        request,
        case_id,
        lambda: protecting.protect(
            actor=request.user,
            case_id=case_id,
            user=given["user"],
            shielding=Shielding(given["shielding"]),
            agreed=given["agreed"],
        ),
    )


@require_POST
@requires(*HANDLERS)
def protection_end(request: SignedIn, protection_id: UUID) -> HttpResponse:
    ended = protecting.end_protection(actor=request.user, protection_id=protection_id)
    return redirect("compliance:speak_up_case", ended.pk)


@require_POST
@requires(*HANDLERS)
def act_settle(request: SignedIn, act_id: UUID) -> HttpResponse:
    settled = protecting.settle(actor=request.user, act_id=act_id)
    return redirect("compliance:speak_up_case", settled.pk)


@require_http_methods(["GET", "POST"])
@requires(Permission.SPEAKUP_HANDLE)
@never_cache
def rules(request: SignedIn) -> HttpResponse:
    """How long a closed report is kept."""
    form = PolicyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        handling.set_policy(actor=request.user, **form.cleaned_data)
        messages.success(request, _("The rule holds from now on."))
        return redirect("compliance:speak_up_rules")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "compliance/speakup/rules.html", {"form": form}, status=status)


def _step(request: SignedIn, case_id: UUID, step: Callable[[], object], *, to: str = "") -> HttpResponse:
    """Take a step, and back to the report; what was not possible is said there."""
    try:
        step()
    except NotPossible as refused:
        return _back(request, case_id, str(refused.message))
    return redirect(to) if to else redirect("compliance:speak_up_case", case_id)


def _back(request: SignedIn, case_id: UUID, words: str) -> HttpResponse:
    messages.error(request, words)
    return redirect("compliance:speak_up_case", case_id)
