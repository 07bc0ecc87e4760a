"""Where somebody signed in from before: what is new is told to them.

Kept is a keyed hash of the coarse network and the kind of browser, for its person: from the table alone
nobody learns where anybody was.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from people.accounts.models import User
from people.notices.models import KnownPlace
from people.notices.services import notify

_BYTES = 16


@transaction.atomic
def note_place(user: User, network: str, browser: str) -> None:
    """A sign-in from there. The first one of all is nothing new."""
    words = f"{user.pk}\n{network}\n{browser}"
    mark = salted_hmac("people.notices.places", words, algorithm="sha256").digest()[:_BYTES]
    known = KnownPlace.objects.filter(person=user)
    if known.filter(mark=mark).update(seen_at=timezone.now()):
        return
    is_first = not known.exists()
    KnownPlace.objects.bulk_create([KnownPlace(person=user, mark=mark)], ignore_conflicts=True)
    if not is_first:
        notify("session.new_place", [user])
