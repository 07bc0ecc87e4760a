"""What a password must be: long enough, and hard to guess for whoever knows its person and the house.

No rules about kinds of letters, no changes by the calendar: NIST SP 800-63B-4, section 3.1.1.2; OWASP ASVS
5.0, 6.2. How hard it is to guess, zxcvbn estimates (Wheeler, USENIX Security 2016), whose lists of common
passwords, names and patterns also know the words that belong to this person and this house.
"""

import re
import threading
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from zxcvbn import zxcvbn

from people.accounts.models import User

SHORTEST, LONGEST = 12, 128  # characters
LEAST_SCORE = 3  # of 0 to 4: some 10^8 guesses at least, which waits and hashing make too many
# Of longer ones this beginning is estimated: what comes after makes none easier to guess, and the estimate
# takes time that grows with the square of the length.
_ESTIMATED = 40
_HOUSE = ("sealroom", "封匣", "fengxia")
_one_at_a_time = threading.Lock()  # the library keeps the words of a call in a table of the whole process


class LengthValidator:
    """12 to 128 characters. Nothing is cut off: a longer one is refused."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) < SHORTEST:
            raise ValidationError(
                _("Use at least %(least)s characters: three unrelated words are easy to keep in mind.")
                % {"least": SHORTEST},
                code="password_too_short",
            )
        if len(password) > LONGEST:
            raise ValidationError(
                _("Use at most %(most)s characters.") % {"most": LONGEST}, code="password_too_long"
            )

    def get_help_text(self) -> str:
        return _("%(least)s to %(most)s characters of any kind; several unrelated words are best.") % {
            "least": SHORTEST,
            "most": LONGEST,
        }


class StrengthValidator:
    """Refuses what is guessed soon, and says what makes it so.

    The words of the person and the house count for nothing at all: what is left without them must be hard to
    guess by itself. The library alone would take "sealroom-sealroom".
    """

    def validate(self, password: str, user: User | None = None) -> None:
        words = words_of(user)
        found = estimate(password, words)
        if found["score"] < LEAST_SCORE:
            raise ValidationError(_why(found), code="password_too_weak")
        rest = _without(password, words)
        if rest != password and (not rest or estimate(rest, words)["score"] < LEAST_SCORE):
            raise ValidationError(_because(_REASONS["dictionary"]), code="password_too_weak")

    def get_help_text(self) -> str:
        return _("Not your name, not the house's, no date, no pattern on the keyboard.")


def estimate(password: str, words: list[str]) -> dict[str, Any]:
    """zxcvbn's result for the beginning of the password, with these words known to whoever guesses."""
    with _one_at_a_time:
        found: dict[str, Any] = zxcvbn(password[:_ESTIMATED], user_inputs=words)
    return found


def words_of(user: User | None) -> list[str]:
    """What whoever guesses would try first: the person's names and address, whole and in parts, and the
    house's."""
    said = [*_HOUSE, urlsplit(settings.PUBLIC_ADDRESS).hostname or ""]
    if user is not None:
        said += [user.username, user.display_name, user.email]
    parts = [part for one in said for part in re.split(r"[\s.@_\-]+", one)]
    return sorted({word for word in (*said, *parts) if len(word) >= _shortest_of(word)})


def _without(password: str, words: list[str]) -> str:
    """What is left when these words are taken out, the longest first, whatever their case."""
    for word in sorted(words, key=len, reverse=True):
        password = re.sub(re.escape(word), "", password, flags=re.IGNORECASE)
    return password


def _shortest_of(word: str) -> int:
    """Two Chinese characters are a name; two letters are in every other password."""
    return 3 if word.isascii() else 2


_REASONS: dict[str, str | Promise] = {
    "dictionary": gettext_lazy("It holds common words or names, or yours or the house's."),
    "spatial": gettext_lazy("It follows the keys of the keyboard."),
    "repeat": gettext_lazy("It repeats itself."),
    "sequence": gettext_lazy("It counts up or down, or goes through the alphabet."),
    "regex": gettext_lazy("It holds a year."),
    "date": gettext_lazy("It holds a date."),
}


def _why(found: dict[str, Any]) -> str:
    """The longest part that a guesser knows, and what to do. Nothing of the password itself."""
    parts = [part for part in found["sequence"] if part["pattern"] in _REASONS]
    longest = max(parts, key=lambda part: len(part["token"]), default=None)
    return _because(_REASONS[longest["pattern"]] if longest else "")


def _because(reason: str | Promise) -> str:
    words = _("This password is guessed soon. Add two or three unrelated words.")
    return f"{words} {reason}".strip()
