"""The service account `system`: the actor of timed jobs and of the first two grants. It can never sign in."""

from uuid import UUID

from people.accounts.models import Kind, User

SYSTEM_ID = UUID("00000000-0000-4000-8000-000000000001")


def ensure_system_account(*, using: str = "default") -> None:
    User.objects.using(using).get_or_create(
        pk=SYSTEM_ID,
        defaults={
            "username": "system",
            "display_name": "Sealroom",
            "kind": Kind.SERVICE,
            "password": "!",  # the mark of an unusable password; a constraint keeps it so
        },
    )


def system_account() -> User:
    return User.objects.get(pk=SYSTEM_ID)
