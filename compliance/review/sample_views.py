"""Samples: what is asked of a reader, and what officers make of the answers."""

from collections.abc import Sequence
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.models import LogEntry
from audit.refusals import Refused
from audit.sentences import Line, code_words, ids_named, lines
from compliance.review.access import note_reading
from compliance.review.models import Drawn, Sample, SampleRule, SampleState
from compliance.review.names import names_of
from compliance.review.sampling import answer, asked_of, get_asked, judge, samples, set_rule
from people.accounts.models import Kind
from people.paging import page_of
from people.requests import SignedIn
from people.roles.access import requires
from people.roles.permissions import Permission
from vault.purposes.catalogue import Reason
from vault.records.errors import NotPossible
from vault.records.reasons import LIMIT

ASKED_SHOWN = 50


class AnswerForm(forms.Form):
    reason = forms.ChoiceField(label=gettext_lazy("Why"), choices=Reason.choices)
    words = forms.CharField(
        label=gettext_lazy("In your own words"),
        required=False,
        max_length=LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Sealed under the client's key. An officer reads it; it dies with the client."
        ),
    )


class RuleForm(forms.Form):
    drawn = forms.ChoiceField(label=gettext_lazy("Drawn from"), choices=Drawn.choices)
    per_week = forms.IntegerField(label=gettext_lazy("How many a week"), min_value=0, max_value=50, initial=5)
    days = forms.IntegerField(label=gettext_lazy("Days to answer"), min_value=1, max_value=30, initial=5)


@login_required
@never_cache
@require_GET
def asked(request: SignedIn) -> HttpResponse:
    """What the person has still to answer."""
    if request.user.kind != Kind.STAFF:
        raise Refused(ObjectType.SAMPLE, None, Action.SAMPLE_ANSWER)
    rows = list(asked_of(request.user)[:ASKED_SHOWN])
    note_reading("asked")
    context = {"rows": _with_lines(rows), "now": timezone.now()}
    return render(request, "compliance/review/asked.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def asked_one(request: SignedIn, sample_id: UUID) -> HttpResponse:
    """One question, and the answer to it."""
    sample = get_asked(request.user, sample_id)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            answer(
                actor=request.user, sample_id=sample_id, reason=Reason(given["reason"]), words=given["words"]
            )
        except NotPossible as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("Your answer is with the officers."))
            return redirect("compliance:asked")
    note_reading("asked")
    [(_sample, line)] = _with_lines([sample])
    context = {"sample": sample, "line": line, "form": form, "waits": sample.state == SampleState.ASKED}
    return render(request, "compliance/review/asked_one.html", context)


@requires(Permission.LOG_REASON)
@never_cache
@require_http_methods(["GET", "POST"])
def drawn(request: SignedIn) -> HttpResponse:
    """All samples for the officers, newest draw first; and the rules."""
    form = RuleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        set_rule(
            actor=request.user, drawn=Drawn(given["drawn"]), per_week=given["per_week"], days=given["days"]
        )
        messages.success(request, _("The rule holds from the next draw on."))
        return redirect("compliance:log_samples")
    state = request.GET.get("state", "")
    found = samples(request.user)
    if state in SampleState.values:
        found = found.filter(state=state)
    page = page_of(request, found, by="-due_at")
    note_reading("samples")
    answers = LogEntry.objects.in_bulk([one.answer for one in page.rows if one.answer])
    context = {
        "page": page,
        "rows": [(one, line, _answer(answers.get(one.answer))) for one, line in _with_lines(page.rows)],
        "rules": SampleRule.objects.order_by("drawn"),
        "states": SampleState.choices,
        "state": state,
        "form": form,
        "now": timezone.now(),
    }
    return render(request, "compliance/review/samples.html", context)


@requires(Permission.LOG_REASON)
@require_POST
def decide(request: SignedIn, sample_id: UUID) -> HttpResponse:
    """Accept an answer, or take the reveal up as a finding."""
    try:
        judged = judge(
            actor=request.user, sample_id=sample_id, accept=request.POST.get("verdict") == "accept"
        )
    except NotPossible as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, str(SampleState(judged.state).label))
    return redirect("compliance:log_samples")


def _answer(entry: LogEntry | None) -> str:
    return code_words(entry.reason) if entry else ""


def _with_lines(rows: Sequence[Sample]) -> list[tuple[Sample, Line | None]]:
    """Each sample with its entry in a sentence; three queries, however many."""
    found = LogEntry.objects.in_bulk([one.entry for one in rows])
    told = {line.entry.pk: line for line in lines(found.values(), names_of(ids_named(found.values())))}
    return [(one, told.get(one.entry)) for one in rows]
