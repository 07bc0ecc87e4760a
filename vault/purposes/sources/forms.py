"""Forms about the source of a list."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils import formats, timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from people.uploads import ScannedField
from vault.purposes.codes import Told
from vault.purposes.sources.models import ListSource
from vault.purposes.sources.services import kinds_of, usable_sources
from vault.records.models import ClientBook
from vault.records.reasons import LIMIT

_SHOWN = 50


class SourceChoice(forms.Form):
    """Which recorded source a list comes from."""

    source = forms.TypedChoiceField(label=_("Source of the list"), coerce=UUID)

    def __init__(self, *args: Any, book: ClientBook, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = usable_sources(book)[:_SHOWN]
        choices = [("", _("Choose…")), *((str(source.pk), words_of(source)) for source in known)]
        self.has_any = len(choices) > 1
        self.fields["source"].choices = choices  # type: ignore[attr-defined]


def words_of(source: ListSource) -> str:
    """A source in a choice: its kind and days. Who gave it is sealed."""
    return _now("%(kind)s, collected %(day)s (recorded %(recorded)s)") % {
        "kind": source.get_kind_display(),
        "day": formats.date_format(source.collected_on, "SHORT_DATE_FORMAT"),
        "recorded": formats.date_format(timezone.localtime(source.recorded_at), "SHORT_DATETIME_FORMAT"),
    }


class SourceForm(forms.Form):
    """The source of a list: sealed are the giver, the words and the evidence."""

    kind = forms.ChoiceField(label=_("What kind of list"), widget=forms.RadioSelect)
    given_by = forms.CharField(label=_("Who gave it"), max_length=120)
    collected_on = forms.DateField(
        label=_("Collected on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    told = forms.ChoiceField(
        label=_("What the people were told"), choices=[("", _("Choose…")), *Told.choices]
    )
    words = forms.CharField(
        label=_("In words"), max_length=LIMIT, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    file = ScannedField(
        label=_("Evidence"), required=False, help_text=_("PDF, JPEG or PNG, up to 700 KB: contract, e-mail.")
    )

    def __init__(self, *args: Any, holding: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(kind.value, kind.label) for kind in kinds_of(holding)]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]
        for name in ("given_by", "words"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
