"""The forms of conduct cases. None takes a state, a date or who acts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from compliance.conduct.codes import EvidenceKind, Measure
from compliance.conduct.opening import Charge
from compliance.words import LIMIT
from people.accounts.models import Kind, User
from people.training.enrolling import running_tracks

_COLLEAGUES = User.objects.filter(kind=Kind.STAFF, is_active=True).order_by("display_name", "pk")
_WORDS = forms.Textarea(attrs={"rows": 5})


class OpenForm(forms.Form):
    person = forms.ModelChoiceField(label=_("About whom"), queryset=_COLLEAGUES, empty_label=_("Choose…"))
    words = forms.CharField(
        label=_("What is said of the person"),
        help_text=_("The person reads this. Write what happened, and nothing of who reported it."),
        max_length=LIMIT,
        widget=_WORDS,
    )
    proposed = forms.ChoiceField(label=_("Proposed measure"), choices=Measure.choices)
    track = forms.ModelChoiceField(
        label=_("Course, where retraining is proposed"), queryset=running_tracks(), required=False
    )
    first = forms.ModelChoiceField(label=_("First decider"), queryset=_COLLEAGUES, empty_label=_("Choose…"))
    second = forms.ModelChoiceField(label=_("Second decider"), queryset=_COLLEAGUES, empty_label=_("Choose…"))
    appeal_by = forms.ModelChoiceField(
        label=_("Who decides an appeal"), queryset=_COLLEAGUES, empty_label=_("Choose…")
    )

    def charge(self) -> Charge:
        typed: dict[str, Any] = dict(self.cleaned_data)
        return Charge(proposed=Measure(typed.pop("proposed")), **typed)


class WordsForm(forms.Form):
    words = forms.CharField(label=pgettext_lazy("conduct", "Your words"), max_length=LIMIT, widget=_WORDS)


class VoteForm(WordsForm):
    measure = forms.ChoiceField(label=pgettext_lazy("conduct", "Measure"), choices=Measure.choices)
    words = forms.CharField(
        label=pgettext_lazy("conduct", "Grounds"),
        help_text=_("The person reads them."),
        max_length=LIMIT,
        widget=_WORDS,
    )


class EvidenceForm(forms.Form):
    kind = forms.ChoiceField(label=pgettext_lazy("evidence", "Kind"), choices=EvidenceKind.choices)
    object_id = forms.UUIDField(label=_("Number of it (from its page)"))


class CommendForm(forms.Form):
    person = forms.ModelChoiceField(
        label=_("Who is commended"), queryset=_COLLEAGUES, empty_label=_("Choose…")
    )
    words = forms.CharField(label=_("For what"), help_text=_("Name no client and no deal."), max_length=200)
