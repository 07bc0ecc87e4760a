"""Whose number is it: the account that an invited number belongs to, and numbers that end."""

import secrets

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import Kind, User
from people.accounts.sessions import end_sessions
from people.guests.models import DORMANT_AFTER, GuestPhone
from people.guests.sealing import lookup_of, sealed_for


def account_of(number: str) -> User | None:
    """Who has this number now. In a transaction: a number that its person has not proved for long, or was
    never proved and is not waited for any more, ends here, since it may be somebody else's by now."""
    lookup = lookup_of(number)
    with connection.cursor() as cursor:  # two who invite one number at once must not make two accounts
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"people.phone.{lookup.hex()}"])
    phone = GuestPhone.objects.select_for_update().filter(lookup=lookup).first()
    if phone is None:
        return None
    if _is_stale(phone):
        end_number(phone)
        return None
    person: User = phone.person
    return person


def person_to_let_in(lookup: bytes) -> User | None:
    """The guest who may come back with a code to the number that is found by this: open account, proved not
    long ago, and an invitation that stands. One query, whoever has the number."""
    phone = (
        GuestPhone.objects.select_related("person")
        .filter(
            lookup=lookup,
            used_at__gt=timezone.now() - DORMANT_AFTER,
            person__is_active=True,
            person__kind=Kind.OUTSIDE,
        )
        .filter(_invited())
        .first()
    )
    return phone.person if phone else None


def register_number(*, actor: User, person: User, number: str) -> GuestPhone:
    """The number of a new account. In the transaction that makes it."""
    sealed, lookup, key_id = sealed_for(person.pk, number)
    phone = GuestPhone.objects.create(
        person=person, number=sealed, lookup=lookup, key_id=key_id, set_by=actor, set_at=timezone.now()
    )
    _log(person, Action.PHONE_SET)
    return phone


def end_number(phone: GuestPhone) -> None:
    """The number is nobody's way in any more: no code goes to it, and the sessions of its person end."""
    person = phone.person
    phone.delete()
    end_sessions(person)
    _log(person, Action.PHONE_END)


@transaction.atomic
def proved(person: User) -> None:
    """The right code was typed."""
    now = timezone.now()
    GuestPhone.objects.filter(person=person, proved_at__isnull=True).update(proved_at=now, used_at=now)
    GuestPhone.objects.filter(person=person).update(used_at=now)
    _log(person, Action.PHONE_PROVE)


def new_guest_name() -> str:
    """A sign-in name that says nothing; outside people may not know each other."""
    return f"guest-{secrets.token_hex(4)}"


def _is_stale(phone: GuestPhone) -> bool:
    if phone.used_at is not None:
        return bool(phone.used_at <= timezone.now() - DORMANT_AFTER)
    return not phone.person.invitations.filter(revoked_at__isnull=True).exists()


def _invited() -> Q:
    return Q(
        pk__in=GuestPhone.objects.filter(
            person__invitations__accepted_at__isnull=False, person__invitations__revoked_at__isnull=True
        ).values("pk")
    )


def _log(person: User, action: Action) -> None:
    record_change(
        Entry(action=action, object_type=ObjectType.PERSON, object_id=person.pk, subjects=(person.pk,))
    )
