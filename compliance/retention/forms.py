"""Forms of retention rules."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.retention.models import MAX_DAYS, Basis, EndReason, RetentionRule, Trigger
from vault.purposes.catalogue import Holding, Purpose
from vault.records.models import Source

FIELDS = (
    *("name", "book", "holding", "source", "purpose", "trigger", "period_days"),
    *("basis", "note", "active", "next_review"),
)


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    class Meta:
        model = RetentionRule
        fields = FIELDS
        widgets = {"next_review": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "note": gettext_lazy("Which article, which contract. No client data."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, codes, none in (
            ("holding", Holding, gettext_lazy("All")),
            ("source", Source, gettext_lazy("All")),
            ("purpose", Purpose, gettext_lazy("All")),
            ("trigger", Trigger, gettext_lazy("Choose…")),
            ("basis", Basis, gettext_lazy("Choose…")),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.TypedChoiceField)
            field.choices = [("", none), *codes.choices]
        book = self.fields["book"]
        assert isinstance(book, forms.ModelChoiceField)
        book.empty_label = _("Every book")
        self.fields["period_days"].widget.attrs |= {"min": 1, "max": MAX_DAYS}

    def clean_next_review(self) -> Any:
        day = self.cleaned_data["next_review"]
        if day <= timezone.localdate():
            raise forms.ValidationError(_("The next review lies in the future."))
        return day

    def clean_period_days(self) -> int:
        days: int = self.cleaned_data["period_days"]
        if not 1 <= days <= MAX_DAYS:
            raise forms.ValidationError(_("Between 1 and %(most)d days.") % {"most": MAX_DAYS})
        return days


class EndForm(forms.Form):
    """Why a client is needed no more."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why is it needed no more?"), choices=EndReason.choices, widget=forms.RadioSelect
    )
