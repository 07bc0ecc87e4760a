"""Guesses wait longer and longer, for whoever makes them."""

from concurrent.futures import ThreadPoolExecutor

from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from people.accounts.waits import FREE, LONGEST_WAIT, forget, may_guess, pair_of, wait_after


@given(st.integers(0, 10_000))
def test_a_wait_never_shrinks_and_has_an_end(guesses: int) -> None:
    assert wait_after(guesses) <= wait_after(guesses + 1) <= LONGEST_WAIT
    assert (wait_after(guesses) == 0) is (guesses < FREE)


def _pair(whom: str, address: str = "203.0.113.9", what: str = "code"):
    return pair_of(RequestFactory().post("/", REMOTE_ADDR=address), what, whom)


def test_attack_guesses_at_the_same_moment_are_counted_before_they_are_compared() -> None:
    pair = _pair("together")
    forget(pair)
    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(may_guess, [pair] * 64)) == FREE
    forget(pair)
    assert may_guess(pair)


def test_a_pair_is_one_account_from_one_network_and_tells_neither() -> None:
    pairs = {_pair("a"), _pair("b"), _pair("a", "198.51.100.7"), _pair("a", what="password")}
    assert len(pairs) == 4
    assert _pair("a", "203.0.113.200") == _pair("a")
    assert "203.0" not in _pair("a").name
