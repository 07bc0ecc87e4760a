"""Whom to tell at once when something happens: recorded sealed, tested each year by a message to answer."""

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action
from people.accounts.models import User
from people.partners.access import get_partner
from people.partners.codes import LinkFor
from people.partners.entries import log
from people.partners.errors import NotNow
from people.partners.links import send_link, use_link
from people.partners.models import Partner, PartnerContact
from people.partners.records import PartnerLink
from people.partners.sealing import sealed, unsealed

ANSWER_WITHIN = timedelta(hours=24)
TESTED_EACH = timedelta(days=365)
ASKED_BEFORE = timedelta(days=30)  # before the year is over the clock asks anew


@dataclass(frozen=True, kw_only=True, slots=True)
class Reached:
    name: str
    phone: str
    mail: str


def contact_of(partner_id: UUID) -> PartnerContact | None:
    return PartnerContact.objects.filter(partner_id=partner_id, replaced_at__isnull=True).first()


def open_contact(contact: PartnerContact) -> Reached:
    """Under an entry of its own. The caller has asked the gate. Raises KeyWithheld, LogUnavailable."""
    return Reached(**json.loads(unsealed(contact.pk, bytes(contact.sealed), partner=contact.partner_id)))


@transaction.atomic
def record_contact(*, actor: User, partner_id: UUID, reached: Reached) -> PartnerContact:
    """A new contact replaces the one before, and has answered nothing yet. Raises Refused."""
    partner = get_partner(actor, partner_id, Action.PARTNER_CONTACT)
    Partner.objects.select_for_update(no_key=True).get(pk=partner.pk)
    PartnerContact.objects.filter(partner=partner, replaced_at__isnull=True).update(
        replaced_at=timezone.now()
    )
    contact = PartnerContact(partner=partner, by=actor)
    contact.sealed = sealed(contact.pk, json.dumps(asdict(reached)).encode(), partner=partner.pk)
    contact.save(force_insert=True)
    log(Action.PARTNER_CONTACT, partner.pk)
    return contact


@transaction.atomic
def test_contact(contact: PartnerContact) -> None:
    """Sends the message that has to be answered within a day. The caller has asked the gate, or is the
    clock."""
    locked = (
        PartnerContact.objects.select_for_update(of=("self",)).select_related("partner").get(pk=contact.pk)
    )
    if locked.replaced_at is not None:
        raise NotNow(_("There is another contact by now."))
    now = timezone.now()
    locked.tested_at, locked.answer_by = now, now + ANSWER_WITHIN
    locked.save(update_fields=["tested_at", "answer_by"])
    send_link(
        partner=locked.partner,
        purpose=LinkFor.CONTACT,
        object_id=locked.pk,
        expires_at=now + timedelta(days=7),  # a late answer is one, and is seen to be late
        mail=open_contact(locked).mail,
    )
    log(Action.PARTNER_CONTACT_TEST, locked.partner_id)


@transaction.atomic
def answer_test(link: PartnerLink) -> None:
    """The contact pressed the button. Raises NotNow where the link no longer works."""
    contact = PartnerContact.objects.select_for_update().get(pk=link.object_id)
    if contact.replaced_at is not None or not use_link(link):
        raise NotNow(_("This link no longer works."))
    contact.answered_at = timezone.now()
    contact.save(update_fields=["answered_at"])
    late = contact.answer_by is not None and contact.answered_at > contact.answer_by
    log(Action.PARTNER_CONTACT_ANSWER, contact.partner_id, fields=("late",) if late else ())


def contacts_to_test() -> QuerySet[PartnerContact]:
    """Those whose last answer is almost a year old, or missing, and who were not asked in the last month."""
    now = timezone.now()
    return PartnerContact.objects.filter(
        Q(answered_at__isnull=True) | Q(answered_at__lte=now - TESTED_EACH + ASKED_BEFORE),
        Q(tested_at__isnull=True) | Q(tested_at__lte=now - ASKED_BEFORE),
        replaced_at__isnull=True,
    )


def unanswered() -> QuerySet[PartnerContact]:
    """Those who were asked and have not answered in time."""
    late = PartnerContact.objects.filter(replaced_at__isnull=True, answer_by__lte=timezone.now())
    return late.filter(Q(answered_at__isnull=True) | Q(answered_at__lt=F("tested_at")))
