from datetime import datetime, timedelta
from typing import Any, ClassVar, cast

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.accounts.models import User
from people.approvals.forms import ReasonField
from people.roles.models import Role
from people.staffing.access import jobs, leads_for
from people.staffing.models import Job

# The one form in which browsers take a moment to fill in.
_MINUTE = "%Y-%m-%dT%H:%M"


class _HourField(forms.DateTimeField):
    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MINUTE)
        super().__init__(widget=widget, input_formats=[_MINUTE], **options)


class _PlanForm(forms.Form):
    """`person` is whom it is about; what may be chosen is read from the gates when the form is made."""

    lead = forms.ModelChoiceField(
        label=_("Who gets what nobody else is named for"),
        queryset=User.objects.none(),
        empty_label=_("Choose…"),
        help_text=_("Mostly the person's superior. They say who gets what, and so do officers."),
    )

    def __init__(self, *args: Any, person: User, **options: Any) -> None:
        super().__init__(*args, **options)
        cast("forms.ModelChoiceField[User]", self.fields["lead"]).queryset = leads_for(person)


class LeaveForm(_PlanForm):
    when = forms.ChoiceField(
        label=_("When"),
        choices=[("hour", _("At an hour")), ("now", _("At once: everything goes to them"))],
        widget=forms.RadioSelect,
        initial="hour",
    )
    hour = _HourField(label=_("Hour"), required=False)
    reason = ReasonField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        tomorrow = timezone.localtime() + timedelta(days=1)
        self.fields["hour"].initial = tomorrow.replace(hour=18, minute=0, second=0, microsecond=0)

    def clean(self) -> dict[str, Any]:
        words = super().clean() or {}
        if words.get("when") == "hour" and not words.get("hour") and "hour" not in self.errors:
            self.add_error("hour", _("Name the hour."))
        return words

    def at(self) -> datetime | None:
        """None: at once."""
        hour: datetime = self.cleaned_data["hour"]
        return None if self.cleaned_data["when"] == "now" else hour


class MoveForm(_PlanForm):
    job = forms.ModelChoiceField(
        label=_("The new job"), queryset=Job.objects.none(), empty_label=_("Choose…")
    )
    hour = _HourField(label=_("Hour"))
    reason = ReasonField()

    field_order = ("job", "lead", "hour", "reason")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        cast("forms.ModelChoiceField[Job]", self.fields["job"]).queryset = jobs()
        tomorrow = timezone.localtime() + timedelta(days=1)
        self.fields["hour"].initial = tomorrow.replace(hour=9, minute=0, second=0, microsecond=0)


class JoinForm(forms.ModelForm[User]):
    """Who somebody is, and what they come to do."""

    job = forms.ModelChoiceField(label=_("Job"), queryset=Job.objects.none(), empty_label=_("Choose…"))
    lead = forms.ModelChoiceField(label=_("Superior"), queryset=User.objects.none(), empty_label=_("Choose…"))
    hour = _HourField(label=_("First day and hour"))
    reason = ReasonField()

    class Meta:
        model = User
        fields = ("username", "display_name", "email", "language")
        widgets: ClassVar = {"language": forms.Select(choices=settings.LANGUAGES)}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["email"].required = True  # the way by which the invitation comes
        cast("forms.ModelChoiceField[Job]", self.fields["job"]).queryset = jobs()
        cast("forms.ModelChoiceField[User]", self.fields["lead"]).queryset = leads_for(User())
        tomorrow = timezone.localtime() + timedelta(days=1)
        self.fields["hour"].initial = tomorrow.replace(hour=9, minute=0, second=0, microsecond=0)


class HeirForm(forms.Form):
    """One thing: `to` is offered from those who could get it."""

    to = forms.ModelChoiceField(queryset=User.objects.none(), required=False, empty_label=_("Nobody yet"))

    def __init__(self, *args: Any, heirs: Any, label: str, **options: Any) -> None:
        super().__init__(*args, **options)
        field = cast("forms.ModelChoiceField[User]", self.fields["to"])
        field.queryset, field.label = heirs, label


class ItemForm(forms.Form):
    name = forms.CharField(
        label=_("What is to be returned"),
        max_length=80,
        help_text=_("As it is called, without numbers: a laptop, the key of the archive."),
    )


class AcknowledgeForm(forms.Form):
    typed_name = forms.CharField(label=_("Your full name"), max_length=80)
    read = forms.BooleanField(label=_("I know what goes on after I have left."))


class JobForm(forms.Form):
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=30)
    name_en = forms.CharField(label=_("Name in English"), max_length=60)
    roles = forms.ModelMultipleChoiceField(
        label=_("Roles"),
        queryset=Role.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    signs_anew = forms.BooleanField(
        label=_("Whoever comes from another job signs the undertaking of the house once more"),
        required=False,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        standing = Role.objects.filter(retired_at__isnull=True, longest_days__isnull=True)
        field = cast("forms.ModelMultipleChoiceField[Role]", self.fields["roles"])
        field.queryset = standing.exclude(code__in=["auditor", "counsel"])
