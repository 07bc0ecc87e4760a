"""How allauth behaves here: no sign-up, and nothing about the ways in is changed without step-up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come from an administrator or an invitation only."""
        return False

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """Whoever takes over an open session must not be able to add an address that password links go to."""
        return True
