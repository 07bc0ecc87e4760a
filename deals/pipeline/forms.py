from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deals.pipeline.models import Deal, DealType, Stage
from deals.rooms.models import TITLE_LENGTH
from people.accounts.models import Kind, User
from people.approvals.forms import ReasonField
from people.roles.access import grants_in_force
from people.roles.permissions import Permission


def _staff_with(permission: Permission) -> Any:
    holders = grants_in_force().filter(role__permissions__permission=permission).values("user_id")
    return User.objects.filter(kind=Kind.STAFF, pk__in=holders).order_by("display_name", "pk")


class FilterForm(forms.Form):
    stage = forms.TypedChoiceField(
        label=_("Stage"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("All")), *Stage.choices],
    )


class OpenDealForm(forms.Form):
    code_name = forms.CharField(
        label=_("Code name"),
        max_length=40,
        help_text=_("The only name of the deal outside its room. It must not point to the company."),
    )
    deal_type = forms.ChoiceField(label=pgettext_lazy("deal", "Type"), choices=DealType.choices)
    lead = forms.ModelChoiceField(
        label=_("Deal lead"), queryset=User.objects.none(), empty_label=_("Choose…")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].queryset = _staff_with(Permission.DEAL_LEAD)  # type: ignore[attr-defined]


class MemberForm(forms.Form):
    user = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none(), empty_label=_("Choose…"))

    def __init__(self, *args: Any, deal: Deal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = _staff_with(Permission.ROOM_MANAGE).exclude(pk__in=deal.members.values("user_id"))
        self.fields["user"].queryset = others  # type: ignore[attr-defined]


class StageForm(forms.Form):
    stage = forms.TypedChoiceField(
        label=_("Move to"), coerce=lambda value: Stage(int(value)), choices=Stage.choices
    )
    reason = ReasonField()


class TargetForm(forms.Form):
    name = forms.CharField(label=_("Target company"), required=False, max_length=TITLE_LENGTH)
