"""How allauth behaves here: no sign-up, one answer to every failed sign-in, guesses that wait.

Which of its pages exist at all: config.account_urls.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse

from audit.actions import Action, ObjectType, Reason, Result
from audit.entry import Entry
from audit.log import record_read
from people.accounts.models import User
from people.accounts.waits import forget, may_guess, pair_of


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come from an administrator or an invitation only."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The account, or None for an unknown name, a wrong password and a closed account alike.

        The library would tell who knows the password of a closed account that it is closed. What each costs
        is the same too: one hash (people.accounts.backends).
        """
        pair = pair_of(request, "password", str(credentials.get("username", "")).strip().casefold())
        if not may_guess(pair):
            record_read(_too_often())
            raise self.validation_error("too_many_login_attempts")
        self.pre_authenticate(request, **credentials)  # the limit of the address
        user = authenticate(request, **credentials)
        if user is None:
            return None
        forget(pair)
        self._rollback_login_failed_rl_usage()
        assert isinstance(user, User)
        return user

    def pre_login(self, request: HttpRequest, user: User, **about: Any) -> HttpResponse | None:
        """The password was right: the session goes on under a new key, before a second step as after it, so
        that nobody waits in a session that they planted until the first step is done for them."""
        request.session.cycle_key()
        answer: HttpResponse | None = super().pre_login(request, user, **about)
        return answer


def _too_often() -> Entry:
    return Entry(
        action=Action.SESSION_SIGN_IN_FAIL,
        object_type=ObjectType.SESSION,
        object_id=None,
        reason=str(Reason.TRIED_TOO_OFTEN),
        result=Result.FAILED,
    )
