"""Demanding that a company is bound, drawing its document up, withdrawing and revoking it."""

from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from audit.refusals import Refused
from deals.errors import NotPossible
from deals.pipeline.access import get_led_deal
from deals.rooms.groups import get_group
from deals.rooms.models import GroupKind, RoomGroup
from deals.rooms.titles import clean_title
from deals.seals import keeping
from deals.seals.document import Document, new_number
from deals.seals.drawing import pdf_of
from deals.seals.models import CompanyUndertaking, SealDemand
from people.accounts.models import User
from people.duties.models import NdaKind
from people.duties.templates import in_force as text_in_force
from people.duties.templates import text_hash
from people.notices.services import notify
from people.roles.access import has
from people.roles.permissions import Permission
from vault.formats import credit_code
from vault.formats.checked import FormatError
from vault.keys.service import enter_keys

NAME_LENGTH = 100


@transaction.atomic
def demand_of_group(*, actor: User, deal_id: UUID, group_id: UUID) -> SealDemand:
    """That the company of this group is bound: the group is shut from the next request on, until it is.

    Idempotent. Raises Refused for everybody but the deal's lead.
    """
    get_led_deal(actor, deal_id, Action.SEAL_DEMAND)
    group = get_group(actor, deal_id, group_id, Action.SEAL_DEMAND)
    return _demanded(actor, group)


@transaction.atomic
def lift_from_group(*, actor: User, deal_id: UUID, group_id: UUID) -> None:
    """The lead takes back what a lead demanded. What an officer demanded, also by revoking, stays.

    Raises Refused, NotPossible.
    """
    deal = get_led_deal(actor, deal_id, Action.SEAL_LIFT)
    group = get_group(actor, deal_id, group_id, Action.SEAL_LIFT)
    found = SealDemand.objects.select_for_update().filter(group=group, ended_at__isnull=True).first()
    if found is None:
        raise Refused(ObjectType.SEAL_DEMAND, None, Action.SEAL_LIFT, deal=deal_id)
    if found.made_by_id != actor.pk:
        raise NotPossible(_("Somebody else demanded it: a compliance officer ends that."))
    _end(actor, found, deal.pk)


@transaction.atomic
def demand_of_side(*, actor: User, kind: GroupKind) -> SealDemand:
    """For the house: every company of this side, in every room. The caller has checked that the actor is an
    officer. Idempotent."""
    found = SealDemand.objects.filter(kind=kind, ended_at__isnull=True).first()
    if found is None:
        found = SealDemand.objects.create(kind=kind, made_by=actor)
        _log_demand(found, Action.SEAL_DEMAND, None)
    return found


@transaction.atomic
def lift_by_officer(*, actor: User, demand_id: UUID) -> None:
    """The caller has checked that the actor is an officer. Raises Refused."""
    found = SealDemand.objects.select_for_update().filter(pk=demand_id, ended_at__isnull=True).first()
    if found is None:
        raise Refused(ObjectType.SEAL_DEMAND, demand_id, Action.SEAL_LIFT)
    group = found.group
    _end(actor, found, group.room.deal_id if group is not None else None)


def draw_up(
    *, actor: User, deal_id: UUID, group_id: UUID, company: str, code: str, language: str
) -> CompanyUndertaking:
    """The document of this company for this deal, of the version in force; one that waits already is
    withdrawn. Demands the seal if nobody does. Not inside a transaction: it writes a file.

    Raises Refused for everybody but the deal's lead; NotPossible: the name, the code, no text.
    """
    deal = get_led_deal(actor, deal_id, Action.SEAL_ISSUE)
    group = get_group(actor, deal_id, group_id, Action.SEAL_ISSUE)
    document = _document(deal.code_name, company, code, language)
    undertaking_id = uuid4()
    held, drafts = keeping.begin(undertaking_id, deal_id)
    data, pages = pdf_of(document)
    file = held.write_file(data)
    try:
        with transaction.atomic():
            RoomGroup.objects.select_for_update(of=("self",), no_key=True).get(pk=group.pk)
            enter_keys(drafts)
            keeping.enter([file])
            _demanded(actor, group)
            _withdraw(group)
            made = CompanyUndertaking.objects.create(
                id=undertaking_id,
                group=group,
                template=document.template,
                number=document.number,
                language=language,
                text_hash=bytes(document.template.text_hash),
                document_hash=document.hash,
                pdf_id=file.id,
                pdf_sha256=file.sha256,
                pdf_pages=pages,
                pdf_key_id=file.key_id,
                key_id=held.key_id,
                facts=held.seal(keeping.FACTS, undertaking_id, document.facts),
                issued_by=actor,
            )
            _log(made, Action.SEAL_ISSUE, _hashes(made))
            people = list(User.objects.filter(groups=group.auth_group_id, is_active=True))
            notify("seal.asked", people, deal_id=deal_id, key=str(made.pk))
    except BaseException:
        keeping.drop([file])
        raise
    return made


