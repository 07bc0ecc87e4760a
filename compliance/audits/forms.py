"""Forms of internal audits. A field that is not named here is not taken in, whatever is sent."""

from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from compliance.audits.access import eligible
from compliance.audits.codes import (
    PLANNED_HERE,
    Area,
    Basis,
    EvidenceKind,
    Kind,
    Method,
    Result,
    Scope,
    Words,
)
from compliance.audits.due import policy
from compliance.audits.models import MAX_MONTHS, MAX_QUESTION, MAX_TITLE, AuditItem, AuditMember
from compliance.audits.planning import Plan
from compliance.words import LIMIT
from deals.pipeline.models import Deal
from people.accounts.models import Kind as PersonKind
from people.accounts.models import User
from people.roles.models import Role
from vault.records.models import ClientBook

CHOOSE = _("Choose…")
NOBODY = ("", pgettext_lazy("audit scope", "None"))


def _day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


def _words(label: Any, *, required: bool = True, rows: int = 3, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, max_length=LIMIT, widget=widget, **more)


def _staff() -> Any:
    return User.objects.filter(kind=PersonKind.STAFF, is_active=True).order_by("display_name", "pk")


class _Choosing(forms.Form):
    """Rows to choose from are read when the form is shown."""

    def choose(self, name: str, rows: Any) -> None:
        cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = rows


