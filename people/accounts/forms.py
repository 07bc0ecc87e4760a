from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.accounts.models import Kind, User
from people.accounts.zones import zones
from people.roles.sets import role_choices


class PersonFilter(forms.Form):
    """The view of the list of people, kept in its address. No names there: an address ends up in
    histories."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=lambda: [("", _("All")), (Kind.STAFF, Kind.STAFF.label), (Kind.OUTSIDE, Kind.OUTSIDE.label)],
    )
    role = forms.ChoiceField(
        label=_("Role"),
        required=False,
        choices=lambda: [("", _("All")), *role_choices(retired=True)],
    )
    ends = forms.ChoiceField(
        label=_("Role ends"),
        required=False,
        choices=[("", _("All")), ("soon", _("Within a week"))],
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All")),
            ("open", pgettext_lazy("account", "Open")),
            ("disabled", _("Disabled")),
            ("new", _("No password yet")),
        ],
    )


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Making an account: everything but the credential."""

    class Meta:
        model = User
        fields = ["username", "display_name", "email", "kind", "language"]
        help_texts = {
            "username": _("Letters and digits; the person signs in with it."),
            "email": _("The one-time link for choosing a password goes there, and nowhere else."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = True
        self.fields["language"] = _language_field()
        if "kind" in self.fields:
            # Outside people come by invitation to a room, but for auditors; the service account is the
            # house's own.
            self.fields["kind"] = forms.ChoiceField(
                label=_("Kind"),
                choices=[(Kind.STAFF, Kind.STAFF.label), (Kind.OUTSIDE, _("Outside auditor"))],
            )


class PersonEditForm(PersonForm):
    class Meta(PersonForm.Meta):
        fields = ["display_name", "email", "language"]

    def __init__(self, *args: Any, address_may_change: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not address_may_change:
            self.fields["email"].disabled = True
            self.fields["email"].required = False
            self.fields["email"].help_text = _("In use: only its person may change it, since links go there.")


class ProfileForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=lambda: settings.LANGUAGES)
    timezone = forms.ChoiceField(label=_("Time zone"))

    def __init__(self, *args: Any, kept: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["timezone"].choices = list(zones(kept))  # type: ignore[attr-defined]


class PasswordForm(forms.Form):
    """Choosing a password, twice, for a known person.

    The fields name no longest length, since a browser would cut off there what is pasted: the rules refuse
    what is too long (people.passwords.strength).
    """

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=password_validators_help_text_html,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        password, again = cleaned.get("password"), cleaned.get("again")
        if password and again:
            if password != again:
                self.add_error("again", _("The two passwords differ."))
            else:
                self._check_strength(password)
        return cleaned

    def _check_strength(self, password: str) -> None:
        try:
            validate_password(password, self.person)
        except ValidationError as error:
            self.add_error("password", error)


class FirstPersonForm(PasswordForm):
    """The first administrator or officer makes their own account."""

    username = User._meta.get_field("username").formfield()
    display_name = User._meta.get_field("display_name").formfield()
    email = forms.EmailField(label=_("E-mail"))
    field_order = ["username", "display_name", "email", "password", "again"]

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(_("This name is taken."))
        return username

    def clean(self) -> dict[str, Any]:
        for field in ("username", "display_name", "email"):
            setattr(self.person, field, self.cleaned_data.get(field, ""))
        return super().clean()


def _language_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Language"), choices=lambda: settings.LANGUAGES)
