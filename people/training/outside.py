"""Certificates that others gave: recorded with evidence, checked by an officer who is somebody else."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action
from people.accounts.models import User
from people.training.authoring import keep_file
from people.training.entries import log
from people.training.errors import NotNow
from people.training.records import OutsideCertificate
from people.training.sealing import sealed


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    title: str
    issuer: str
    number: str
    issued_on: date
    expires_on: date | None


def mask_of(number: str) -> str:
    """The last four, or less of a short one: never more than a third of it."""
    shown = min(4, len(number) // 3)
    return "****" + (number[-shown:] if shown else "")


@transaction.atomic
def record_outside(*, actor: User, given: Given, evidence: bytes) -> OutsideCertificate:
    """The actor's own certificate. Raises NotNow for the file."""
    row = OutsideCertificate(
        person=actor,
        title=given.title,
        issuer=given.issuer,
        number_mask=mask_of(given.number),
        issued_on=given.issued_on,
        expires_on=given.expires_on,
        evidence=keep_file(actor=actor, data=evidence),
    )
    row.number = sealed(row.pk, given.number.encode(), person=actor.pk)
    row.save(force_insert=True)
    log(Action.TRAINING_OUTSIDE, row.pk, actor.pk)
    return row


@transaction.atomic
def check_outside(*, actor: User, row: OutsideCertificate, genuine: bool) -> None:
    """An officer's word on it, once; never on one's own. Raises NotNow."""
    locked = OutsideCertificate.objects.select_for_update().get(pk=row.pk)
    if locked.person_id == actor.pk:
        raise NotNow(_("Another officer checks yours."))
    if locked.checked_at is not None:
        raise NotNow(_("It was checked already."))
    locked.checked_at, locked.checked_by, locked.genuine = timezone.now(), actor, genuine
    locked.save(update_fields=["checked_at", "checked_by", "genuine"])
    log(Action.TRAINING_CHECK, locked.pk, locked.person_id)