class PlanForm(_Choosing):
    title = forms.CharField(
        label=pgettext_lazy("audit", "Title"),
        max_length=MAX_TITLE,
        help_text=_("Names nobody: no names, numbers or addresses."),
    )
    scope = forms.ChoiceField(
        label=pgettext_lazy("audit", "What is audited"),
        choices=[(one.value, one.label) for one in PLANNED_HERE],
    )
    book = forms.ModelChoiceField(
        label=_("Client book"), queryset=ClientBook.objects.none(), required=False, empty_label=NOBODY[1]
    )
    deal = forms.ModelChoiceField(
        label=_("Deal"), queryset=Deal.objects.none(), required=False, empty_label=NOBODY[1]
    )
    role = forms.ModelChoiceField(
        label=_("Role"), queryset=Role.objects.none(), required=False, empty_label=NOBODY[1]
    )
    basis = forms.ChoiceField(label=pgettext_lazy("audit", "On what ground"), choices=Basis.choices)
    period_from = _day(_("Period looked at, from"))
    period_to = _day(_("Period looked at, to"), help_text=_("Ends before the audit begins."))
    planned_from = _day(pgettext_lazy("audit", "Held from"))
    planned_to = _day(pgettext_lazy("audit", "Held to"))
    lead = forms.ModelChoiceField(
        label=_("Lead auditor"),
        queryset=User.objects.none(),
        empty_label=CHOOSE,
        help_text=_("Nobody audits their own area; the same person leads at most two audits of it running."),
    )
    team = forms.ModelMultipleChoiceField(
        label=_("Others of the team"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = eligible().order_by("display_name", "pk")
        self.choose("lead", people)
        self.choose("team", people)
        self.choose("book", ClientBook.objects.order_by("name", "pk"))
        self.choose("deal", Deal.objects.order_by("code_name"))
        self.choose("role", Role.objects.order_by("code"))
        today = timezone.localdate()
        self.fields["period_from"].initial = today - timedelta(days=365)
        self.fields["period_to"].initial = today - timedelta(days=1)
        self.fields["planned_from"].initial = today
        self.fields["planned_to"].initial = today + timedelta(days=14)

    def plan(self) -> Plan:
        asked = self.cleaned_data
        return Plan(
            title=asked["title"],
            scope=Scope(asked["scope"]),
            basis=Basis(asked["basis"]),
            period_from=asked["period_from"],
            period_to=asked["period_to"],
            planned_from=asked["planned_from"],
            planned_to=asked["planned_to"],
            lead=asked["lead"],
            team=tuple(asked["team"]),
            book=asked["book"],
            deal=asked["deal"],
            role=asked["role"],
        )


class TeamForm(_Choosing):
    team = forms.ModelMultipleChoiceField(
        label=_("Others of the team"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, lead_id: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("team", eligible().exclude(pk=lead_id).order_by("display_name", "pk"))


class AnswerForm(forms.Form):
    """One question, inline in the checklist: each form's ids are its own."""

    method = forms.ChoiceField(
        label=pgettext_lazy("audit", "How it was looked into"),
        required=False,
        choices=[("", CHOOSE), *Method.choices],
    )
    result = forms.ChoiceField(
        label=pgettext_lazy("audit", "Result"), choices=[("", CHOOSE), *Result.choices]
    )
    note = _words(Words.NOTE.label, required=False, rows=1)

    def __init__(self, *args: Any, item: AuditItem, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"method": item.method, "result": item.result})
        super().__init__(*args, **kwargs | {"auto_id": f"q{item.number}-%s"})
        if item.kind == Kind.MEASURED:
            del self.fields["method"]

    @property
    def method_of(self) -> Method | None:
        code = self.cleaned_data.get("method")
        return Method(code) if code else None


class EvidenceForm(forms.Form):
    kind = forms.ChoiceField(label=pgettext_lazy("audit", "What it is"), choices=EvidenceKind.choices)
    object_id = forms.UUIDField(label=pgettext_lazy("audit", "Its number"))

    def __init__(self, *args: Any, item: AuditItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"auto_id": f"e{item.number}-%s"})


class FindingForm(_Choosing):
    """What is said of a question that is judged otherwise than conforming. The judgement is the severity."""

    criterion = _words(Words.CRITERION.label)
    found = _words(Words.FOUND.label)
    cause = _words(Words.CAUSE.label, required=False)
    book = forms.ModelChoiceField(
        label=_("Concerns the client book"),
        queryset=ClientBook.objects.none(),
        required=False,
        empty_label=NOBODY[1],
        help_text=_("While a major one is overdue, no list of this book leaves the house."),
    )
    person = forms.ModelChoiceField(
        label=_("Concerns the person"),
        queryset=User.objects.none(),
        required=False,
        empty_label=NOBODY[1],
        help_text=_("While a major one is overdue, they and their lead see it first in their day."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("book", ClientBook.objects.order_by("name", "pk"))
        self.choose("person", _staff())

    def texts(self) -> dict[Words, str]:
        return {one: self.cleaned_data[one.value] for one in (Words.CRITERION, Words.FOUND, Words.CAUSE)}


class ActionForm(_Choosing):
    owner = forms.ModelChoiceField(
        label=_("Who puts it right"),
        queryset=User.objects.none(),
        empty_label=CHOOSE,
        help_text=_("Nobody of the audit's team."),
    )
    due = _day(pgettext_lazy("audit", "By"))
    task = _words(Words.TASK.label)

    def __init__(self, *args: Any, audit_id: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("owner", _staff().exclude(pk__in=_team(audit_id)))
        self.fields["due"].initial = timezone.localdate() + timedelta(days=30)


class OwnerForm(_Choosing):
    """`shown`: the choices as they were read for many forms of one page."""

    owner = forms.ModelChoiceField(label=_("Give it to"), queryset=User.objects.none(), empty_label=CHOOSE)

    def __init__(
        self, *args: Any, audit_id: UUID, shown: list[tuple[Any, Any]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.choose("owner", _staff().exclude(pk__in=_team(audit_id)))
        if shown is not None:
            cast("forms.ModelChoiceField[Any]", self.fields["owner"]).choices = shown


def owner_choices(audit_id: UUID) -> list[tuple[Any, Any]]:
    """Who can own an action of this audit, for the forms of a page. One query."""
    people = _staff().exclude(pk__in=_team(audit_id)).values_list("pk", "display_name")
    return [("", CHOOSE), *people]


class DoneForm(forms.Form):
    done = _words(Words.DONE.label, help_text=_("And where that can be seen. Sealed under the audit's key."))


class VerdictForm(forms.Form):
    why = _words(Words.VERDICT.label)


class PolicyForm(forms.Form):
    months = forms.IntegerField(
        label=_("Months from one audit of the house to the next"), min_value=1, max_value=MAX_MONTHS
    )
    remind_days = forms.IntegerField(
        label=_("Days before, that officers are told"), min_value=1, max_value=180
    )
    escalate_days = forms.IntegerField(
        label=_("Days after which an overdue action about a person comes to the officers"),
        min_value=0,
        max_value=30,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        now = policy()
        names = ("months", "remind_days", "escalate_days")
        kwargs.setdefault("initial", {name: getattr(now, name) for name in names})
        super().__init__(*args, **kwargs)


class QuestionForm(forms.Form):
    area = forms.ChoiceField(label=pgettext_lazy("audit", "Area"), choices=Area.choices)
    method = forms.ChoiceField(label=pgettext_lazy("audit", "How it is looked into"), choices=Method.choices)
    zh = forms.CharField(label=_("Question, in Chinese"), max_length=MAX_QUESTION)
    en = forms.CharField(label=_("Question, in English"), max_length=MAX_QUESTION)


def _team(audit_id: UUID) -> Any:
    return AuditMember.objects.filter(audit=audit_id).values("user")
