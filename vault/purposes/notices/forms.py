"""What an officer writes into a notice."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vault.purposes.codes import Channel
from vault.purposes.notices.texts import INPUTS

_LONGEST = 2000
_LABELS = {
    "who": (_("Who we are (Chinese)"), _("Who we are (English)")),
    "contact": (_("Contact (Chinese)"), _("Contact (English)")),
    "method": (_("How we handle the data (Chinese)"), _("How we handle the data (English)")),
    "retention": (_("How long we keep them (Chinese)"), _("How long we keep them (English)")),
    "extra": (_("Anything else (Chinese)"), _("Anything else (English)")),
}
# A house changes these words; they are there so that nobody starts from an empty page.
USUAL = {
    "method_zh": "由经办经纪人收集，逐字段加密保存，仅为上述目的使用；每次查看明文均记入审计日志。",
    "method_en": (
        "Your agent collects them. They are sealed field by field and used for the purposes above alone;"
        " every opening is recorded."
    ),
    "retention_zh": "保存至上述目的实现所必需的最短期限，期满后销毁；法律另有规定的，仅作存储。",
    "retention_en": (
        "As short as the purposes above allow, then destroyed. Where a statute demands longer, stored only."
    ),
}


class NoticeForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in INPUTS:
            for suffix, label in zip(("zh", "en"), _LABELS[name], strict=True):
                short = name in {"who", "contact"}
                said = {"lang": {"zh": "zh-Hans", "en": "en"}[suffix]}  # whatever the page's own language is
                widget = forms.TextInput(said) if short else forms.Textarea({"rows": 3, **said})
                self.fields[f"{name}_{suffix}"] = forms.CharField(
                    label=label, max_length=_LONGEST, required=name != "extra", widget=widget
                )


class ToldForm(forms.Form):
    """How the client was given the notice, other than by link."""

    channel = forms.ChoiceField(
        label=_("How the notice was given"),
        choices=[
            ("", _("Choose…")),
            *((c.value, c.label) for c in Channel if c not in {Channel.LINK, Channel.PRINCIPAL}),
        ],
    )
