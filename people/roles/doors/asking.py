"""What somebody's roles ask of them, whatever the request."""

from django.utils import timezone

from people.accounts.models import User
from people.roles.access import grants_in_force


def passkey_asked_of(user: User) -> bool:
    """Whether a role that the person holds asks for a passkey by now."""
    asking = grants_in_force().filter(user_id=user.pk, role__door__passkey_from__lte=timezone.now())
    return asking.exists()
