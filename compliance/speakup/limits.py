"""What keeps a flood out without knowing who sends it: budgets of everybody together, and a plain question.

Nobody can be counted alone where no address is kept, so the budgets are the channel's. They bound what a
flood can cost the house (rows, keys, stretched guesses, entries of the log); they do not keep somebody from
using them up, who then has to go on doing so hour after hour. The question (two small numbers, in a signed
token that works once) stops programs that fill in every form they find, not one written against this house.
What was typed is never lost: the page comes back with it. In Valkey stand counts and digests of random
tokens, for hours, and nothing of a sender.
"""

import secrets
import time
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256

from django.conf import settings
from django.core import signing
from django.core.cache import cache

from audit.actions import Action, ObjectType, Reason
from audit.entry import Entry
from audit.log import record_refusal

_SALT = "compliance.speakup.question"
_GOOD_FOR = 12 * 3600  # seconds: somebody may write for long
_LOW, _HIGH = 2, 9
_PREFIX = "speakup"


class Budget(Enum):
    """What is counted, its window in seconds, and the setting that bounds it."""

    REPORTS = ("reports", 3600, "SPEAK_UP_REPORTS_AN_HOUR")
    CODES = ("codes", 60, "SPEAK_UP_CODES_A_MINUTE")
    REFUSALS = ("refusals", 60, "SPEAK_UP_CODES_A_MINUTE")  # of forms from elsewhere: entries, nothing more


@dataclass(frozen=True, slots=True)
class Question:
    """Two numbers to add, and what the form sends back beside the sum."""

    token: str
    first: int
    second: int


def spend(budget: Budget) -> bool:
    """Whether one more fits into the window that runs. The first that does not is an entry; the others of the
    window are not: a flood must not fill the log."""
    name, window, setting = budget.value
    key = f"{_PREFIX}:{name}:{int(time.time()) // window}"
    cache.add(key, 0, 2 * window)
    spent = cache.incr(key)
    limit: int = getattr(settings, setting)
    if spent == limit + 1:
        record_refusal(
            Entry(
                action=Action.REQUEST_REFUSE,
                object_type=ObjectType.SPEAKUP,
                object_id=None,
                reason=Reason.FLOODED.value,
            )
        )
    return spent <= limit


def ask() -> Question:
    first, second = (secrets.choice(range(_LOW, _HIGH + 1)) for _ in range(2))
    token = signing.dumps([secrets.token_hex(16), first, second], salt=_SALT)
    return Question(token, first, second)


def is_right(token: str, total: int) -> bool:
    """Whether the token is ours, not older than half a day, and this is the sum."""
    try:
        _nonce, first, second = signing.loads(token, salt=_SALT, max_age=_GOOD_FOR)
    except (signing.BadSignature, ValueError):
        return False
    return bool(first + second == total)


def use_up(token: str) -> bool:
    """False where the form of this token was taken in before: sent twice, or replayed."""
    return bool(cache.add(_used(token), 1, _GOOD_FOR + 3600))


def give_back(token: str) -> None:
    """What it was used for did not happen."""
    cache.delete(_used(token))


def _used(token: str) -> str:
    return f"{_PREFIX}:used:{sha256(token.encode()).hexdigest()}"
