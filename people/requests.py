"""The request of a view behind a sign-in: `user` is one of our accounts."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

from people.accounts.models import User


class SignedIn(HttpRequest):
    """For annotations: what `login_required` and `requires` let through."""

    if TYPE_CHECKING:
        user: User
