"""Was an answer given from where our own people work? Nothing more is kept for it than the log keeps anyway.

Whoever makes a link can open it, and without a session nothing tells them from the client. The log knows the
coarse network (24 bits of an IPv4 address, 48 of an IPv6 one) of all that they did while they were signed in.
"""

from datetime import timedelta

from django.utils import timezone

from audit.models import LogEntry
from audit.origin import current_origin
from vault.purposes.notices.models import NoticeLink

LOOKED_BACK = timedelta(days=30)


def may_be_ours(link: NoticeLink) -> bool:
    """Whether the answer comes from a network in which one of those around this client was, lately.

    They are whoever made the link, whose client it is, and who leads the book. A network that is not known
    cannot be told from theirs. No accusation follows from it: clients do sit beside their agents.
    """
    network = current_origin().network
    if network is None:
        return True
    client = link.client
    near = {link.created_by_id, client.assigned_id, client.book.lead_id} - {None}
    since = timezone.now() - LOOKED_BACK
    return LogEntry.objects.filter(actor__in=near, at__gte=since, network=network).exists()
