from datetime import datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.accounts.models import User
from people.approvals.forms import ReasonField
from people.standing.access import askable
from people.standing.models import MOST_USES

# The one form in which browsers take a date to fill in.
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class StandingForm(forms.Form):
    """What may be chosen is read from the gates when the form is made."""

    action = forms.ChoiceField(label=_("What is approved beforehand"))
    limit = forms.IntegerField(label=_("At most, each time"), min_value=1)
    uses = forms.IntegerField(label=_("How many times"), min_value=1, max_value=MOST_USES, initial=5)
    last = forms.DateField(label=_("To the evening of"), widget=_DAY)
    reason = ReasonField()

    def __init__(self, *args: Any, holder: User, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds = askable(holder)
        cast(forms.ChoiceField, self.fields["action"]).choices = [
            (kind.code, f"{kind.label} (≤ {kind.standing_limit})") for kind in kinds
        ]
        self.fields["limit"].initial = min((kind.standing_limit for kind in kinds), default=1)
        self.fields["last"].initial = timezone.localdate() + timedelta(days=7)

    def until(self) -> datetime:
        """The end of the last day, in the person's time zone."""
        zone = timezone.get_current_timezone()
        return datetime.combine(self.cleaned_data["last"] + timedelta(days=1), time.min, zone)
