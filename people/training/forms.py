"""The forms of training. None takes a score, a result or a person: those are counted and known here."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.accounts.models import Kind, User
from people.roles.models import RoleCode
from people.training.authoring import NewQuestion
from people.training.models import (
    MAX_OPTIONS,
    MAX_TITLE,
    Lesson,
    LessonKind,
    QuestionKind,
    Track,
)
from people.training.outside import Given
from people.training.records import Paper
from people.uploads import ScannedField

_DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
_COLLEAGUES = User.objects.filter(kind=Kind.STAFF, is_active=True).order_by("display_name")
_AREA = forms.Textarea(attrs={"rows": 10})
_LINES = forms.Textarea(attrs={"rows": 4})


class TrackForm(forms.ModelForm[Track]):
    roles = forms.MultipleChoiceField(
        label=_("Roles that take it"),
        choices=RoleCode.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Track
        fields = (
            *(
                "title_zh",
                "title_en",
                "about_zh",
                "about_en",
                "for_guests",
                "join_days",
                "valid_days",
                "draw",
            ),
            *("pass_percent", "wait_hours", "tries", "minutes"),
        )
        labels = {
            "title_zh": _("Title, in Chinese"),
            "title_en": _("Title, in English"),
            "about_zh": _("What it is about, in Chinese"),
            "about_en": _("What it is about, in English"),
            "for_guests": _("The lead of a deal may ask it of outside people"),
            "join_days": _("Days to pass it after joining"),
            "valid_days": _("Days that a certificate holds"),
            "draw": _("Questions of an exam"),
            "pass_percent": _("Pass mark (percent)"),
            "wait_hours": _("Hours between two attempts"),
            "tries": _("Attempts before a talk with an officer"),
            "minutes": _("Time limit of the exam (minutes; none where empty)"),
        }
        widgets = {
            "about_zh": forms.Textarea(attrs={"rows": 3}),
            "about_en": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.made_by_id is not None:
            self.initial["roles"] = list(self.instance.audience.values_list("role", flat=True))


class LessonForm(forms.ModelForm[Lesson]):
    link = forms.URLField(
        label=_("Address of the video (https)"), required=False, max_length=500, assume_scheme="https"
    )
    upload = ScannedField(label=_("File (PDF, JPEG or PNG, at most 700 KB)"), required=False)

    class Meta:
        model = Lesson
        fields = ("kind", "title_zh", "title_en", "body_zh", "body_en", "link")
        labels = {
            "kind": pgettext_lazy("lesson", "Kind"),
            "title_zh": _("Title, in Chinese"),
            "title_en": _("Title, in English"),
            "body_zh": _("Text, in Chinese (an empty line begins a paragraph)"),
            "body_en": _("Text, in English (an empty line begins a paragraph)"),
        }
        widgets = {"body_zh": _AREA, "body_en": _AREA}

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        kind = typed.get("kind")
        if kind == LessonKind.TEXT and not (typed.get("body_zh") and typed.get("body_en")):
            self.add_error("body_zh", _("A text lesson is written in both languages."))
        if (kind == LessonKind.VIDEO) != str(typed.get("link") or "").startswith("https://"):
            self.add_error("link", _("A video needs an address that begins with https://, and only a video."))
        if (kind == LessonKind.FILE) != bool(typed.get("upload")):
            self.add_error("upload", _("A file lesson needs its file, and only a file lesson."))
        return typed


class QuestionForm(forms.Form):
    kind = forms.ChoiceField(label=pgettext_lazy("question", "Kind"), choices=QuestionKind.choices)
    text_zh = forms.CharField(label=_("Question, in Chinese"), max_length=500)
    text_en = forms.CharField(label=_("Question, in English"), max_length=500)
    options_zh = forms.CharField(label=_("Options in Chinese, one a line"), widget=_LINES)
    options_en = forms.CharField(label=_("Options in English, one a line"), widget=_LINES)
    right = forms.RegexField(
        r"^[1-8](\s*,\s*[1-8])*\Z",
        label=_("Numbers of the right options, such as 1 or 1, 3"),
    )
    why_zh = forms.CharField(label=_("Explanation, in Chinese"), max_length=600)
    why_en = forms.CharField(label=_("Explanation, in English"), max_length=600)

    def clean_options_zh(self) -> list[str]:
        return _lines(self.cleaned_data["options_zh"])

    def clean_options_en(self) -> list[str]:
        return _lines(self.cleaned_data["options_en"])

    def question(self) -> NewQuestion:
        typed = dict(self.cleaned_data)
        right = [int(one) - 1 for one in typed.pop("right").split(",")]
        kind = QuestionKind(typed.pop("kind"))
        return NewQuestion(kind=kind, right=right, **typed)


def _lines(text: str) -> list[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MAX_OPTIONS or any(len(line) > 300 for line in lines):
        raise forms.ValidationError(_("At most eight options of 300 characters each."))
    return lines


class SessionForm(forms.Form):
    trainer = forms.ModelChoiceField(label=_("Trainer"), queryset=_COLLEAGUES, empty_label=_("Choose…"))
    held_at = forms.DateTimeField(
        label=_("Begins"),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M"],
    )


class AnewForm(forms.Form):
    days = forms.IntegerField(label=_("Days to pass it"), min_value=1, max_value=60, initial=14)


class AssignForm(forms.Form):
    person = forms.ModelChoiceField(label=_("Person"), queryset=_COLLEAGUES, empty_label=_("Choose…"))
    days = forms.IntegerField(label=_("Days to pass it"), min_value=1, max_value=60, initial=14)


class OutsideForm(forms.Form):
    title = forms.CharField(label=_("What it certifies"), max_length=MAX_TITLE)
    issuer = forms.CharField(label=_("Issuer"), max_length=MAX_TITLE)
    number = forms.CharField(label=_("Number of the certificate"), max_length=60)
    issued_on = forms.DateField(label=_("Issued on"), widget=_DAY)
    expires_on = forms.DateField(
        label=_("Expires on"),
        required=False,
        widget=_DAY,
    )
    evidence = ScannedField(label=_("Scan of it (PDF, JPEG or PNG, at most 700 KB)"))

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        issued, expires = typed.get("issued_on"), typed.get("expires_on")
        if issued and issued > timezone.localdate():
            self.add_error("issued_on", _("A day that has come."))
        if issued and expires and expires <= issued:
            self.add_error("expires_on", _("Later than the day of issue."))
        return typed

    def given(self) -> Given:
        names = ("title", "issuer", "number", "issued_on", "expires_on")
        return Given(**{name: self.cleaned_data[name] for name in names})


def chosen_on(paper: Paper, posted: Any) -> dict[int, list[int]]:
    """What a submitted paper says, by places: `q0=2&q1=0&q1=3`. Whatever is no place counts as nothing."""
    found: dict[int, list[int]] = {}
    for at in range(paper.total):
        texts = posted.getlist(f"q{at}")[:MAX_OPTIONS]
        found[at] = [int(text) if text in "01234567" and len(text) == 1 else -1 for text in texts]
    return found
