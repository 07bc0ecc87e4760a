"""Entrustment and provision agreements: recorded by one, checked against the paper by another."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.partners.access import get_partner
from people.partners.codes import ASKED, AgreementKind, Clause
from people.partners.entries import log
from people.partners.errors import NotNow
from people.partners.files import keep_file
from people.partners.models import Partner, PartnerAgreement


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    kind: AgreementKind
    signed_on: date
    until: date
    clauses: frozenset[Clause]


@transaction.atomic
def record_agreement(*, actor: User, partner_id: UUID, signed: Signed, data: bytes) -> PartnerAgreement:
    """What was signed, with the paper. It counts for nothing before somebody else has checked it.

    Raises Refused, NotNow for a clause that the law asks for and that is missing, and for the file.
    """
    partner = get_partner(actor, partner_id, Action.PARTNER_AGREE)
    missing = [clause for clause in ASKED[signed.kind] if clause not in signed.clauses]
    if missing:
        words = "; ".join(str(clause.label) for clause in missing)
        raise NotNow(_("The agreement lacks what the law asks for: %(missing)s") % {"missing": words})
    made = PartnerAgreement.objects.create(
        partner=partner,
        kind=signed.kind,
        signed_on=signed.signed_on,
        until=signed.until,
        clauses=[clause.value for clause in Clause if clause in signed.clauses],
        file=keep_file(partner=partner, data=data, by=actor),
        by=actor,
    )
    log(Action.PARTNER_AGREE, partner.pk, reason=signed.kind.value)
    return made


@transaction.atomic
def check_agreement(*, actor: User, partner_id: UUID, agreement_id: UUID) -> None:
    """Somebody else has read the paper and found the clauses in it. Raises Refused, NotNow."""
    partner = get_partner(actor, partner_id, Action.PARTNER_AGREE_CHECK)
    Partner.objects.select_for_update(no_key=True).get(pk=partner.pk)
    found = PartnerAgreement.objects.select_for_update().filter(pk=agreement_id, partner=partner).first()
    if found is None:
        raise Refused(ObjectType.PARTNER, partner.pk, Action.PARTNER_AGREE_CHECK)
    if found.checked_at is not None:
        raise NotNow(_("It was checked already."))
    if found.by_id == actor.pk:
        raise NotNow(_("Somebody else checks what you recorded."))
    found.checked_at, found.checked_by = timezone.now(), actor
    found.save(update_fields=["checked_at", "checked_by"])
    checked = PartnerAgreement.objects.filter(partner=partner, checked_at__isnull=False)
    until = checked.aggregate(last=Max("until"))["last"]
    Partner.objects.filter(pk=partner.pk).update(agreed_until=until)
    log(Action.PARTNER_AGREE_CHECK, partner.pk)
