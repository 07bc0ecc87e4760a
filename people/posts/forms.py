from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.accounts.models import User
from people.approvals.forms import ReasonField
from people.posts.access import candidates
from people.posts.codes import Place, Post

# The one form in which browsers take a date to fill in.
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _morning(day: Any) -> datetime:
    return datetime.combine(day, time.min, timezone.get_current_timezone())


class ProposeForm(forms.Form):
    """Whoever could hold one of the posts can be chosen; whether they can hold this one is checked after."""

    what = forms.ChoiceField(label=_("Which post"))
    person = forms.ModelChoiceField(
        label=pgettext_lazy("post", "Who"), queryset=User.objects.none(), empty_label=_("Choose…")
    )
    first = forms.DateField(label=_("From the morning of"), widget=_DAY)
    last = forms.DateField(
        label=_("To the evening of"), widget=_DAY, required=False, help_text=_("Empty: without an end date.")
    )
    reason = ReasonField()

    def __init__(self, *args: Any, actor: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["what"].choices = [  # type: ignore[attr-defined]
            (f"{post}.{place}", f"{post.label} · {place.label}") for post in Post for place in Place
        ]
        may_hold = set().union(*(candidates(post).values_list("pk", flat=True) for post in Post))
        rows = User.objects.filter(pk__in=may_hold).exclude(pk=actor.pk).order_by("display_name", "pk")
        self.fields["person"].queryset = rows  # type: ignore[attr-defined]
        self.fields["first"].initial = timezone.localdate()

    def chosen(self) -> tuple[Post, Place]:
        post, _dot, place = self.cleaned_data["what"].partition(".")
        return Post(post), Place(place)

    def span(self) -> tuple[datetime, datetime | None]:
        """From the first day's beginning (now, for today) to the last day's end."""
        last = self.cleaned_data["last"]
        begins = max(_morning(self.cleaned_data["first"]), timezone.now())
        return begins, _morning(last + timedelta(days=1)) if last else None


class ContactForm(forms.Form):
    """What everybody may read of whoever holds the post."""

    shown_name = forms.CharField(
        label=_("Name to be shown to everybody"),
        max_length=60,
        help_text=_("As you choose: the whole name, a surname with a title, or the post alone."),
    )
    contact = forms.CharField(
        label=_("Address to write to"),
        max_length=120,
        help_text=_("A mailbox, a number or a postal address of the house, for everybody to read."),
    )


class AcceptForm(ContactForm):
    typed_name = forms.CharField(
        label=_("Your full name"),
        max_length=80,
        help_text=_("Typed by yourself, as it stands in your account. This is your signature."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    agreed = forms.BooleanField(label=_("I accept the post and what it asks of me."))


class AwayForm(forms.Form):
    first = forms.DateField(label=_("From the morning of"), widget=_DAY)
    last = forms.DateField(label=_("To the evening of"), widget=_DAY)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        today = timezone.localdate()
        self.fields["first"].initial, self.fields["last"].initial = today, today + timedelta(days=7)

    def span(self) -> tuple[datetime, datetime]:
        """From the first day's beginning (or now) to the last day's end."""
        begins = max(_morning(self.cleaned_data["first"]), timezone.now())
        return begins, _morning(self.cleaned_data["last"] + timedelta(days=1))
