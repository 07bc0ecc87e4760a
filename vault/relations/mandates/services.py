"""Drawing up mandates, putting them in force, ending them early; and why data are kept after the last."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.formats import text
from vault.keys.errors import CompartmentFrozen
from vault.keys.freezing import frozen_among
from vault.purposes.catalogue import Holding
from vault.purposes.uploads import Proof
from vault.records.errors import NotPossible
from vault.records.models import Client
from vault.records.verifying.codes import gone_code
from vault.relations.mandates.access import get_mandate
from vault.relations.mandates.models import DOCUMENT, TERMS, Keep, Mandate, MandateState, Why
from vault.relations.mandates.standing import binding, house_day
from vault.relations.rows import new_row, record_row, writing

LIMITS = {"fee": 200, "subject": 500, "remarks": 1000}  # characters
LONGEST = timedelta(days=20 * 366)
FARTHEST = timedelta(days=366)  # from today to the first day


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is agreed. `ends_on` is the last day; empty words of a renewal stay as they were."""

    kind: str
    exclusive: bool
    begins_on: date
    ends_on: date
    fee: str = field(default="", repr=False)
    subject: str = field(default="", repr=False)
    remarks: str = field(default="", repr=False)

    def words(self) -> dict[str, str]:
        """What will be sealed. Raises FormatError: too long, or control characters."""
        said = {name: getattr(self, name) for name in LIMITS}
        return {
            name: text.normalise(value, limit=LIMITS[name], lines=True).value if value else ""
            for name, value in said.items()
        }


def draw_up(*, actor: User, client_id: UUID, terms: Terms, renews: UUID | None = None) -> Mandate:
    """A draft, which binds nobody. One that renews another takes over its words where none are given.

    Raises:
        Refused: no such client, or mandate of it, for this person, or it is kept for storage only.
        NotPossible: the days do not fit, no subject is named, or it is a customer entrusted to us.
        FormatError: words are too long or hold control characters.
    """
    _check_days(terms.begins_on, terms.ends_on)
    words = terms.words()
    with _writing(actor, client_id, Action.MANDATE_DRAW, groups=(TERMS,)) as client:
        if client.book.holding != Holding.OWN:
            raise NotPossible(_("These people are a target's customers: they do not engage us."))
        if renews is not None:
            before = _of_client(
                client, get_mandate(actor, renews, Action.MANDATE_DRAW, Permission.CLIENT_EDIT)
            )
            words = {name: value or getattr(before, name) for name, value in words.items()}
        if not words["subject"]:
            raise NotPossible(_("Say what the client engages us for."))
        row: Mandate = new_row(
            Mandate,
            client,
            actor,
            kind=terms.kind,
            exclusive=terms.exclusive,
            begins_on=terms.begins_on,
            ends_on=terms.ends_on,
            **words,
        )
        record_row(Action.MANDATE_DRAW, ObjectType.MANDATE, row, fields=(f"mandate.{row.kind}",))
    return row


def put_in_force(*, actor: User, mandate_id: UUID, signed_on: date, document: Proof | None = None) -> Mandate:
    """The client has signed: it binds from its first day on, or from the day of signing where that is later.

    Raises Refused; NotPossible: it is no draft, the days do not fit, or another one stands in its way.
    """
    row = get_mandate(actor, mandate_id, Action.MANDATE_SIGN, Permission.CLIENT_EDIT)
    groups = (DOCUMENT,) if document else ()
    with _writing(actor, row.client_id, Action.MANDATE_SIGN, groups=groups) as client:
        row = _of_client(client, get_mandate(actor, mandate_id, Action.MANDATE_SIGN, Permission.CLIENT_EDIT))
        if row.state != MandateState.DRAFT:
            raise NotPossible(_("This mandate was signed before. Nothing was changed."))
        if signed_on > house_day():
            raise NotPossible(_("This day is still to come. Record the signing once it is done."))
        row.begins_on = max(row.begins_on, signed_on)
        _check_days(row.begins_on, row.ends_on)
        _check_alone(row)
        row.state, row.signed_on = MandateState.SIGNED, signed_on
        if document:
            row.media_type, row.file, row.has_document = document.media_type, document.file, True
        row.save()
        record_row(Action.MANDATE_SIGN, ObjectType.MANDATE, row, fields=(f"mandate.{row.kind}", *groups))
    return row


