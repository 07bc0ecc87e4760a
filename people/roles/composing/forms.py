from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.approvals.forms import ReasonField
from people.roles import limits
from people.roles.models import Role
from people.roles.permissions import Duty, Permission

LONGEST_DAYS = 3650


def _choices() -> list[tuple[str, list[tuple[str, Any]]]]:
    """By whose duty they are, and by name."""
    return [
        (
            str(duty.label),
            [(one.value, one.label) for one in sorted(Permission) if one.duty == duty],
        )
        for duty in Duty
    ]


class ComposeForm(forms.Form):
    """A role's names, note and set. Its duty, and whether it opens data, follow from the set: neither is a
    field."""

    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=30)
    name_en = forms.CharField(label=_("Name in English"), max_length=60)
    note = forms.CharField(
        label=_("What it is for"),
        help_text=_("One sentence for whoever gives the role. No names of people."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    permissions = forms.MultipleChoiceField(
        label=_("What it may do"),
        help_text=_(
            "Of one duty only. Whatever is no administration opens data: an officer confirms each person."
        ),
        choices=_choices,
        widget=forms.CheckboxSelectMultiple,
    )
    up_to_grade = forms.TypedChoiceField(
        label=_("Plaintext of fields up to"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=lambda: [("", _("Every level")), *limits.grades],
    )
    stages = forms.TypedMultipleChoiceField(
        label=_("Counts on deals and rooms in these stages"),
        help_text=_("None ticked: in every stage."),
        required=False,
        coerce=int,
        choices=lambda: limits.stages,
        widget=forms.CheckboxSelectMultiple,
    )
    longest_days = forms.IntegerField(
        label=_("Given for at most, in days"),
        help_text=_("Empty: for any time."),
        required=False,
        min_value=1,
        max_value=LONGEST_DAYS,
    )
    reason = ReasonField()

    def words(self) -> dict[str, Any]:
        """What the service is called with."""
        names = ("name_zh", "name_en", "note", "up_to_grade", "stages", "longest_days")
        found = {name: self.cleaned_data[name] for name in names}
        return found | {"permissions": [Permission(code) for code in self.cleaned_data["permissions"]]}


def begun_from(role: Role, held: Collection[Permission]) -> dict[str, Any]:
    """A new role that begins as a copy of this one: the part of its set that is of its own duty."""
    own = [one.value for one in held if one.duty == role.duty]
    return {"permissions": own, "note": role.note, **_limits(role)}


def as_it_is(role: Role, held: Collection[Permission]) -> dict[str, Any]:
    """The role itself, to be changed."""
    return {
        "name_zh": role.name_zh,
        "name_en": role.name_en,
        "note": role.note,
        "permissions": [one.value for one in held],
        **_limits(role),
    }


def _limits(role: Role) -> dict[str, Any]:
    return {"up_to_grade": role.up_to_grade, "stages": role.stages, "longest_days": role.longest_days}
