"""How allauth behaves here: no sign-up. Which of its pages exist at all: config.account_urls."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come from an administrator or an invitation only."""
        return False
