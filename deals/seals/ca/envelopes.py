"""A company's signature by certificate: handing the document over, and taking the answer.

An answer is taken from whoever knows the secret, for an envelope that waits, for the document and number that
it was opened for, once. What it says is never believed: the PDF in it is verified (verifying.py), and only
that binds the company. What does not hold ends the envelope with its reason; another may be opened.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change, record_refusal
from audit.refusals import Refused
from deals.errors import NotPossible
from deals.pipeline.access import get_led_deal
from deals.rooms.groups import get_group
from deals.seals import keeping, showing
from deals.seals.ca import provider
from deals.seals.ca.answers import Asked, NotSealed, Sealed, Trouble
from deals.seals.models import CompanyUndertaking, Envelope, Method
from deals.seals.services import document_of, facts_of
from deals.seals.telling import people_of
from people.accounts.models import User
from people.notices.services import notify
from people.scanning.services import Unclean, require_clean


@dataclass(frozen=True, slots=True)
class Answer:
    """What a genuine callback says."""

    reference: str
    number: str
    sha256: str
    pdf: bytes


def open_envelope(*, actor: User, deal_id: UUID, group_id: UUID, callback: str) -> Envelope:
    """Hands the document that waits for this group's company to the certificate authority.

    Raises Refused for everybody but the deal's lead; NotPossible: nothing waits, or the service does not take
    it.
    """
    get_led_deal(actor, deal_id, Action.SEAL_ENVELOPE)
    group = get_group(actor, deal_id, group_id, Action.SEAL_ENVELOPE)
    waiting = CompanyUndertaking.objects.select_related("template", "group__room__deal").filter(
        group=group, accepted_at__isnull=True, withdrawn_at__isnull=True
    )
    undertaking = waiting.first()
    if undertaking is None or not provider.is_set_up():
        raise Refused(ObjectType.COMPANY_UNDERTAKING, None, Action.SEAL_ENVELOPE, deal=deal_id)
    if Envelope.objects.filter(undertaking=undertaking, answered_at__isnull=True).exists():
        raise NotPossible(_("It is with the certificate authority already."))
    held = keeping.hold(undertaking, Action.SEAL_TAKE, files=(undertaking.pdf_key_id,))
    pdf = showing.pdf_with(undertaking, held)
    document, digest = document_of(undertaking, held), bytes(undertaking.pdf_sha256)
    try:
        reference = provider.hand_over(document, pdf, digest, callback)
    except provider.NotHanded:
        raise NotPossible(_("The certificate authority does not answer. Try again later.")) from None
    with transaction.atomic():
        made = Envelope.objects.create(undertaking=undertaking, reference=reference, begun_by=actor)
        _log(undertaking, Action.SEAL_ENVELOPE, (digest.hex(),))
    return made


def take_answer(answer: Answer) -> Envelope:
    """Verifies and keeps what came back for an open envelope. The caller has seen that the callback is
    genuine.

    Raises Refused: no such envelope waits, or for another document; provider.NotHanded: the virus scanner did
    not pass the file, or the lists cannot be fetched now, and nothing was decided.
    """
    from deals.seals.ca.verifying import verify  # noqa: PLC0415 (loads much that no other request needs)

    envelope = _waiting(answer)
    undertaking = envelope.undertaking
    _scan(undertaking, answer.pdf)
    held = keeping.hold(undertaking, Action.SEAL_KEEP, files=(undertaking.pdf_key_id,))
    facts = facts_of(undertaking, held)
    size = len(showing.pdf_with(undertaking, held))
    asked = Asked(bytes(undertaking.pdf_sha256), size, facts["company"], facts["code"], envelope.begun_at)
    try:
        sealed = verify(answer.pdf, asked, provider.trust(), timezone.now())
    except NotSealed as problem:
        return _end(envelope, problem.trouble)
    return _bind(envelope, sealed, held, answer.pdf)


def _scan(undertaking: CompanyUndertaking, pdf: bytes) -> None:
    """Raises provider.NotHanded."""
    entry = Entry(
        action=Action.SEAL_SIGN,
        object_type=ObjectType.COMPANY_UNDERTAKING,
        object_id=undertaking.pk,
        subjects=(undertaking.pk,),
        deal=undertaking.group.room.deal_id,
    )
    try:
        require_clean([pdf], entry)
    except Unclean:
        raise provider.NotHanded from None


def _waiting(answer: Answer) -> Envelope:
    found = (
        Envelope.objects.select_related("undertaking__template", "undertaking__group__room__deal__lead")
        .filter(reference=answer.reference, answered_at__isnull=True)
        .first()
    )
    if (
        found is None
        or not found.undertaking.is_waiting
        or found.undertaking.number != answer.number
        or bytes(found.undertaking.pdf_sha256).hex() != answer.sha256
    ):
        about = found.undertaking_id if found else None
        raise Refused(ObjectType.COMPANY_UNDERTAKING, about, Action.SEAL_SIGN)
    return found


def _end(envelope: Envelope, trouble: Trouble) -> Envelope:
    undertaking = envelope.undertaking
    deal = undertaking.group.room.deal
    with transaction.atomic():
        locked = _locked(envelope)
        locked.answered_at, locked.trouble = timezone.now(), trouble.value
        locked.save()
        notify("seal.sent_back", [deal.lead], deal_id=deal.pk, key=str(envelope.pk))
    record_refusal(
        Entry(
            action=Action.SEAL_SIGN,
            object_type=ObjectType.COMPANY_UNDERTAKING,
            object_id=undertaking.pk,
            subjects=(undertaking.pk,),
            deal=deal.pk,
            fields=(trouble.value,),
        )
    )
    return locked


def _bind(envelope: Envelope, sealed: Sealed, held: keeping.Held, pdf: bytes) -> Envelope:
    file = held.write_file(pdf, under=envelope.pk)
    try:
        with transaction.atomic():
            locked, now = _locked(envelope), timezone.now()
            undertaking = CompanyUndertaking.objects.select_for_update(of=("self",)).get(
                pk=envelope.undertaking_id
            )
            if not undertaking.is_waiting:
                raise Refused(ObjectType.COMPANY_UNDERTAKING, undertaking.pk, Action.SEAL_SIGN)
            keeping.enter([file])
            locked.answered_at = now
            locked.signed_at, locked.signed_sha256 = sealed.signed_at, file.sha256
            locked.signed_key_id, locked.certificate_sha256 = file.key_id, sealed.certificate_sha256
            locked.save()
            template, deal = undertaking.template, undertaking.group.room.deal
            undertaking.method, undertaking.accepted_at = Method.CERTIFICATE, now
            undertaking.access_expires_at = now + timedelta(days=template.access_days)
            undertaking.duty_expires_at = now + timedelta(days=template.duty_days)
            undertaking.save()
            hashes = (
                undertaking.text_hash,
                undertaking.document_hash,
                file.sha256,
                sealed.certificate_sha256,
            )
            said = (Method.CERTIFICATE.value, *(bytes(one).hex() for one in hashes))
            _log(undertaking, Action.SEAL_SIGN, said)
            people = [*people_of(undertaking.group), deal.lead]
            notify("seal.bound", people, deal_id=deal.pk, key=str(undertaking.pk))
    except BaseException:
        keeping.drop([file])
        raise
    return locked


def _locked(envelope: Envelope) -> Envelope:
    """Of two answers at once, one is taken. Raises Refused for the other."""
    locked = Envelope.objects.select_for_update().get(pk=envelope.pk)
    if locked.answered_at is not None:
        raise Refused(ObjectType.COMPANY_UNDERTAKING, envelope.undertaking_id, Action.SEAL_SIGN)
    return locked


def _log(undertaking: CompanyUndertaking, action: Action, fields: tuple[str, ...]) -> None:
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.COMPANY_UNDERTAKING,
            object_id=undertaking.pk,
            subjects=(undertaking.pk,),
            deal=undertaking.group.room.deal_id,
            fields=fields,
        )
    )
