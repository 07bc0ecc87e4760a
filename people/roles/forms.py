from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.approvals.forms import ReasonField
from people.roles.limits import deal_choices
from people.roles.sets import role_choices


class ChooseRoleForm(forms.Form):
    """First step: which role, until when. Sent by GET, so that the effect can be shown before anything
    happens."""

    role = forms.ChoiceField(label=_("Role"), choices=role_choices)
    until = forms.DateField(
        label=_("Until the end of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: without an end. The role of somebody from outside needs one."),
    )

    deal = forms.TypedChoiceField(
        label=_("For this deal"),
        required=False,
        coerce=UUID,
        empty_value=None,
        choices=lambda: [("", _("Not limited to a deal")), *deal_choices()],
    )

    def clean_until(self) -> date | None:
        until: date | None = self.cleaned_data["until"]
        if until is not None and until < timezone.localdate():
            raise forms.ValidationError(_("The end must lie in the future."))
        return until

    def valid_until(self) -> datetime | None:
        """The last moment of the chosen day in the viewer's zone."""
        until = self.cleaned_data["until"]
        return timezone.make_aware(datetime.combine(until, time.max)) if until else None


class GrantRoleForm(ChooseRoleForm):
    """Second step: the same choice, hidden, and the reason."""

    reason = ReasonField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("role", "until", "deal"):
            self.fields[name].widget = forms.HiddenInput()