@transaction.atomic
def revoke(*, actor: User, undertaking: CompanyUndertaking) -> None:
    """Shuts the room to the company's people by the next request; the duty of confidence goes on. All that is
    in force for the group ends, since one renewed beside it would leave the door open; and the seal is
    demanded from now on, by the officer, so that no lead takes that back. Idempotent.

    The caller has checked that the actor is an officer.
    """
    group = RoomGroup.objects.select_for_update(of=("self",), no_key=True).get(pk=undertaking.group_id)
    live = CompanyUndertaking.objects.filter(group=group, accepted_at__isnull=False, revoked_at__isnull=True)
    for one in live.select_for_update():
        one.revoked_at, one.revoked_by = timezone.now(), actor
        one.save(update_fields=["revoked_at", "revoked_by"])
        _log(one, Action.SEAL_REVOKE)
    own = SealDemand.objects.filter(group=group, ended_at__isnull=True).first()
    if own is not None and not has(own.made_by, Permission.DUTY_MANAGE):
        _end(actor, own, group.room.deal_id)
    _demanded(actor, group)


def facts_of(undertaking: CompanyUndertaking, held: keeping.Held) -> dict[str, str]:
    """`company`, `code`, `code_name`."""
    return held.unseal(keeping.FACTS, undertaking.pk, undertaking.facts)


def document_of(undertaking: CompanyUndertaking, held: keeping.Held) -> Document:
    """What was drawn up, made again from what is kept; its hash is compared by whoever needs it."""
    facts = facts_of(undertaking, held)
    return Document(undertaking.template, undertaking.language, undertaking.number, **facts)


def _document(code_name: str, company: str, code: str, language: str) -> Document:
    template = text_in_force(NdaKind.COMPANY)
    if template is None or text_hash(template) != bytes(template.text_hash):
        raise NotPossible(_("There is no text for companies that could be sealed."))
    try:
        checked = credit_code.normalise(code)
    except FormatError as problem:
        raise NotPossible(problem.problem.message) from None
    name = clean_title(company, longest=NAME_LENGTH)
    return Document(template, language, new_number(), name, checked.value, code_name)


def _demanded(actor: User, group: RoomGroup) -> SealDemand:
    found = SealDemand.objects.filter(group=group, ended_at__isnull=True).first()
    if found is None:
        found = SealDemand.objects.create(group=group, made_by=actor)
        _log_demand(found, Action.SEAL_DEMAND, group.room.deal_id)
    return found


def _end(actor: User, demand: SealDemand, deal_id: UUID | None) -> None:
    demand.ended_at, demand.ended_by = timezone.now(), actor
    demand.save(update_fields=["ended_at", "ended_by"])
    _log_demand(demand, Action.SEAL_LIFT, deal_id)


def _withdraw(group: RoomGroup) -> None:
    """What waits gives way to what is drawn up now; a copy of it that comes back later fits nothing."""
    waiting = CompanyUndertaking.objects.filter(
        group=group, accepted_at__isnull=True, withdrawn_at__isnull=True
    )
    if waiting.filter(returns__decided_at__isnull=True, returns__isnull=False).exists():
        raise NotPossible(_("A sealed copy came back and waits for an officer: let it be decided first."))
    waiting.update(withdrawn_at=timezone.now())


def _hashes(made: CompanyUndertaking) -> tuple[str, ...]:
    """Version's text, document, PDF: what the log proves is this very paper."""
    return tuple(bytes(one).hex() for one in (made.text_hash, made.document_hash, made.pdf_sha256))


def _log_demand(demand: SealDemand, action: Action, deal_id: UUID | None) -> None:
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.SEAL_DEMAND,
            object_id=demand.pk,
            deal=deal_id,
            fields=(f"side.{demand.kind}",) if demand.kind else (),
        )
    )


def _log(undertaking: CompanyUndertaking, action: Action, fields: tuple[str, ...] = ()) -> None:
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
