from datetime import datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.accounts.models import User
from people.approvals.forms import ReasonField
from people.delegations.access import candidates, delegable

# The one form in which browsers take a date to fill in.
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class DelegationForm(forms.Form):
    """What may be chosen is read from the gates when the form is made."""

    to = forms.ModelChoiceField(
        label=_("Who decides in your place"), queryset=User.objects.none(), empty_label=_("Choose…")
    )
    codes = forms.MultipleChoiceField(label=_("On what"), widget=forms.CheckboxSelectMultiple)
    first = forms.DateField(label=_("From the morning of"), widget=_DAY)
    last = forms.DateField(label=_("To the evening of"), widget=_DAY)
    reason = ReasonField()

    def __init__(self, *args: Any, giver: User, **options: Any) -> None:
        super().__init__(*args, **options)
        cast("forms.ModelChoiceField[User]", self.fields["to"]).queryset = candidates(giver)
        cast(forms.MultipleChoiceField, self.fields["codes"]).choices = [
            (kind.code, kind.label) for kind in delegable(giver)
        ]
        today = timezone.localdate()
        self.fields["first"].initial, self.fields["last"].initial = today, today + timedelta(days=7)

    def span(self) -> tuple[datetime, datetime]:
        """From the first day's beginning (or now) to the last day's end, in the person's time zone."""
        zone = timezone.get_current_timezone()
        begins = datetime.combine(self.cleaned_data["first"], time.min, zone)
        ends = datetime.combine(self.cleaned_data["last"] + timedelta(days=1), time.min, zone)
        return max(begins, timezone.now()), ends
