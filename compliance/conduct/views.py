"""Conduct cases: for those who handle them, and for whom they are about."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from audit.actions import Action
from compliance.conduct import deciding, opening
from compliance.conduct.access import OPENS, get_case, get_mine, may_open, my_cases, which_cases
from compliance.conduct.codes import EvidenceKind, Measure, Says, State
from compliance.conduct.forms import CommendForm, EvidenceForm, OpenForm, VoteForm, WordsForm
from compliance.conduct.models import Commendation, ConductCase
from compliance.conduct.texts import texts_of
from people.paging import page_of
from people.requests import SignedIn
from people.roles.access import requires
from vault.records.errors import NotPossible

MOST = 100


@login_required
@require_GET
def cases(request: SignedIn) -> HttpResponse:
    """Those in which I am named."""
    page = page_of(request, which_cases(request.user), by="-opened_at")
    return render(request, "compliance/conduct/cases.html", {"page": page, "opens": may_open(request.user)})


@requires(OPENS)
@never_cache
def case_new(request: SignedIn) -> HttpResponse:
    form = OpenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = opening.open_case(actor=request.user, charge=form.charge())
        except NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            if made.state == State.HELD:
                messages.warning(request, _("The case is kept, and waits for an officer before it begins."))
            else:
                messages.success(request, _("Opened. The person is told and has seven days to reply."))
            return redirect("compliance:conduct_case", made.pk)
    return render(request, "compliance/conduct/case_new.html", {"form": form})


@login_required
@require_GET
@never_cache
def case(request: SignedIn, case_id: UUID) -> HttpResponse:
    """All that was said; what I can do now."""
    found = get_case(request.user, case_id, Action.CONDUCT_VIEW)
    return _case_page(request, found, {})


def _case_page(request: SignedIn, found: ConductCase, forms: dict[str, object]) -> HttpResponse:
    me, now = request.user.pk, timezone.now()
    heard = found.replied_at is not None or (found.reply_due is not None and found.reply_due <= now)
    context = {
        "case": found,
        "texts": [
            (row.get_says_display(), row.by, row.at, words)
            for row, words in texts_of(found, Action.CONDUCT_VIEW)
        ],
        "evidence": found.evidence.order_by("at", "pk")[:MOST],
        "votes": found.votes.select_related("by").order_by("at", "pk"),
        "result": Measure(found.result).label if found.result else "",
        "may_add": me == found.opened_by_id and found.state in (State.HELD, State.OPEN),
        "may_vote": me in (found.first_id, found.second_id) and found.state == State.OPEN and heard,
        "waits_for_reply": found.state == State.OPEN and not heard,
        "may_answer": me == found.appeal_by_id and found.state == State.APPEALED,
        "evidence_form": EvidenceForm(),
        "vote_form": VoteForm(initial={"measure": found.proposed}),
        "answer_form": VoteForm(initial={"measure": found.measure}),
        **forms,
    }
    return render(request, "compliance/conduct/case.html", context)


def _done(request: SignedIn, act: Callable[[], object], words: str) -> None:
    try:
        act()
    except NotPossible as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, words)


@login_required
@require_POST
def evidence(request: SignedIn, case_id: UUID) -> HttpResponse:
    found = get_case(request.user, case_id, Action.CONDUCT_EVIDENCE)
    form = EvidenceForm(request.POST)
    if not form.is_valid():
        return _case_page(request, found, {"evidence_form": form})
    kind, object_id = EvidenceKind(form.cleaned_data["kind"]), form.cleaned_data["object_id"]
    _done(
        request,
        lambda: opening.add_evidence(actor=request.user, case_id=case_id, kind=kind, object_id=object_id),
        _("Linked."),
    )
    return redirect("compliance:conduct_case", case_id)


@login_required
@require_POST
def vote(request: SignedIn, case_id: UUID) -> HttpResponse:
    found = get_case(request.user, case_id, Action.CONDUCT_VOTE)
    form = VoteForm(request.POST)
    if not form.is_valid():
        return _case_page(request, found, {"vote_form": form})
    measure, words = Measure(form.cleaned_data["measure"]), form.cleaned_data["words"]
    _done(
        request,
        lambda: deciding.vote(actor=request.user, case_id=case_id, measure=measure, words=words),
        _("Kept. It is decided when both deciders say the same."),
    )
    return redirect("compliance:conduct_case", case_id)


@login_required
@require_POST
def answer(request: SignedIn, case_id: UUID) -> HttpResponse:
    found = get_case(request.user, case_id, Action.CONDUCT_ANSWER)
    form = VoteForm(request.POST)
    if not form.is_valid():
        return _case_page(request, found, {"answer_form": form})
    measure, words = Measure(form.cleaned_data["measure"]), form.cleaned_data["words"]
    _done(
        request,
        lambda: deciding.answer(actor=request.user, case_id=case_id, measure=measure, words=words),
        _("Answered. The person reads it."),
    )
    return redirect("compliance:conduct_case", case_id)


@login_required
@require_GET
def mine(request: SignedIn) -> HttpResponse:
    """Cases about me, and what I was commended for."""
    own = Commendation.objects.filter(person=request.user).order_by("-at", "-pk")
    context = {"cases": my_cases(request.user).order_by("-opened_at")[:MOST], "commendations": own[:MOST]}
    return render(request, "compliance/conduct/mine.html", context)


@login_required
@require_GET
@never_cache
def my_case(request: SignedIn, case_id: UUID) -> HttpResponse:
    """What is said of me, and what became of it; nothing of who said it, or of who decides."""
    found = get_mine(request.user, case_id, Action.CONDUCT_READ)
    now = timezone.now()
    decided = found.state not in (State.HELD, State.OPEN)
    hidden = () if decided else (Says.GROUNDS,)
    context = {
        "case": found,
        "texts": [
            (row.get_says_display(), row.at, words)
            for row, words in texts_of(found, Action.CONDUCT_READ)
            if row.says not in hidden
        ],
        "evidence": found.evidence.order_by("at", "pk")[:MOST],
        "result": Measure(found.result).label if found.result else "",
        "may_reply": found.state == State.OPEN
        and found.replied_at is None
        and found.reply_due is not None
        and found.reply_due > now,
        "may_appeal": found.state == State.DECIDED
        and found.appeal_due is not None
        and found.appeal_due > now,
        "form": WordsForm(),
    }
    return render(request, "compliance/conduct/my_case.html", context)


@login_required
@require_POST
def reply(request: SignedIn, case_id: UUID) -> HttpResponse:
    get_mine(request.user, case_id, Action.CONDUCT_REPLY)
    words = request.POST.get("words", "")
    _done(
        request,
        lambda: deciding.reply(actor=request.user, case_id=case_id, words=words),
        _("Your reply is kept. Both deciders read it."),
    )
    return redirect("compliance:conduct_my_case", case_id)


@login_required
@require_POST
def appeal(request: SignedIn, case_id: UUID) -> HttpResponse:
    get_mine(request.user, case_id, Action.CONDUCT_APPEAL)
    words = request.POST.get("words", "")
    _done(
        request,
        lambda: deciding.appeal(actor=request.user, case_id=case_id, words=words),
        _("Your appeal is kept. Somebody who decided nothing answers it within two weeks."),
    )
    return redirect("compliance:conduct_my_case", case_id)


@requires(OPENS)
def commendations(request: SignedIn) -> HttpResponse:
    """The register; POST adds to it."""
    form = CommendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            opening.commend(actor=request.user, **form.cleaned_data)
        except NotPossible as problem:
            form.add_error("words", str(problem))
        else:
            return redirect("compliance:commendations")
    page = page_of(request, Commendation.objects.select_related("person", "by"), by="-at")
    return render(request, "compliance/conduct/commendations.html", {"page": page, "form": form})
