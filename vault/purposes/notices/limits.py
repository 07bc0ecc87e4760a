"""How often the page behind a link may be asked: counted in the cache, under digests that name nobody."""

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from audit.middleware import network_prefix

WINDOW = 600  # seconds
MISSES = 20  # tokens that do not exist, from one network: a guesser needs 2^255 of them
TURNS = 60  # requests with one link


def too_many_misses(request: HttpRequest) -> bool:
    """Whether this network has tried too many tokens that do not exist."""
    return int(cache.get(_name("miss", _network(request)), 0)) >= MISSES


def count_miss(request: HttpRequest) -> None:
    _count(_name("miss", _network(request)))


def too_many_turns(token: str) -> bool:
    """Counts a request with this link; whether it was one too many."""
    return _count(_name("turn", token)) > TURNS


def _count(name: str) -> int:
    cache.add(name, 0, WINDOW)
    try:
        return int(cache.incr(name))
    except ValueError:  # it ran out between the two calls
        return 1


def _name(kind: str, value: str) -> str:
    return f"notice.{kind}.{salted_hmac('notice.limits', value, algorithm='sha256').hexdigest()}"


def _network(request: HttpRequest) -> str:
    return network_prefix(request) or "unknown"
