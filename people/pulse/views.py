from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from people.posts.access import require_staff
from people.pulse import services
from people.pulse.models import PulseRound, PulseVoice, Question
from people.pulse.report import report
from people.requests import SignedIn
from people.roles.access import requires
from people.roles.permissions import Permission

MOST = 12  # rounds shown
_SCALE = [
    ("1", pgettext_lazy("pulse", "Not at all")),
    ("2", pgettext_lazy("pulse", "Rather not")),
    ("3", pgettext_lazy("pulse", "Partly")),
    ("4", pgettext_lazy("pulse", "Rather")),
    ("5", pgettext_lazy("pulse", "Wholly")),
]


class AnswerForm(forms.Form):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for question in Question:
            self.fields[f"q{question.value}"] = forms.ChoiceField(
                label=question.label, choices=_SCALE, widget=forms.RadioSelect
            )

    def values(self) -> dict[int, int]:
        return {question.value: int(self.cleaned_data[f"q{question.value}"]) for question in Question}


class OpenForm(forms.Form):
    days = forms.IntegerField(label=gettext_lazy("Open for days"), min_value=3, max_value=31, initial=14)


@login_required
@require_http_methods(["GET", "POST"])
def pulse(request: SignedIn) -> HttpResponse:
    """The round that is open: answering it, once."""
    require_staff(request.user)
    current = services.newest()
    if current is not None and not current.is_open:
        current = None
    answered = current is not None and PulseVoice.objects.filter(round=current, person=request.user).exists()
    form = AnswerForm(request.POST or None) if current is not None and not answered else None
    if request.method == "POST" and form is not None and current is not None and form.is_valid():
        try:
            services.answer(actor=request.user, pulse=current, values=form.values())
        except services.NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Thank you. Your answers were added to the counts."))
            return redirect("people:pulse")
    context = {"pulse": current, "answered": answered, "form": form}
    return render(request, "people/pulse/pulse.html", context)


@requires(Permission.DUTY_MANAGE)
@require_http_methods(["GET", "POST"])
def pulses(request: SignedIn) -> HttpResponse:
    """What rounds said that are over; opening the next."""
    form = OpenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.open_round(actor=request.user, days=form.cleaned_data["days"])
        except services.NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Open. Everybody of the house is asked."))
            return redirect("people:pulses")
    rounds = list(PulseRound.objects.order_by("-opens_at")[:MOST])
    context = {"form": form, "rounds": [(one, report(one)) for one in rounds]}
    return render(request, "people/pulse/pulses.html", context)
