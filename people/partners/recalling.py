"""Recall: at a deal's end, or when we ask, the firm certifies that what it was given is back or destroyed."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from audit.refusals import Refused
from people.accounts.models import User
from people.partners.access import require_officer
from people.partners.codes import How, LinkFor
from people.partners.contacts import contact_of, open_contact
from people.partners.errors import NotNow
from people.partners.files import keep_file
from people.partners.links import send_link, use_link
from people.partners.models import Partner
from people.partners.records import PartnerLink, PartnerRecall

WITHIN = timedelta(days=15)
LINK_WORKS = timedelta(days=60)  # a late certificate is better than none


@transaction.atomic
def ask_back(*, partner: Partner, deal_id: UUID) -> PartnerRecall | None:
    """Asks the firm for its certificate about this deal; None while one is asked for or to be looked at. The
    caller has asked the gate, or is the clock at the deal's end."""
    Partner.objects.select_for_update(no_key=True).get(pk=partner.pk)
    if PartnerRecall.objects.filter(partner=partner, deal_id=deal_id, checked_at__isnull=True).exists():
        return None
    now = timezone.now()
    recall = PartnerRecall.objects.create(partner=partner, deal_id=deal_id, asked_at=now, due_at=now + WITHIN)
    _log(Action.PARTNER_RECALL, recall)
    send_again(recall)
    return recall


def send_again(recall: PartnerRecall) -> bool:
    """A new link by mail, in the place of the one before; False where there is no contact to send it to.
    Inside a transaction."""
    contact = contact_of(recall.partner_id)
    if contact is None:
        return False
    send_link(
        partner=recall.partner,
        purpose=LinkFor.RECALL,
        object_id=recall.pk,
        expires_at=timezone.now() + LINK_WORKS,
        mail=open_contact(contact).mail,
    )
    return True


@transaction.atomic
def certify(*, link: PartnerLink, how: How, signed_as: str, evidence: bytes | None) -> PartnerRecall:
    """What the firm's contact says, once. Raises NotNow for a missing file or a link that no longer works."""
    recall = PartnerRecall.objects.select_for_update().get(pk=link.object_id)
    if recall.certified_at is not None or not use_link(link):
        raise NotNow(_("This link no longer works."))
    if evidence is None and how != How.NOTHING:
        raise NotNow(_("Add the record of the return or destruction."))
    if evidence is not None:
        recall.file = keep_file(partner=link.partner, data=evidence, by=None)
    recall.how, recall.signed_as, recall.certified_at = how, signed_as, timezone.now()
    recall.save(update_fields=["how", "signed_as", "certified_at", "file"])
    _log(Action.PARTNER_CERTIFY, recall, reason=how.value)
    return recall


@transaction.atomic
def check(*, actor: User, recall_id: UUID) -> PartnerRecall:
    """An officer has looked at the certificate and its evidence. Raises Refused, NotNow."""
    require_officer(actor, Action.PARTNER_RECALL_CHECK)
    recall = PartnerRecall.objects.select_for_update().filter(pk=recall_id).first()
    if recall is None:
        raise Refused(ObjectType.PARTNER, None, Action.PARTNER_RECALL_CHECK)
    if recall.certified_at is None or recall.checked_at is not None:
        raise NotNow(_("There is nothing to look at, or it was looked at already."))
    recall.checked_at, recall.checked_by = timezone.now(), actor
    recall.save(update_fields=["checked_at", "checked_by"])
    _log(Action.PARTNER_RECALL_CHECK, recall)
    return recall


def _log(action: Action, recall: PartnerRecall, *, reason: str = "") -> None:
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.PARTNER,
            object_id=recall.partner_id,
            deal=recall.deal_id,
            reason=reason,
        )
    )
