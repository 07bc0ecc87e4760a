"""The form of a contact: an outcome, a line of words and Enter; the rest is filled in beforehand."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vault.relations.communications.models import Channel, Communication, Direction, Outcome
from vault.relations.communications.services import LIMIT, Contact
from vault.relations.fields import Moment, Words


class ContactForm(forms.Form):
    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome.choices)
    text = Words(label=_("What was said"), limit=LIMIT)
    channel = forms.ChoiceField(label=_("Kind of contact"), choices=Channel.choices, initial=Channel.CALL)
    direction = forms.ChoiceField(label=_("Who began"), choices=Direction.choices, initial=Direction.OUT)
    at = Moment(label=_("When"), required=False, help_text=_("Left empty: now."))
    minutes = forms.IntegerField(label=_("Minutes"), required=False, min_value=0, max_value=24 * 60)

    def contact(self) -> Contact:
        """What was told, once the form is valid."""
        return Contact(**{name: self.cleaned_data[name] for name in ContactForm.base_fields})

    @property
    def quick(self) -> list[Any]:
        return [self["outcome"], self["text"]]

    @property
    def rest(self) -> list[Any]:
        return [self[name] for name in ("channel", "direction", "at", "minutes")]


def corrected(row: Communication) -> dict[str, Any]:
    """What a correction starts from. The text is sealed: it is told anew."""
    return {name: getattr(row, name) for name in ("outcome", "channel", "direction", "at", "minutes")}
