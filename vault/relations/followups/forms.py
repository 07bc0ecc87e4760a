"""The forms of follow-ups."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.accounts.models import User
from vault.purposes.catalogue import Reason
from vault.records.models import BookMember, Client
from vault.records.reveals.fields import PurposeField
from vault.relations.communications.forms import ContactForm
from vault.relations.fields import Moment, Words
from vault.relations.followups.models import Repeat
from vault.relations.followups.services import NOTE_LIMIT, Task

_NINE = {"hour": 9, "minute": 0, "second": 0, "microsecond": 0}


class FollowUpForm(forms.Form):
    """A new follow-up; what it is for and why stand beforehand, so that calling takes one key."""

    due_at = Moment(label=_("Due"))
    note = Words(label=_("Note for the call"), limit=NOTE_LIMIT)
    reason = forms.ChoiceField(
        label=_("Reason"), choices=[pair for pair in Reason.choices if pair[0] != Reason.OTHER]
    )
    purpose = PurposeField()
    repeat = forms.TypedChoiceField(
        label=_("Again"), choices=Repeat.choices, coerce=int, initial=Repeat.NEVER
    )

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].offer(client.book.holding, client.use)  # type: ignore[attr-defined]
        self.initial = {"purpose": client.purpose, "due_at": _tomorrow(), **self.initial}

    def task(self) -> Task:
        return Task(**{name: self.cleaned_data[name] for name in FollowUpForm.base_fields})


class NoteForm(ContactForm):
    """How the call went, and when the next one is due."""

    next_at = Moment(label=_("Next call"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].widget.attrs["autofocus"] = True  # the hands stay on the keys


class SnoozeForm(forms.Form):
    """Put off by one press; times are the viewer's."""

    until = forms.ChoiceField(
        choices=[
            ("hour", _("In an hour")),
            ("tomorrow", _("Tomorrow at 9")),
            ("days", _("In three days at 9")),
            ("week", pgettext_lazy("snooze", "In a week at 9")),
        ]
    )

    def due_at(self) -> datetime:
        chosen = self.cleaned_data["until"]
        if chosen == "hour":
            return timezone.now() + timedelta(hours=1)
        days = {"tomorrow": 1, "days": 3, "week": 7}[chosen]
        return (timezone.localtime() + timedelta(days=days)).replace(**_NINE)  # type: ignore[arg-type]


class HandOverForm(forms.Form):
    to = forms.ChoiceField(label=_("Hand over to"))

    def __init__(self, *args: Any, members: list[BookMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {str(member.user_id): member.user for member in members}
        choices = [(key, user.display_name) for key, user in self._people.items()]
        self.fields["to"].choices = choices  # type: ignore[attr-defined]

    def person(self) -> User:
        return self._people[self.cleaned_data["to"]]


def _tomorrow() -> datetime:
    return (timezone.localtime() + timedelta(days=1)).replace(**_NINE)  # type: ignore[arg-type]
