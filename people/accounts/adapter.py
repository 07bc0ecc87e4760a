"""How allauth behaves here: no sign-up, and nothing told about which accounts exist."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come from an administrator or an invitation only."""
        return False
