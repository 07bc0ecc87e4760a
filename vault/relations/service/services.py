"""Recording ratings, transactions and preferences; what was recorded is never changed."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.formats import text
from vault.records.access import get_client
from vault.records.dealchoices import deals_of
from vault.records.errors import NotPossible
from vault.relations.rows import new_row, record_row, writing
from vault.relations.service.models import (
    AMOUNT,
    RATING,
    WISHES,
    Currency,
    Preference,
    Rating,
    Transaction,
)

WORDS_LIMIT = 500  # characters
_AMOUNT = re.compile(r"\d{1,12}(\.\d{1,2})?\Z", re.ASCII)


def record_rating(
    *, actor: User, client_id: UUID, score: int, aspects: Sequence[str] = (), words: str = ""
) -> Rating:
    """What the client said of our service. Raises Refused, FormatError."""
    said = text.normalise(words, limit=WORDS_LIMIT, lines=True).value if words else ""
    with writing(
        actor=actor, client_id=client_id, action=Action.RATING_CREATE, groups=(RATING,) if said else ()
    ) as client:
        row: Rating = new_row(Rating, client, actor, score=score, aspects=list(aspects), words=said)
        record_row(Action.RATING_CREATE, ObjectType.RATING, row)
    return row


def amount_of(raw: str) -> str:
    """An amount as it is stored: 12345.60 is 12345.6; separators go. Raises NotPossible."""
    plain = text.clean(raw, limit=30).replace(",", "").replace(" ", "").lstrip("¥")
    if not _AMOUNT.match(plain) or not Decimal(plain):
        raise NotPossible(_("An amount is a positive number with at most two decimals: 12,345.60."))
    return f"{Decimal(plain).normalize():f}"


def record_transaction(
    *,
    actor: User,
    client_id: UUID,
    kind: str,
    amount: str,
    on: date,
    currency: str = Currency.CNY,
    deal_id: UUID | None = None,
) -> Transaction:
    """Money that changed hands on that day. Raises Refused; NotPossible for a bad amount or a day to come."""
    plain = amount_of(amount)
    if on > timezone.localdate():
        raise NotPossible(_("This day is still to come. Record what was paid."))
    if deal_id is not None and deal_id not in dict(deals_of(actor)):
        raise NotPossible(_("You do not work on this deal."))
    with writing(
        actor=actor, client_id=client_id, action=Action.TRANSACTION_CREATE, groups=(AMOUNT,)
    ) as client:
        row: Transaction = new_row(
            Transaction,
            client,
            actor,
            kind=kind,
            on=on,
            deal_id=deal_id,
            amount=plain,
            currency=Currency(currency).value,
        )
        record_row(Action.TRANSACTION_CREATE, ObjectType.TRANSACTION, row, fields=(row.kind,))
    return row


def strike_transaction(*, actor: User, transaction_id: UUID) -> Transaction:
    """Strike out what was recorded wrongly; it stays to be seen. Raises Refused, NotPossible."""
    row: Transaction | None = Transaction.objects.filter(pk=transaction_id).first()
    if row is None:
        raise Refused(ObjectType.TRANSACTION, transaction_id, Action.TRANSACTION_STRIKE)
    get_client(actor, row.client_id, Permission.CLIENT_EDIT)
    with writing(actor=actor, client_id=row.client_id, action=Action.TRANSACTION_STRIKE):
        standing = Transaction.objects.filter(pk=row.pk, struck_at=None)
        if not standing.update(struck_at=timezone.now()):
            raise NotPossible(_("This transaction was struck out before."))
        row.load_anew()
        record_row(Action.TRANSACTION_STRIKE, ObjectType.TRANSACTION, row)
    return row


def record_preference(
    *,
    actor: User,
    client_id: UUID,
    channel: str,
    hours: str,
    industry: str = "",
    price_band: str = "",
) -> Preference:
    """What the client prefers from now on; the rows before it stay. Raises Refused."""
    groups = (WISHES,) if industry or price_band else ()
    with writing(actor=actor, client_id=client_id, action=Action.PREFERENCE_CREATE, groups=groups) as client:
        row: Preference = new_row(
            Preference,
            client,
            actor,
            channel=channel,
            hours=hours,
            industry=industry,
            price_band=price_band,
        )
        record_row(Action.PREFERENCE_CREATE, ObjectType.PREFERENCE, row)
    return row
