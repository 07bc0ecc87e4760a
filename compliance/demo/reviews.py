"""This quarter's review of access in the demo's house: begun, with the officers' first answers."""

from collections.abc import Mapping

from audit.origin import Origin, acting_as
from compliance.accessreviews.access import decidable
from compliance.accessreviews.codes import Kind
from compliance.accessreviews.deciding import keep
from compliance.accessreviews.opening import open_review
from compliance.demo.logins import OFFICERS
from people.accounts.models import User

KEPT = 4


def make_review(people: Mapping[str, User]) -> None:
    """Nothing where this quarter's has been opened already."""
    officer = people[OFFICERS[0].username]
    with acting_as(Origin(actor=officer.pk)):
        if open_review(actor=officer) is None:
            return
        roles = decidable(officer).filter(kind=Kind.ROLE, last_used__isnull=False).order_by("pk")
        for item in list(roles[:KEPT]):
            keep(actor=officer, item_id=item.pk)
