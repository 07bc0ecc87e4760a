"""What a file says of whom it was made for: never a name, so that a file says nothing of a person, and always
a mark that the house finds its seat by."""

from datetime import datetime

from django.utils import timezone

from audit.sentences import short
from compliance.outside.models import OutsideAudit, OutsideSeat
from deals.viewer.stamping import Mark


def house_mark(audit: OutsideAudit) -> str:
    """Of an extract, which answers whoever sits."""
    return f"Sealroom · {audit.firm_code} · {short(audit.pk)}"


def seat_mark(seat: OutsideSeat) -> str:
    """Of what one seat takes along."""
    return f"{house_mark(seat.audit)} · {short(seat.pk)}"


def page_mark(seat: OutsideSeat, at: datetime) -> Mark:
    """Burnt into the pages that it takes along: the same, and when they were asked for."""
    return Mark(name=house_mark(seat.audit), person_id=seat.pk, code_name="", at=timezone.localtime(at))
