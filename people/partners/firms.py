"""A firm is recorded, its people join and leave it."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action
from people.accounts.models import Kind, User
from people.partners.access import get_partner, require_officer, require_seeing
from people.partners.codes import FirmKind
from people.partners.entries import log
from people.partners.errors import NotNow
from people.partners.models import Partner, PartnerPerson
from people.partners.standing import has_overdue_recall, is_shut

# Somebody no longer comes for their firm: layers above end what they were let into for it.
Left = Callable[[User, UUID], None]
_left: list[Left] = []


def on_left(tell: Left) -> None:
    """`tell(actor, person_id)` is called in the transaction in which somebody leaves. Twice changes
    nothing."""
    if tell not in _left:
        _left.append(tell)


@transaction.atomic
def record_partner(*, actor: User, name: str, kind: FirmKind) -> Partner:
    """A firm of which nothing is known yet: nothing opens to its people. Raises Refused, ValidationError for
    a name that there is."""
    require_seeing(actor, Action.PARTNER_CREATE)
    partner = Partner(name=name.strip(), kind=kind, created_by=actor)
    partner.full_clean(exclude={"agreed_until", "review_due_on"})
    partner.save(force_insert=True)
    log(Action.PARTNER_CREATE, partner.pk)
    return partner


@transaction.atomic
def join(*, actor: User, person: User, partner_id: UUID) -> PartnerPerson:
    """From now on the person comes for this firm. The caller has checked that the actor may invite them.

    Raises NotNow: the firm is not in force or owes a certificate, or the person comes for another one;
    Refused for a firm that is none.
    """
    partner = get_partner(actor, partner_id, Action.PARTNER_JOIN)
    User.objects.select_for_update().get(pk=person.pk)  # two who invite one person at once queue
    current = PartnerPerson.objects.filter(person=person, left_at__isnull=True).first()
    if current is not None and current.partner_id != partner.pk:
        raise NotNow(_("This person comes for another firm. An officer ends that first."))
    if is_shut(partner.pk):
        raise NotNow(_("This firm is not in force: nobody is invited for it until it is."))
    if has_overdue_recall(partner.pk):
        raise NotNow(_("This firm owes a certificate of return or destruction: nobody is invited for it."))
    if current is not None:
        return current
    if person.kind != Kind.OUTSIDE:
        raise NotNow(_("Colleagues come for no firm."))
    made = PartnerPerson.objects.create(partner=partner, person=person, by=actor)
    log(Action.PARTNER_JOIN, partner.pk, person.pk)
    return made


@transaction.atomic
def leave(*, actor: User, partner_id: UUID, person_id: UUID) -> None:
    """The person no longer comes for the firm, and loses every room that they were let into: for whom, would
    be nobody's answer. Officers only; never while the firm is suspended.

    Raises Refused, NotNow.
    """
    require_officer(actor, Action.PARTNER_LEAVE, partner_id)
    partner = Partner.objects.select_for_update().get(pk=get_partner(actor, partner_id).pk)
    if partner.suspended:
        raise NotNow(_("While a firm is suspended nobody leaves it."))
    rows = PartnerPerson.objects.select_for_update()
    current = rows.filter(partner=partner, person_id=person_id, left_at__isnull=True).first()
    if current is None:
        raise NotNow(_("This person does not come for the firm."))
    current.left_at, current.left_by = timezone.now(), actor
    current.save(update_fields=["left_at", "left_by"])
    log(Action.PARTNER_LEAVE, partner.pk, person_id)
    for tell in _left:
        tell(actor, person_id)
