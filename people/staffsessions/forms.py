from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext as _n

from people.accounts.models import User
from people.accounts.system import SYSTEM_ID
from people.approvals.forms import ReasonField
from people.staffsessions.access import may_have_asked
from people.staffsessions.models import Ground

MINUTES = (15, 30, 60)


class _WhoAsked(forms.ModelChoiceField[User]):
    def label_from_instance(self, user: User) -> str:
        return str(_("The house itself")) if user.pk == SYSTEM_ID else str(user)


class OpenForm(forms.Form):
    """At whose request, why, for how long."""

    requested_by = _WhoAsked(
        label=_("At whose request"),
        queryset=User.objects.none(),
        empty_label=_("Choose…"),
        help_text=_("Every entry of the log names this person beside you."),
    )
    ground = forms.ChoiceField(label=_("Occasion"), choices=[("", _("Choose…")), *Ground.choices])
    note = ReasonField()
    minutes = forms.TypedChoiceField(
        label=_("For how long"),
        coerce=int,
        initial=MINUTES[0],
        choices=lambda: [(n, _n("%(n)s minute", "%(n)s minutes", n) % {"n": n}) for n in MINUTES],
    )

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = self.fields["requested_by"]
        assert isinstance(asked, forms.ModelChoiceField)
        asked.queryset = may_have_asked(actor)
        self.fields["note"].label = _("What is to be done, and why")

    def opening(self) -> dict[str, Any]:
        """What the service is called with."""
        words = self.cleaned_data
        return {
            "requested_by": words["requested_by"],
            "ground": Ground(words["ground"]),
            "note": words["note"],
            "lasts": timedelta(minutes=words["minutes"]),
        }
