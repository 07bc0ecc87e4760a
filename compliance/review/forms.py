"""The filters of the log desk, as they stand in the address: ids and codes only."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType, Result
from audit.query import LogFilter
from audit.sentences import short
from compliance.review.names import deals_by_code, people_by_name

# What the part of an action's code before the dot is called; a test sees to it that none is missing.
AREAS: dict[str, Any] = {kind.value: kind.label for kind in ObjectType} | {
    "access": ObjectType.ACCESS_ASK.label,
    "canary": ObjectType.MARKS.label,
    "conduct": ObjectType.CONDUCT_CASE.label,
    "disclosure": _("Disclosures"),
    "claim": _("Duplicate claim"),
    "destruction": ObjectType.DESTRUCTION_RUN.label,
    "factor": _("Second factor"),
    "identity": _("Identity provider"),
    "import": ObjectType.IMPORT_JOB.label,
    "index": _("Search"),
    "intake": _("Take in a client"),
    "keys": _("Key"),
    "message": _("Messages to people"),
    "nda": ObjectType.NDA_SIGNATURE.label,
    "outside": ObjectType.OUTSIDE_AUDIT.label,
    "password": _("Password"),
    "phone": _("Phone of a guest"),
    "reach": _("Who can see what"),
    "redaction": _("Redaction"),
    "request": _("Request"),
    "retention": ObjectType.RETENTION_RULE.label,
    "search": _("Search"),
    "staffing": ObjectType.STAFF_CHANGE.label,
    "seal": ObjectType.COMPANY_UNDERTAKING.label,
    "watch": _("Watch over the log"),
}


def _action_choices() -> list[tuple[str, Any]]:
    """The actions, grouped by what they were done to; each group can be chosen as a whole."""
    groups: dict[str, list[tuple[str, Any]]] = {}
    for code, label in Action.choices:
        groups.setdefault(code.partition(".")[0], []).append((code, label))
    choices: list[tuple[str, Any]] = [("", _("Every action"))]
    for area, members in groups.items():
        choices.append((str(AREAS[area]), [(f"{area}.*", _("All of these")), *members]))
    return choices


def actions_of(codes: Iterable[str]) -> tuple[Action, ...]:
    """The actions that the chosen codes name; `client.*` names every action on a client."""
    chosen = set(codes)
    return tuple(a for a in Action if a.value in chosen or f"{a.value.partition('.')[0]}.*" in chosen)


_HIDDEN: dict[str, Any] = {
    "object": _("Object"),
    "request": _("Request"),
    "weekday": _("Weekday"),
    "hour": _("Hour"),
}


class LogFilterForm(forms.Form):
    person = forms.UUIDField(label=_("Person"), required=False)
    client = forms.UUIDField(
        label=_("Client (record number)"),
        required=False,
        error_messages={
            "invalid": _("No record number: copy all of it from an entry or a page about the client.")
        },
    )
    deal = forms.UUIDField(label=_("Deal"), required=False)
    action = forms.MultipleChoiceField(label=_("Action"), required=False)
    result = forms.ChoiceField(
        label=_("Result"), required=False, choices=[("", _("Every result")), *Result.choices]
    )
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    object = forms.UUIDField(required=False, widget=forms.HiddenInput)
    request = forms.UUIDField(required=False, widget=forms.HiddenInput)
    weekday = forms.IntegerField(required=False, min_value=1, max_value=7, widget=forms.HiddenInput)
    hour = forms.IntegerField(required=False, min_value=0, max_value=23, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].widget = forms.Select(choices=[("", _("Everybody")), *people_by_name()])
        self.fields["deal"].widget = forms.Select(choices=[("", _("Every deal")), *deals_by_code()])
        action = self.fields["action"]
        assert isinstance(action, forms.MultipleChoiceField)
        action.choices = _action_choices()
        action.widget = _SelectOneOrMore(choices=action.choices)

    def clean_action(self) -> tuple[Action, ...]:
        self.action_codes: list[str] = self.cleaned_data["action"]
        return actions_of(self.action_codes)

    def filters(self) -> LogFilter:
        """What was asked for. Days are the reader's, both included."""
        asked = self.cleaned_data
        until: date | None = asked["until"]
        return LogFilter(
            person=asked["person"],
            subject=asked["client"],
            deal=asked["deal"],
            object_id=asked["object"],
            actions=asked["action"],
            result=Result(asked["result"]) if asked["result"] else None,
            request=asked["request"],
            since=_midnight(asked["since"]),
            until=_midnight(until + timedelta(days=1)) if until else None,
            weekday=asked["weekday"],
            hour=asked["hour"],
        )

    def kinds(self) -> tuple[str, ...]:
        """Which filters were set: what the entry of this reading says about it."""
        return tuple(sorted(name for name, value in self.cleaned_data.items() if _is_set(value)))

    def address(self) -> str:
        """The filters as they stand in an address: ids and codes in one fixed order, nothing else."""
        pairs = [
            (name, text)
            for name, value in sorted(self.cleaned_data.items())
            if _is_set(value)
            for text in (self.action_codes if name == "action" else [str(value)])
        ]
        return urlencode(pairs, safe="*")

    def chosen(self) -> list[tuple[str, str]]:
        """What is set, in words: the label of each filter and its value, for whoever sees no fields."""
        return [
            (str(self.fields[name].label or _HIDDEN[name]), self._words(name, value))
            for name, value in self.cleaned_data.items()
            if _is_set(value)
        ]

    def _words(self, name: str, value: Any) -> str:
        if name == "action":
            return _("%(label)s and others") % {"label": value[0].label} if value[1:] else str(value[0].label)
        if name == "result":
            return str(Result(value).label)
        if name == "weekday":
            return str(WEEKDAYS[value - 1])
        if name == "hour":
            return f"{value:02}:00–{value:02}:59"
        if isinstance(value, UUID):
            choices = getattr(self.fields[name].widget, "choices", ())
            return str(dict(choices).get(value, short(value)))
        return date_format(value) if isinstance(value, date) else str(value)


class _SelectOneOrMore(forms.Select):
    """A plain select; an address that names several actions keeps them all."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        values: list[str] = data.getlist(name) if hasattr(data, "getlist") else list(data.get(name, []))
        return [value for value in values if value]

    def format_value(self, value: Any) -> list[str]:
        return [str(one) for one in value or [""]]


def _is_set(value: Any) -> bool:
    """An hour of 0 is one."""
    return value not in (None, "", (), [])


def _midnight(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
