"""Which changes of a company's people wait for a second person.

Who owns a company and who signs for it: whoever could change these alone could sell a company that is
another's, or hide who is behind it. That is any new holder, another share, and any end.

The first register of a company counts at once: it replaces nothing that anybody relied on, and whoever enters
it could have put in any of it as the first. So what one person adds within a day of a position's first row
needs nobody else, as long as nobody else has added to it and nothing has ended; then it is closed for good.
Trigger `relation_rules` holds the same rule.
"""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from people.accounts.models import User
from vault.records.models import Client
from vault.relations.people.models import Position

BY_TWO = frozenset({Position.SHAREHOLDER, Position.BENEFICIAL_OWNER, Position.LEGAL_REPRESENTATIVE})
FIRST_REGISTER = timedelta(days=1)


def adds_at_once(actor: User, company: Client, holder: Client, position: Position) -> bool:
    """Whether this person may record this position alone. With the company's row locked."""
    if position not in BY_TWO:
        return True
    register = company.positions.filter(position=position)
    begun = timezone.now() - FIRST_REGISTER
    closed = Q(created_at__lt=begun) | ~Q(by=actor) | Q(client=holder) | Q(until__isnull=False)
    return not register.filter(closed).exists()
