"""Guesses, slowed down for who makes them and not for whom they are about.

A guess is counted for a pair: what is guessed at (an account, or a name that is none) and from which network
it comes. After a few the pair waits, longer each time. Somebody who guesses at a colleague's account makes
themselves wait and nobody else: from their own desk the colleague signs in as always.

Counts live in the cache (Valkey), where adding one is atomic: guesses sent at the same moment are counted
before any of them is compared. What they are counted under is hashed with the server's key, since people
type passwords into the field for names.
"""

from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from audit.middleware import network_prefix

FREE = 5  # guesses without waiting
FIRST_WAIT, LONGEST_WAIT = 10, 900  # seconds
FORGOTTEN_AFTER = 24 * 3600  # seconds since the last guess


@dataclass(frozen=True, slots=True)
class Pair:
    """What is guessed at, and from where; both as one opaque name."""

    name: str


def pair_of(request: HttpRequest, what: str, whom: str) -> Pair:
    """`what` is a kind of guess ("password", "code"), `whom` an account's id or a typed name in one case."""
    words = f"{what}\n{whom}\n{network_prefix(request)}"
    return Pair(f"guesses:{salted_hmac('people.waits', words, algorithm='sha256').hexdigest()}")


def wait_after(guesses: int) -> int:
    """Seconds to wait after so many wrong guesses: 10, 20, 40, … up to a quarter of an hour."""
    if guesses < FREE:
        return 0
    return min(FIRST_WAIT << min(guesses - FREE, 10), LONGEST_WAIT)


def may_guess(pair: Pair) -> bool:
    """Counts one guess, before it is compared; False: wait first, and this one does not count."""
    count, gate = f"{pair.name}:count", f"{pair.name}:gate"
    cache.add(count, 0, timeout=FORGOTTEN_AFTER)
    guesses = cache.incr(count)
    cache.touch(count, FORGOTTEN_AFTER)
    if guesses < FREE or cache.add(gate, 1, timeout=wait_after(guesses)):
        return True
    cache.decr(count)
    return False


def forget(pair: Pair) -> None:
    """After a right answer."""
    cache.delete_many([f"{pair.name}:count", f"{pair.name}:gate"])
