"""Recording what a client said, and filtering the ledger."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.uploads import ScannedField
from vault.purposes.catalogue import Purpose
from vault.purposes.codes import Channel, Form, Scope
from vault.records.forms import RevealForm
from vault.records.models import ClientBook
from vault.records.reasons import LIMIT

_ANY: list[tuple[str, Any]] = [("", _("Any"))]


class WordForm(forms.Form):
    """What was said, by which way, and what shows it: the same for giving and for withdrawing."""

    channel = forms.ChoiceField(label=_("How the client said so"))
    form = forms.ChoiceField(label=_("Form"))
    words = forms.CharField(
        label=_("Proof in words"),
        max_length=LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        help_text=_("Sealed under the client's key. For example the message, or where the paper lies."),
    )
    file = ScannedField(
        label=_("Scan"), required=False, help_text=_("PDF, JPEG or PNG, up to 700 KB. Sealed, too.")
    )

    def __init__(self, *args: Any, entrusted: bool, least: Form, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ours = [c for c in Channel if c not in {Channel.LINK, Channel.PRINCIPAL}]
        channels = [Channel.PRINCIPAL] if entrusted else ours
        choices = [(c.value, c.label) for c in channels]
        self.fields["channel"].choices = choices if entrusted else [("", _("Choose…")), *choices]  # type: ignore[attr-defined]
        forms_of_consent = list(Form)[list(Form).index(least) :]
        self.fields["form"].choices = [(form.value, form.label) for form in forms_of_consent]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("words") and not data.get("file") and "file" not in self.errors:
            self.add_error("words", _("Say how it can be proved: in words, or by a scan."))
        return data


class ProofForm(RevealForm):
    """Why a proof is needed. What for is not asked: it is opened to prove, and for nothing else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["purpose"]


class LedgerFilter(forms.Form):
    """Codes only, so that nothing personal stands in an address."""

    book = forms.ModelChoiceField(
        label=_("Book"),
        queryset=ClientBook.objects.order_by("name", "id"),
        required=False,
        empty_label=_("Any"),
    )
    purpose = forms.ChoiceField(label=_("Purpose"), choices=[*_ANY, *Purpose.choices], required=False)
    scope = forms.ChoiceField(
        label=pgettext_lazy("consent", "To what"), choices=[*_ANY, *Scope.choices], required=False
    )
    channel = forms.ChoiceField(label=_("By what means"), choices=[*_ANY, *Channel.choices], required=False)
    given = forms.ChoiceField(
        label=pgettext_lazy("consent", "Word"),
        choices=[
            *_ANY,
            ("yes", pgettext_lazy("consent", "Given")),
            ("no", pgettext_lazy("consent", "Withdrawn")),
        ],
        required=False,
    )


class SettleForm(forms.Form):
    """Whether a consent that waits was the client's."""

    verdict = forms.ChoiceField(choices=[("confirm", ""), ("reject", "")])
    words = forms.CharField(
        label=_("How you know"),
        max_length=LIMIT,
        help_text=_("Whom you asked, and by what means. Sealed beside the log, under the client's key."),
    )
