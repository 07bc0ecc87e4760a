"""What is sent, and what keeps it from being sent."""

from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Message:
    """`number` in E.164 form; it is never shown by `repr`, so that no failure quotes it. Without a `code` it
    is a notice."""

    number: str = field(repr=False)
    code: str = field(repr=False)
    text: str = field(repr=False)

    @property
    def mainland(self) -> str | None:
        """The eleven digits of a number of mainland China."""
        return self.number.removeprefix("+86") if self.number.startswith("+86") else None


class Trouble(TextChoices):
    """Why a message was not sent; codes of the log."""

    UNREACHABLE = "sms.unreachable", _("The SMS provider does not answer")
    REFUSED = "sms.refused", _("The SMS provider refused the message")
    SETTING = "sms.setting", _("No SMS provider is set up")


class NotSent(Exception):
    """The provider did not take the message. Says nothing of it."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble
