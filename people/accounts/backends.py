"""Sign-in by name and password, and the check made on every request that the account is still open."""

from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend

from people.accounts.models import Kind, User


class Backend(AuthenticationBackend):
    """Timing is evened out by allauth (an unknown name costs a password hash too).

    Django calls `get_user` on each request; a disabled person is nobody from the next one on.
    """

    def user_can_authenticate(self, user: Any) -> bool:
        return bool(user is not None and user.is_active and user.kind != Kind.SERVICE)

    def get_user(self, user_id: UUID | str) -> User | None:
        user = User.objects.filter(pk=user_id).first()
        return user if self.user_can_authenticate(user) else None

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Django's own permissions give nothing here: roles and room grants are asked at their gates."""
        return False

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return False
