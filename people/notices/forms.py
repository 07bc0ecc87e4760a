"""What somebody chooses about their notices, and the robots of the house."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from people.notices.kinds import Group, kinds
from people.notices.models import ByMail, Cadence, Provider
from people.notices.preferences import CHOSEN, Wanted
from people.roles.models import RoleCode


class FilterForm(forms.Form):
    """What of one's notices is shown; what does not fit is as if it had not been asked."""

    group = forms.ChoiceField(
        label=pgettext_lazy("notices", "About"),
        required=False,
        choices=[("", pgettext_lazy("notices", "Everything")), *Group.choices],
    )
    show = forms.ChoiceField(
        label=pgettext_lazy("notices", "Show"),
        required=False,
        choices=[
            ("", pgettext_lazy("notices", "Read and unread")),
            ("unread", pgettext_lazy("notices", "Unread only")),
        ],
    )


class SettingsForm(forms.Form):
    """Has no field for security: what is sent about it makes no difference."""

    quiet_from = forms.TimeField(
        label=pgettext_lazy("quiet hours", "Quiet from"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    quiet_until = forms.TimeField(
        label=pgettext_lazy("quiet hours", "Quiet until"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    cadence = forms.ChoiceField(label=gettext_lazy("Digest"), choices=Cadence.choices)
    hour = forms.TypedChoiceField(
        label=gettext_lazy("Hour of the digest"),
        coerce=int,
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
    )

    def __init__(self, typed: QueryDict | None, *, wanted: Wanted, texts: bool) -> None:
        kept = {
            "quiet_from": wanted.quiet_from,
            "quiet_until": wanted.quiet_until,
            "cadence": wanted.cadence,
            "hour": wanted.hour,
        }
        super().__init__(typed, initial=kept)
        for group in CHOSEN:
            self.fields[f"mail_{group}"] = forms.ChoiceField(
                label=group.label, choices=ByMail.choices, initial=wanted.mail[group.value]
            )
            if texts and any(kind.sms for kind in kinds() if kind.group == group):
                self.fields[f"sms_{group}"] = forms.BooleanField(
                    label=_("%(group)s: also by text message") % {"group": group.label},
                    required=False,
                    initial=wanted.sms[group.value],
                )
        self.order_fields([name for name in self.fields if "_" in name and name[:5] in ("mail_", "sms_r")])

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        start, end = typed.get("quiet_from"), typed.get("quiet_until")
        if (start is None) != (end is None):
            raise forms.ValidationError(_("Quiet hours have a beginning and an end."))
        if start is not None and start == end:
            raise forms.ValidationError(_("Quiet hours that begin as they end would never end."))
        return typed

    def wanted(self) -> Wanted:
        typed = self.cleaned_data
        return Wanted(
            mail={group.value: typed[f"mail_{group}"] for group in CHOSEN},
            sms={group.value: bool(typed.get(f"sms_{group}")) for group in CHOSEN},
            quiet_from=typed["quiet_from"],
            quiet_until=typed["quiet_until"],
            cadence=typed["cadence"],
            hour=typed["hour"],
        )


def told_by_robots() -> Sequence[tuple[str, Any]]:
    """The groups with something in them that concerns a team."""
    shared = {kind.group for kind in kinds() if kind.shared}
    return [(group.value, group.label) for group in Group if group in shared]


class RobotForm(forms.Form):
    provider = forms.ChoiceField(label=pgettext_lazy("robot", "Provider"), choices=Provider.choices)
    url = forms.CharField(
        label=pgettext_lazy("robot", "Webhook address"),
        max_length=500,
        help_text=gettext_lazy("As the provider shows it. It is sealed and never shown again."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    secret = forms.CharField(
        label=pgettext_lazy("robot", "Signing secret"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Of DingTalk and Feishu, where the robot asks for a signature."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=pgettext_lazy("robot", "Team"), required=False)
    groups = forms.MultipleChoiceField(
        label=pgettext_lazy("robot", "Tells of"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role, groups = self.fields["role"], self.fields["groups"]
        assert isinstance(role, forms.ChoiceField)
        assert isinstance(groups, forms.MultipleChoiceField)
        role.choices = [("", _("The whole house")), *RoleCode.choices]
        groups.choices = list(told_by_robots())
