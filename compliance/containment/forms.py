"""Forms of locks and cases."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from compliance.containment.codes import Answer, Closed, Contained, Severity, State
from compliance.containment.models import Incident
from people.approvals.reasons import LONGEST, clean_reason
from people.locks.codes import LockReason

_MOMENT = "%Y-%m-%dT%H:%M"
CHOOSE = ("", _("Choose…"))


class WordsField(forms.CharField):
    """Why, without anybody's data."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("No names, numbers or addresses of clients."))
        super().__init__(max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2}), **kwargs)

    def clean(self, value: str) -> str:
        return clean_reason(super().clean(value) or "")


class LockForm(forms.Form):
    reason = forms.ChoiceField(label=_("Reason"), choices=[CHOOSE, *LockReason.choices])
    words = WordsField(label=_("What is known"))
    discovered_at = forms.DateTimeField(
        label=_("When was it discovered?"),
        input_formats=[_MOMENT],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT),
        help_text=_("The legal clocks start then. It may lie before now, never after."),
    )
    case = forms.ChoiceField(label=_("Case"), required=False)
    severity = forms.TypedChoiceField(
        label=pgettext_lazy("incident", "Severity"),
        coerce=int,
        required=False,
        choices=Severity.choices,
        initial=Severity.ORDINARY,
        help_text=_("Of a new case. Officers can change it at any time."),
    )

    def __init__(self, *args: Any, officer: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Without seconds, so that what was discovered this very minute does not lie ahead.
        self.fields["discovered_at"].initial = timezone.localtime().replace(second=0, microsecond=0)
        if not officer:
            del self.fields["case"], self.fields["severity"]
            return
        waiting = Incident.objects.exclude(state=State.CLOSED).order_by("-opened_at")[:50]
        field = self.fields["case"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("A new case")), *((str(one.pk), case_words(one)) for one in waiting)]

    def clean_discovered_at(self) -> datetime:
        moment: datetime = self.cleaned_data["discovered_at"]
        if moment > timezone.now():
            raise forms.ValidationError(_("Nothing was discovered in the future."))
        return moment


def case_words(incident: Incident) -> str:
    """How a case is told from others in a choice."""
    opened = timezone.localtime(incident.opened_at)
    return f"{opened:%Y-%m-%d %H:%M} · {incident.get_reason_display()}"


class EndForm(forms.Form):
    reason = WordsField(label=_("Why it can end"))


class JudgeForm(forms.Form):
    severity = forms.TypedChoiceField(
        label=pgettext_lazy("incident", "Severity"), coerce=int, choices=Severity.choices
    )
    critical = forms.BooleanField(label=_("Critical information infrastructure is hit"), required=False)
    gdpr = forms.BooleanField(label=_("People in the European Union are concerned"), required=False)
    words = WordsField(label=_("Why"))


class AnswerForm(forms.Form):
    how = forms.ChoiceField(label=pgettext_lazy("clock", "Answer"), choices=Answer.choices)
    words = WordsField(label=pgettext_lazy("clock", "What was done, or why not"))


class NoteForm(forms.Form):
    words = WordsField(label=_("Where evidence lies, who holds it"))


class ContainForm(forms.Form):
    how = forms.ChoiceField(label=_("By what"), choices=[CHOOSE, *Contained.choices])
    words = WordsField(label=_("Why"))


class CloseForm(forms.Form):
    how = forms.ChoiceField(label=_("What was it?"), choices=[CHOOSE, *Closed.choices])
    words = WordsField(label=_("Why"))


class PeriodForm(forms.Form):
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("Until, this day included"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def bounds(self) -> tuple[datetime | None, datetime | None]:
        """None where nothing, or nothing usable, was typed."""
        chosen = self.cleaned_data if self.is_valid() else {}
        first, last = chosen.get("since"), chosen.get("until")
        start = datetime.combine(first, datetime.min.time()) if first else None
        end = datetime.combine(last + timedelta(days=1), datetime.min.time()) if last else None
        return (
            timezone.make_aware(start) if start else None,
            timezone.make_aware(end) if end else None,
        )
