"""Forms of the channel and of those who handle reports."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from compliance.speakup import limits
from compliance.speakup.access import auditors
from compliance.speakup.channel import Told
from compliance.speakup.clocks import policy
from compliance.speakup.codes import Category, Outcome, Says, Shielding
from compliance.speakup.models import LEAST_MONTHS, MOST_MONTHS
from compliance.speakup.texts import LIMIT, LINE_LIMIT
from people.accounts.models import Kind, User

CHOOSE = _("Choose…")
CODE_LENGTH = 60  # characters: the code with whatever somebody puts between its groups


def _words(label: Any, *, rows: int = 4, limit: int = LIMIT, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "autocomplete": "off"})
    return forms.CharField(label=label, max_length=limit, widget=widget, **more)


class ReportForm(forms.Form):
    """What a reporter tells. No field asks who they are; none offers outsiders the names of colleagues."""

    category = forms.ChoiceField(
        label=pgettext_lazy("report", "What it is about"), choices=[("", CHOOSE), *Category.choices]
    )
    happened = _words(
        Says.REPORT.label,
        rows=9,
        help_text=_(
            "What you saw or heard yourself, and where it can be checked. Leave out what only you know."
        ),
    )
    when = forms.CharField(label=Says.WHEN.label, max_length=LINE_LIMIT, required=False)
    who = forms.CharField(
        label=Says.WHO.label,
        max_length=LINE_LIMIT,
        required=False,
        help_text=_("Names or posts. It is sealed with your report, for those who handle it."),
    )
    apart = forms.BooleanField(
        label=_("It concerns a compliance officer: give it to the outside auditor"), required=False
    )
    total = forms.IntegerField(
        min_value=0, max_value=99, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    token = forms.CharField(max_length=400, widget=forms.HiddenInput)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for name in ("when", "who", "total"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        if not auditors().exists():
            del self.fields["apart"]
        self.was_answered = False
        self._asked = limits.ask()
        self.fields["total"].label = _now("%(first)d plus %(second)d is") % {
            "first": self._asked.first,
            "second": self._asked.second,
        }
        self.fields["total"].help_text = _now("So that programs cannot flood this channel.")
        self.initial["token"] = self._asked.token

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        self.was_answered = limits.is_right(given.get("token", ""), given.get("total", -1))
        if not self.was_answered and "total" not in self.errors:
            self.add_error("total", _now("Not the sum, or the question is too old. Here is another one."))
        return given

    def asks_anew(self) -> "ReportForm":
        """The same words with another question: a form that comes back can be sent again."""
        data = cast("QueryDict", self.data).copy()
        data["token"], data["total"] = self._asked.token, ""
        self.data = data
        return self

    def told(self) -> Told:
        given = self.cleaned_data
        return Told(
            category=Category(given["category"]),
            happened=given["happened"],
            when=given["when"],
            who=given["who"],
            apart=bool(given.get("apart")),
        )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Receipt code"),
        max_length=CODE_LENGTH,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        help_text=_("Five groups of four. Dashes, spaces and small letters do not matter."),
    )


class WriteForm(forms.Form):
    """The code goes along in the page: there is no session that could remember it."""

    code = forms.CharField(max_length=CODE_LENGTH, widget=forms.HiddenInput)
    words = _words(pgettext_lazy("report", "Write more"), rows=5)


class _Choosing(forms.Form):
    def choose(self, name: str, people: Any) -> None:
        cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = people


class AnswerForm(forms.Form):
    words = _words(Says.ANSWER.label, rows=5)
    final = forms.BooleanField(
        label=_("This tells what was done or will be done: the answer that is due"), required=False
    )


class NoteForm(forms.Form):
    words = _words(Says.NOTE.label, rows=3)


class CloseForm(forms.Form):
    outcome = forms.ChoiceField(
        label=pgettext_lazy("report", "How it ended"), choices=[("", CHOOSE), *Outcome.choices]
    )
    words = _words(_("What the reporter is told"), rows=4)


class AccuseForm(_Choosing):
    user = forms.ModelChoiceField(
        label=_("Whom it accuses"),
        queryset=User.objects.none(),
        empty_label=CHOOSE,
        help_text=_("From then on they see nothing of it. Mark yourself to step aside."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("user", User.objects.exclude(kind=Kind.SERVICE).order_by("display_name", "pk"))


class ProtectForm(_Choosing):
    user = forms.ModelChoiceField(label=_("Colleague"), queryset=User.objects.none(), empty_label=CHOOSE)
    shielding = forms.ChoiceField(label=_("How"), choices=Shielding.choices, widget=forms.RadioSelect)
    agreed = forms.BooleanField(label=_("They said who they are and agreed to this"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("user", User.objects.filter(kind=Kind.STAFF).order_by("display_name", "pk"))


class PolicyForm(forms.Form):
    months = forms.IntegerField(
        label=_("Months that a closed report is kept"), min_value=LEAST_MONTHS, max_value=MOST_MONTHS
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"months": policy().months})
        super().__init__(*args, **kwargs)
