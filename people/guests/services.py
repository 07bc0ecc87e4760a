"""Asking for a code, sending it, and taking what was typed."""

from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from audit.actions import Action, ObjectType, Reason, Result
from audit.entry import Entry
from audit.log import record_read, record_refusal
from audit.origin import current_origin
from people.accounts.models import OneTimeLink, User
from people.guests import pending
from people.guests.limits import Limit, spend
from people.guests.models import GuestPhone
from people.guests.pending import Ask, Typed, Why
from people.guests.registering import person_to_let_in, proved
from people.guests.sealing import lookup_of, number_of
from people.sms.sending import Message, NotSent, send


class TooMany(Exception):
    """Too many codes were asked for."""


def ask_for_invitation(link: OneTimeLink) -> Ask:
    """A code for who holds the link of an invitation, to the invited number. Raises TooMany."""
    assert link.person is not None
    _within_limits(_lookup_of(link.person), invitation=str(link.invitation.pk))
    return _begun(Why.INVITATION, link.person, str(link.pk))


def ask_again(person: User) -> Ask:
    """A code for somebody signed in, who shows that it is still they. Raises TooMany."""
    _within_limits(_lookup_of(person))
    return _begun(Why.AGAIN, person)


def ask_to_sign_in(number: str) -> Ask:
    """A code for a guest who comes back. Raises TooMany.

    A number that gets none is counted, logged and answered like any other. What is done beyond that, sending,
    is done by the worker, so that it takes no longer here either.
    """
    lookup = lookup_of(number)
    person = person_to_let_in(lookup)
    _within_limits(lookup)
    return _begun(Why.SIGN_IN, person)


def deliver(ask: Ask) -> None:
    """Sends the ask's one code; nothing for an ask of nobody, or one that had its code.

    Raises NotSent, TooMany; LogUnavailable, KeyWithheld, ProviderDown.
    """
    phone = GuestPhone.objects.select_related("person").filter(person_id=ask.person).first()
    code = pending.new_code(ask) if phone else None
    if phone is None or code is None:
        return
    if not spend(Limit.HOUSE, ""):
        _log(Action.PHONE_SEND, phone.person, Result.REFUSED, Reason.FLOODED)
        raise TooMany
    with override(phone.person.language):
        text = text_of(code)
    try:
        send(Message(number_of(phone), code, text))
    except NotSent as problem:
        _log(Action.PHONE_SEND, phone.person, Result.FAILED, problem.trouble)
        raise


def take_code(ask: Ask, typed: str, person: User | None) -> Typed:
    """Whether it is the code. Each answer is logged."""
    answer = pending.take(ask, typed)
    if answer is Typed.RIGHT and person is not None:
        proved(person)
        return answer
    reason = Reason.TRIED_TOO_OFTEN if answer is Typed.OVER else Reason.WRONG_CODE
    _log(Action.PHONE_FAIL, person, Result.FAILED, reason, ask.why)
    return Typed.OVER if answer is Typed.RIGHT else answer


def text_of(code: str) -> str:
    """The message: the house's product, the code and nothing else. Its last line binds the code to this
    site's address, so that phones offer it nowhere else (the origin-bound format of one-time codes, WICG)."""
    host = urlsplit(settings.PUBLIC_ADDRESS).hostname
    words = _("Sealroom: %(code)s is your code, for five minutes. Nobody of this house asks you for it.")
    return f"{words % {'code': code}}\n\n@{host} #{code}"


def _lookup_of(person: User) -> bytes:
    return bytes(GuestPhone.objects.values_list("lookup", flat=True).get(person=person))


def _within_limits(lookup: bytes, *, invitation: str = "") -> None:
    """Every count goes up, whichever is full."""
    network, number = current_origin().network or "", lookup.hex()
    counted = [
        spend(Limit.NUMBER, number),
        spend(Limit.NUMBER_A_DAY, number),
        spend(Limit.NETWORK, network),
        not invitation or spend(Limit.INVITATION, invitation),
    ]
    if not all(counted):
        _log(Action.PHONE_ASK, None, Result.REFUSED, Reason.FLOODED)
        raise TooMany


def _begun(why: Why, person: User | None, link: str = "") -> Ask:
    _log(Action.PHONE_ASK, person, Result.DONE, "", why)
    return pending.begin(why, person=person.pk if person else None, link=link)


def _log(action: Action, person: User | None, result: Result, reason: str, *fields: str) -> None:
    entry = Entry(
        action=action,
        object_type=ObjectType.PERSON,
        object_id=person.pk if person else None,
        subjects=(person.pk,) if person else (),
        reason=str(reason),
        fields=tuple(fields),
        result=result,
    )
    if result is Result.REFUSED:
        record_refusal(entry)
    else:
        record_read(entry)
