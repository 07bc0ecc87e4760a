"""The ledger as officers read it: codes and times, of clients no more than the end of their id."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from people.charts import Bars, drawn
from vault.purposes.consents.models import ConsentEvent

DAYS = 30


def filtered(filters: Mapping[str, Any]) -> "QuerySet[ConsentEvent]":
    """`filters` are cleaned values of `LedgerFilter`. The proofs stay in the database."""
    found: QuerySet[ConsentEvent] = ConsentEvent.objects.defer("proof")
    found = found.select_related("client__book", "recorded_by", "confirmation__by").defer(
        "client__identity", "client__contact", "client__financial", "client__remarks", "proof"
    )
    if filters.get("book"):
        found = found.filter(client__book=filters["book"])
    for name in ("purpose", "scope", "channel"):
        if filters.get(name):
            found = found.filter(**{name: filters[name]})
    return found.filter(given=filters["given"] == "yes") if filters.get("given") else found


def bars_of(found: "QuerySet[ConsentEvent]") -> Bars:
    """Thirty days of words; withdrawals are the marked part. One query."""
    today = timezone.localdate()
    first = today - timedelta(days=DAYS - 1)
    rows = (
        found.select_related(None)
        .order_by()
        .filter(at__gte=timezone.make_aware(datetime.combine(first, time.min)))
        .annotate(day=TruncDate("at"))
        .values_list("day")
        .annotate(all=Count("pk"), withdrawn=Count("pk", filter=Q(given=False)))
    )
    counted = {day: (whole, part) for day, whole, part in rows}
    words = _("%(day)s · words given: %(count)d, of these withdrawals: %(withdrawn)d")
    values = []
    for day in (first + timedelta(days=step) for step in range(DAYS)):
        whole, part = counted.get(day, (0, 0))
        label = words % {"day": date_format(day), "count": whole, "withdrawn": part}
        values.append((label, whole, part))
    return drawn(
        values,
        first=date_format(first, "MONTH_DAY_FORMAT"),
        last=date_format(today, "MONTH_DAY_FORMAT"),
    )