def end_early(*, actor: User, mandate_id: UUID, why: Why) -> Mandate:
    """It binds no more from now on. Raises Refused; NotPossible: it is a draft, or has ended."""
    row = get_mandate(actor, mandate_id, Action.MANDATE_END, Permission.CLIENT_EDIT)
    with _writing(actor, row.client_id, Action.MANDATE_END):
        changed = Mandate.objects.filter(binding(house_day()), pk=row.pk).update(
            state=MandateState.TERMINATED, terminated_on=house_day(), why=why
        )
        if not changed:
            raise NotPossible(_("This mandate is not in force. Nothing was changed."))
        row.load_anew()
        record_row(
            Action.MANDATE_END, ObjectType.MANDATE, row, reason=why.value, fields=(f"mandate.{row.kind}",)
        )
    return row


def discard(*, actor: User, mandate_id: UUID) -> UUID:
    """Throw a draft away; whose it was. Raises Refused; NotPossible: it was signed."""
    row = get_mandate(actor, mandate_id, Action.MANDATE_DISCARD, Permission.CLIENT_EDIT)
    with _writing(actor, row.client_id, Action.MANDATE_DISCARD):
        _all, gone = Mandate.objects.filter(pk=row.pk, state=MandateState.DRAFT).delete()
        if not gone:
            raise NotPossible(_("What was signed is not thrown away. End it instead."))
        record_row(Action.MANDATE_DISCARD, ObjectType.MANDATE, row, said=(gone_code(row),))
    return row.client_id


def keep_data(*, actor: User, mandate_id: UUID, keep: Keep) -> Mandate:
    """Why the data stay after the mandate ended. It makes no use lawful: the next basis must do that.

    Raises Refused; NotPossible: a mandate of the client is in force or to come, or this one is a draft.
    """
    row = get_mandate(actor, mandate_id, Action.MANDATE_KEEP, Permission.CLIENT_EDIT)
    with _writing(actor, row.client_id, Action.MANDATE_KEEP):
        standing = Mandate.objects.filter(binding(house_day()), client_id=row.client_id)
        ended = Mandate.objects.filter(pk=row.pk).exclude(state=MandateState.DRAFT)
        if standing.exists() or not ended.update(kept=keep):
            raise NotPossible(_("This question comes once the last mandate has ended."))
        row.load_anew()
        record_row(Action.MANDATE_KEEP, ObjectType.MANDATE, row, reason=keep.value)
    return row


@contextmanager
def _writing(actor: User, client_id: UUID, action: Action, groups: tuple[str, ...] = ()) -> Iterator[Client]:
    """As `writing`; in a frozen book not even a date is changed, though it needs no key."""
    with writing(actor=actor, client_id=client_id, action=action, groups=groups) as client:
        if frozen_among([client.book_id]):
            raise CompartmentFrozen(1)
        yield client


def _of_client(client: Client, row: Mandate) -> Mandate:
    """The row as one of this client, whose key is open. Raises NotPossible: it is of another one."""
    if row.client_id != client.pk:
        raise NotPossible(_("This mandate is of another client."))
    row.client = client
    return row


def _check_days(begins_on: date, ends_on: date) -> None:
    if ends_on <= begins_on:
        raise NotPossible(_("The last day lies after the first, and after the day of signing."))
    if ends_on < house_day():
        raise NotPossible(_("The last day has passed. Such a mandate would bind nobody."))
    # One that is signed binds from now on: it keeps the data and opens them, however far its first day is.
    if begins_on - house_day() > FARTHEST:
        raise NotPossible(_("A mandate begins within a year."))
    if ends_on - begins_on > LONGEST:
        raise NotPossible(_("A mandate runs for twenty years at most."))


def _check_alone(row: Mandate) -> None:
    """Says beforehand, behind the client's lock, what the trigger `mandate_rules` would refuse."""
    binds = Q(state=MandateState.SIGNED, ends_on__gte=row.begins_on) | Q(
        # One ended early is free again on that day, and one that never began has no days at all.
        state=MandateState.TERMINATED,
        terminated_on__gt=Greatest(F("begins_on"), row.begins_on),
    )
    others = Mandate.objects.filter(binds, client_id=row.client_id, kind=row.kind, begins_on__lte=row.ends_on)
    if not row.exclusive:
        others = others.filter(exclusive=True)
    other = others.order_by("begins_on").first()
    if other is not None:
        words = {"first": date_format(other.begins_on), "last": date_format(other.ends_on)}
        raise NotPossible(
            _(
                "A mandate of the same kind runs from %(first)s to %(last)s, and one of the two is exclusive."
                " Nothing was changed: end that one first, or draw this one up for other days."
            )
            % words
        )
