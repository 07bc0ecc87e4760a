from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deals.pipeline.models import Stage
from deals.rooms.levels import OFFERED, Level
from deals.rooms.models import TITLE_LENGTH, GroupKind
from people.guests.forms import NumberField
from people.partners.models import Partner
from people.partners.standing import partners_in_force
from people.sms.sending import is_set_up
from people.training.enrolling import running_tracks


class UntilField(forms.DateField):
    """The last day of something; empty means without an end."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("Until the end of"),
            required=False,
            widget=forms.DateInput(attrs={"type": "date"}),
            help_text=_("Empty: without an end."),
            **options,
        )

    @staticmethod
    def end_of(day: date | None) -> datetime | None:
        """The last moment of the day in the viewer's zone."""
        return timezone.make_aware(datetime.combine(day, time.max)) if day else None


def _stage(value: object) -> Stage:
    return Stage(int(str(value)))


class FolderForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=TITLE_LENGTH)


class StagedFolderForm(FolderForm):
    opens_at = forms.TypedChoiceField(
        label=_("Opens at stage"),
        coerce=_stage,
        choices=Stage.choices,
        initial=Stage.SUMMARY,
        help_text=_("Before that only staff and the seller's side can see it, whatever their rights."),
    )


class GroupForm(forms.Form):
    title = forms.CharField(
        label=pgettext_lazy("group", "Name"),
        max_length=TITLE_LENGTH,
        help_text=_("Sealed; seen by the staff of the deal only."),
    )
    stage = forms.TypedChoiceField(
        label=_("Sees no further than"), coerce=_stage, choices=Stage.choices, initial=Stage.DILIGENCE
    )
    until = UntilField()


class NewGroupForm(GroupForm):
    kind = forms.ChoiceField(label=_("Side"), choices=GroupKind.choices, initial=GroupKind.BUYER)

    field_order = ("title", "kind", "stage", "until")


class InviteForm(forms.Form):
    """A number, an address, or both. With a number the way in is a picture and a code to it."""

    display_name = forms.CharField(label=_("Name"), max_length=80)
    number = NumberField(
        required=False,
        help_text=_("They scan a QR code and type a code that is sent there: no password, no mailbox."),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("Without a mobile number they get a link by mail and choose a password."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=[("zh-hans", "简体中文"), ("en", "English")])
    firm = forms.ModelChoiceField(
        label=_("Comes for"),
        queryset=Partner.objects.none(),
        required=False,
        empty_label=_("No partner firm"),
        help_text=_("A partner firm in force. What they open closes when it is suspended."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["firm"].queryset = partners_in_force().order_by("name")  # type: ignore[attr-defined]
        if not is_set_up():
            del self.fields["number"]
            self.fields["email"].required = True

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "number" in self.fields and not self.errors and not (given["number"] or given["email"]):
            self.add_error("number", _("Give a mobile number or an e-mail address."))
        return given


class NewNumberForm(forms.Form):
    number = NumberField(label=_("New mobile number"))


INHERIT = "inherit"


class RightForm(forms.Form):
    level = forms.ChoiceField(
        label=_("Level"),
        choices=[(INHERIT, _("Inherited")), *((str(level.value), level.label) for level in OFFERED)],
    )
    until = UntilField()

    def chosen(self) -> Level | None:
        """The level; None to inherit again. For a valid form."""
        level = self.cleaned_data["level"]
        return None if level == INHERIT else Level(int(level))


class FileRightForm(RightForm):
    group = forms.UUIDField(widget=forms.HiddenInput)


class LessonForm(forms.Form):
    person = forms.UUIDField()
    track = forms.ModelChoiceField(queryset=running_tracks().filter(for_guests=True))
