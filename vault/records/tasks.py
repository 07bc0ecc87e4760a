"""What of the clients' slice only the worker's login may do."""

from uuid import UUID

from celery import shared_task

from audit.origin import Origin, acting_as
from people.accounts.models import User
from vault.records.rotating import retire


@shared_task(name="vault.records.retire_index_keys")
def retire_index_keys(book_id: str, actor_id: str) -> None:
    """Destroy a book's index keys that a rotation took out of force; ordered by whoever ran the rotation."""
    actor = User.objects.get(pk=actor_id)
    with acting_as(Origin(actor=actor.pk)):
        retire(actor=actor, book_id=UUID(book_id))
