"""Codes that wait to be typed: in Valkey, for five minutes, known by an id that one browser's session holds.

A code is bound to the ask that it was sent for, and so to its person's number and to that session: typed
anywhere else it is nothing. It counts once: deleting its row tells one caller alone that it was there. Kept
is a digest under the server's key, never the code. What is asked in vain (a number that nobody invited)
waits here like the others, without a code, so that nothing tells the two apart.
"""

import secrets
from dataclasses import dataclass
from enum import StrEnum
from hmac import compare_digest
from uuid import UUID

from django.core.cache import cache
from django.utils.crypto import salted_hmac

GOOD_FOR = 300  # seconds
TRIES = 5
DIGITS = 6
_FORGOTTEN_AFTER = 2 * GOOD_FOR


class Why(StrEnum):
    """What a code is asked for; codes of the log."""

    INVITATION = "phone.invitation"
    SIGN_IN = "phone.sign_in"
    AGAIN = "phone.again"


@dataclass(frozen=True, slots=True)
class Ask:
    """`person` is None for a number that gets no code. `link` is the invitation's one-time link."""

    id: str
    why: Why
    person: UUID | None
    link: str = ""


class Typed(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    OVER = "over"  # too often, too late, or no code at all: ask for a new one


def begin(why: Why, *, person: UUID | None, link: str = "") -> Ask:
    ask = Ask(secrets.token_hex(16), why, person, link)
    cache.set(_name(ask.id), (why.value, str(person) if person else "", link), _FORGOTTEN_AFTER)
    return ask


def found(ask_id: str | None) -> Ask | None:
    kept = cache.get(_name(ask_id)) if ask_id else None
    if kept is None:
        return None
    why, person, link = kept
    return Ask(str(ask_id), Why(why), UUID(person) if person else None, link)


def new_code(ask: Ask) -> str | None:
    """The ask's one code; None when it has had it: a job that is delivered twice sends once."""
    if not cache.add(_name(ask.id, "sent"), 1, _FORGOTTEN_AFTER):
        return None
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    cache.set(_name(ask.id, "code"), _digest(ask, code), GOOD_FOR)
    return code


def take(ask: Ask, typed: str) -> Typed:
    """Compares what was typed. A try is counted before it is compared, so that none is free at the same
    moment."""
    tries = _name(ask.id, "tries")
    cache.add(tries, 0, _FORGOTTEN_AFTER)
    spent = cache.incr(tries)
    kept = cache.get(_name(ask.id, "code")) or ""
    fits = compare_digest(kept.encode(), _digest(ask, "".join(typed.split())).encode())
    if spent > TRIES:
        return Typed.OVER
    if fits and cache.delete(_name(ask.id, "code")):
        return Typed.RIGHT
    return Typed.OVER if spent == TRIES else Typed.WRONG


def _digest(ask: Ask, code: str) -> str:
    return salted_hmac("people.guests.code", f"{ask.id}\n{code}", algorithm="sha256").hexdigest()


def _name(ask_id: str | None, part: str = "ask") -> str:
    return f"phone-code:{ask_id}:{part}"
