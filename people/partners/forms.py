"""The forms of partner firms. None takes a score, a state or a person: those are counted and known here."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.approvals.forms import ReasonField
from people.approvals.reasons import clean_reason
from people.guests.forms import NumberField
from people.partners.agreements import Signed
from people.partners.codes import AgreementKind, Clause, How, SuspendedFor
from people.partners.contacts import Reached
from people.partners.models import MAX_NAME, Partner
from people.partners.questionnaires import Weighing
from people.partners.records import Assessment, PartnerQuestion, Questionnaire
from people.partners.reviewing import Found
from people.partners.scoring import Answer
from people.partners.subprocessing import Named
from people.partners.texts import Shipped
from people.uploads import LIMIT, ScannedField

_DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
_FILE_HINT = _("A PDF, JPEG or PNG of at most 700 KB. It is sealed at once.")


class Upload(ScannedField):
    """A small file; one that is too large arrives empty (people.uploads)."""

    def __init__(self, **options: Any) -> None:
        super().__init__(help_text=_FILE_HINT, max_length=120, **options)

    def data_of(self, upload: Any) -> bytes | None:
        return upload.read(LIMIT) if upload else None


class PartnerForm(forms.ModelForm[Partner]):
    class Meta:
        model = Partner
        fields = ("name", "kind")
        labels = {
            "name": pgettext_lazy("firm", "Name of the firm"),
            "kind": pgettext_lazy("firm", "What it does"),
        }


class AgreementForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind of agreement"), choices=AgreementKind.choices)
    signed_on = forms.DateField(label=_("Signed on"), widget=_DAY)
    until = forms.DateField(label=_("Holds until"), widget=_DAY)
    clauses = forms.MultipleChoiceField(
        label=_("Clauses that you found in it"),
        choices=Clause.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The law asks for different ones of each kind; what is missing is named."),
    )
    paper = Upload(label=_("The signed paper"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("signed_on"), data.get("until")
        if first and first > timezone.localdate():
            self.add_error("signed_on", _("Nothing was signed in the future."))
        if first and last and last <= first:
            self.add_error("until", _("It cannot end before it was signed."))
        return data

    def signed(self) -> Signed:
        """Of a valid form."""
        data = self.cleaned_data
        return Signed(
            kind=AgreementKind(data["kind"]),
            signed_on=data["signed_on"],
            until=data["until"],
            clauses=frozenset(Clause(code) for code in data["clauses"]),
        )


class ContactForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    phone = NumberField()
    mail = forms.EmailField(label=_("E-mail"))

    def reached(self) -> Reached:
        data = self.cleaned_data
        return Reached(name=data["name"], phone=data["phone"], mail=data["mail"])


class AskForm(forms.Form):
    by_firm = forms.ChoiceField(
        label=_("Who answers"),
        choices=[
            ("yes", _("The firm's contact, by a link")),
            ("no", _("Colleagues, from what the firm showed")),
        ],
        widget=forms.RadioSelect,
        initial="yes",
    )


class SubprocessorForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("subprocessor", "Name"), max_length=MAX_NAME)
    does = forms.CharField(label=_("What it does with what the firm is given"), max_length=200)
    abroad = forms.BooleanField(label=_("It works abroad, or in Hong Kong, Macau or Taiwan"), required=False)

    def named(self) -> Named:
        data = self.cleaned_data
        return Named(name=data["name"], does=data["does"], abroad=data["abroad"])


class ReviewForm(forms.Form):
    note = forms.CharField(
        label=_("What was looked at, and what was found"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    drill_on = forms.DateField(label=_("Joint drill held on"), required=False, widget=_DAY)
    training_on = forms.DateField(label=_("Joint training held on"), required=False, widget=_DAY)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("drill_on", "training_on"):
            if data.get(name) and data[name] > timezone.localdate():
                self.add_error(name, _("Only what has been held."))
        return data

    def found(self) -> Found:
        return Found(**self.cleaned_data)


class SuspendForm(forms.Form):
    why = forms.ChoiceField(
        label=pgettext_lazy("firm", "Why"),
        choices=[choice for choice in SuspendedFor.choices if choice[0] != SuspendedFor.REVIEW],
    )
    reason = ReasonField()


class ReasonForm(forms.Form):
    reason = ReasonField()


class CertifyForm(forms.Form):
    how = forms.ChoiceField(label=_("What became of it"), choices=How.choices, widget=forms.RadioSelect)
    signed_as = forms.CharField(label=_("Your name"), max_length=80)
    evidence = Upload(label=_("Record of the return or destruction"), required=False)


class PaperForm(forms.Form):
    """Every question with what was answered, and evidence to one of them. Questions are places on the paper:
    no id can be sent, so none of another paper."""

    def __init__(self, *args: Any, assessment: Assessment, **options: Any) -> None:
        super().__init__(*args, **options)
        self.questions = list(assessment.questionnaire.questions.order_by("position"))
        known = {one.question_id: one for one in assessment.answers.all()}
        for one in self.questions:
            given = known.get(one.pk)
            choices = [c for c in Answer.choices if c[0] != Answer.NOT_OURS or one.may_skip]
            self.fields[f"a-{one.position}"] = forms.ChoiceField(
                label=one.text,
                choices=choices,
                required=False,
                widget=forms.RadioSelect,
                initial=given.answer if given else None,
            )
            self.fields[f"n-{one.position}"] = forms.CharField(
                label=_("Remark"), max_length=500, required=False, initial=given.note if given else ""
            )
        self.fields["evidence_for"] = forms.ChoiceField(
            label=_("Evidence for question"),
            choices=[("", "—"), *((str(one.position), str(one.position)) for one in self.questions)],
            required=False,
        )
        self.fields["evidence"] = Upload(label=_("Evidence"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("evidence") and not data.get("evidence_for"):
            self.add_error("evidence_for", _("Say for which question the file is."))
        for one in self.questions:
            note = data.get(f"n-{one.position}")
            if note:
                try:
                    clean_reason(note)
                except forms.ValidationError as problem:
                    self.add_error(f"n-{one.position}", problem)
        return data

    def rows(self) -> Iterator[tuple[PartnerQuestion, Any, Any]]:
        for one in self.questions:
            yield one, self[f"a-{one.position}"], self[f"n-{one.position}"]

    def place(self) -> PartnerQuestion | None:
        """The question that the evidence is for. Of a valid form."""
        chosen = self.cleaned_data["evidence_for"]
        return next((one for one in self.questions if str(one.position) == chosen), None)


class QuestionsForm(forms.Form):
    """The next version: how each question counts, and one more."""

    threshold = forms.IntegerField(label=_("Score that a firm needs, of 100"), min_value=50, max_value=100)
    text_zh = forms.CharField(label=_("One more question, in Chinese"), max_length=300, required=False)
    text_en = forms.CharField(label=_("The same, in English"), max_length=400, required=False)
    why_zh = forms.CharField(label=_("What it is for, in Chinese"), max_length=300, required=False)
    why_en = forms.CharField(label=_("What it is for, in English"), max_length=400, required=False)
    weight = forms.IntegerField(label=_("Its weight"), min_value=1, max_value=10, initial=3)

    def __init__(self, *args: Any, source: Questionnaire, **options: Any) -> None:
        super().__init__(*args, **options)
        self.questions = list(source.questions.order_by("position"))
        self.fields["threshold"].initial = source.threshold
        for one in self.questions:
            self.fields[f"w-{one.position}"] = forms.IntegerField(
                label=_("Weight"), min_value=0, max_value=10, initial=one.weight
            )
            self.fields[f"k-{one.position}"] = forms.BooleanField(
                label=_("Knock-out"), required=False, initial=one.knockout
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        words = [data.get(name) for name in ("text_zh", "text_en", "why_zh", "why_en")]
        if any(words) and not all(words):
            self.add_error("text_zh", _("A new question needs all four texts."))
        return data

    def rows(self) -> Iterator[tuple[PartnerQuestion, Any, Any]]:
        for one in self.questions:
            yield one, self[f"w-{one.position}"], self[f"k-{one.position}"]

    def new_fields(self) -> Iterator[Any]:
        yield from (self[name] for name in ("text_zh", "text_en", "why_zh", "why_en", "weight"))

    def weighing(self) -> dict[Any, Weighing]:
        data = self.cleaned_data
        return {
            one.pk: Weighing(data[f"w-{one.position}"], data[f"k-{one.position}"]) for one in self.questions
        }

    def added(self) -> Shipped | None:
        data = self.cleaned_data
        if not data["text_zh"]:
            return None
        return Shipped(
            data["text_zh"], data["text_en"], data["why_zh"], data["why_en"], weight=data["weight"]
        )
