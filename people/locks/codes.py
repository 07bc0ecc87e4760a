"""What can be locked, and why."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class Kind(TextChoices):
    """What is locked. A deal takes its room along, and the client books that were entrusted for it."""

    PERSON = "person", pgettext_lazy("lock", "Person")
    ROOM = "room", pgettext_lazy("lock", "Data room")
    DEAL = "deal", pgettext_lazy("lock", "Deal")
    BOOK = "book", pgettext_lazy("lock", "Client book")


class LockReason(TextChoices):
    """Codes, since the log keeps them and a client's name has no place there."""

    LEAK = "lock.leak", pgettext_lazy("lock", "A leak is suspected")
    INTRUSION = "lock.intrusion", pgettext_lazy("lock", "Somebody else uses the account")
    DEVICE = "lock.device", pgettext_lazy("lock", "A device, a password or a second factor was lost")
    MISUSE = "lock.misuse", pgettext_lazy("lock", "Data were taken or used against the rules")
    DISPUTE = "lock.dispute", pgettext_lazy("lock", "A dispute or an authority's inquiry")
    DRILL = "lock.drill", pgettext_lazy("lock", "A drill of locking")


DEALS = (Kind.ROOM, Kind.DEAL)
