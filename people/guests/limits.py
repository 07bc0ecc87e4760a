"""How many codes are sent: to one number, for one network, for one invitation, and by the house.

Sending costs money, and "SMS pumping" earns some for whoever has it sent. Only numbers that a lead invited
ever get a message; these limits bound what is left. Counts lie in Valkey, where adding one is atomic, under
names hashed with the server's key.
"""

import time
from enum import Enum

from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac

HOUR, DAY = 3600, 86_400  # seconds


class Limit(Enum):
    """What is counted, its window in seconds, and how many fit in."""

    NUMBER = ("number", HOUR, 5)
    NUMBER_A_DAY = ("number-day", DAY, 10)
    NETWORK = ("network", HOUR, 60)  # of an address range, which many phones of an operator share
    INVITATION = ("invitation", DAY, 10)
    HOUSE = ("house", HOUR, 0)  # the setting says


def spend(limit: Limit, whose: str) -> bool:
    """Whether one more fits into the window that runs; it counts either way."""
    name, window, most = limit.value
    words = f"{name}\n{whose}\n{int(time.time()) // window}"
    key = f"codes:{salted_hmac('people.guests.limits', words, algorithm='sha256').hexdigest()}"
    cache.add(key, 0, 2 * window)
    spent: int = cache.incr(key)
    return spent <= (settings.SMS_AN_HOUR if limit is Limit.HOUSE else most)
