from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deals.rooms.models import GroupKind
from deals.seals.models import LANGUAGES, LARGEST, MOST_FILES, Power
from deals.seals.services import NAME_LENGTH
from people.uploads import InMemory, ScannedField

TOTAL = 40 * 1024**2  # bytes of one form, which lie in memory until they are sealed


class PapersInMemory(InMemory):
    """Photographs of several pages; nothing of them in a temporary file. What is too much becomes empty,
    which the form refuses."""

    limit = LARGEST

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._all = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._all += len(raw_data)
        if self._all > TOTAL:
            self.limit = 0
        super().receive_data_chunk(raw_data, start)


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(ScannedField):
    """Several files; cleaned, a list of their bytes."""

    def __init__(self, **options: Any) -> None:
        accept = "application/pdf,image/jpeg,image/png"
        super().__init__(widget=_Files(attrs={"accept": accept}), **options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = data if isinstance(data, (list, tuple)) else [data] if data else []
        checked: list[UploadedFile[Any]] = [super(FilesField, self).clean(one, initial) for one in given]
        if self.required and not checked:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(checked) > MOST_FILES:
            raise forms.ValidationError(_("From one to %(count)d files.") % {"count": MOST_FILES})
        if any(not file.size or file.size > LARGEST for file in checked):
            raise forms.ValidationError(_("A file has at most %(count)d MB.") % {"count": LARGEST // 1024**2})
        read = [file.read() for file in checked]
        if not all(read):  # read away, since together they were too much
            raise forms.ValidationError(_("Together they are too large: send fewer, or smaller pictures."))
        return read


class DrawUpForm(forms.Form):
    """For whom the document is."""

    company = forms.CharField(
        label=_("Company"), max_length=NAME_LENGTH, help_text=_("As on its business licence.")
    )
    code = forms.CharField(
        label=_("Unified social credit code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, initial="zh-hans")


class ReturnForm(forms.Form):
    """What a company sends back."""

    copy = FilesField(
        label=_("Sealed copy"),
        help_text=_("All pages: one PDF, or a photograph of each page (JPEG or PNG)."),
    )
    power = forms.ChoiceField(
        label=_("Who signed beside the seal"), choices=Power.choices, widget=forms.RadioSelect
    )
    sealer = forms.CharField(label=_("Name of whoever signed"), max_length=80)
    authority = FilesField(
        label=_("Power of attorney"), required=False, help_text=_("Needed where an agent signed.")
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("power") == Power.ATTORNEY and not data.get("authority"):
            self.add_error("authority", _("Add the power of attorney of whoever sealed."))
        return data


class SendBackForm(forms.Form):
    reason = forms.CharField(
        label=_("What is wrong with it"),
        max_length=500,
        help_text=_("The company reads this."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SideForm(forms.Form):
    kind = forms.ChoiceField(label=pgettext_lazy("seal", "Side"), choices=GroupKind.choices)
