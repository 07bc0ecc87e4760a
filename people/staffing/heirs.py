"""Who gets what: what there is, what is still without a name, naming, and settling."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from audit.actions import Action
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.approvals.models import State as RequestState
from people.approvals.services import request_approval
from people.staffing.codes import State
from people.staffing.entries import log
from people.staffing.errors import NotNow
from people.staffing.estate import Estate, Thing, estates
from people.staffing.models import StaffChange, Succession

JOB = "staffing.job"


@dataclass(frozen=True, slots=True)
class Held:
    """One thing of a person's, and who was named for it."""

    code: str
    label: str | Promise
    estate: Estate
    thing: Thing
    named: User | None

    @property
    def key(self) -> str:
        return f"{self.code}-{self.thing.id}"


def held_by(change: StaffChange) -> list[Held]:
    """What the person holds now. A named one who could not hold it any more counts as nobody."""
    named = {(one.kind, one.thing): one.to for one in change.successions.select_related("to")}
    return [
        Held(code, estate.label, estate, thing, _still(change, estate, thing, named.get((code, thing.id))))
        for code, estate in estates().items()
        for thing in estate.things(change.person)
    ]


def _still(change: StaffChange, estate: Estate, thing: Thing, named: User | None) -> User | None:
    if named is None or not estate.heirs(change.person, thing.id).filter(pk=named.pk).exists():
        return None
    return named


def unnamed(change: StaffChange) -> list[Held]:
    """What would be without an owner."""
    return [one for one in held_by(change) if one.named is None and not one.thing.may_lapse]


def heirs_of(change: StaffChange, code: str, thing: UUID) -> "QuerySet[User]":
    """Who could get it. Raises KeyError for a kind that nobody registered."""
    return estates()[code].heirs(change.person, thing)


@transaction.atomic
def name_heir(*, actor: User, change: StaffChange, code: str, thing: UUID, to: User | None) -> None:
    """`to` gets this thing; None: nobody was named after all. The caller's gate said that the actor names.

    Raises NotNow.
    """
    locked = StaffChange.objects.select_for_update().get(pk=change.pk)
    if locked.state != State.PLANNED and not (locked.leaves and locked.state == State.SET):
        raise NotNow(_("It is settled: call it off and plan it anew."))
    estate = estates().get(code)
    if estate is None or thing not in {one.id for one in estate.things(locked.person)}:
        raise NotNow(_("The person does not hold this any more."))
    if to is None:
        Succession.objects.filter(change=locked, kind=code, thing=thing).delete()
        log(locked, Action.STAFFING_HEIR, code)
        return
    if not estate.heirs(locked.person, thing).filter(pk=to.pk).exists():
        raise NotNow(_("%(person)s could not work with this.") % {"person": to.display_name})
    Succession.objects.update_or_create(
        change=locked, kind=code, thing=thing, defaults={"to": to, "named_by": actor}
    )
    log(locked, Action.STAFFING_HEIR, code, about=[to])


@transaction.atomic
def settle(*, actor: User, change: StaffChange) -> ApprovalRequest | None:
    """All is named: somebody's leaving happens at its hour; of coming to a job an officer is asked (the
    request comes back). Refused while something would be without an owner.

    The caller's gate said that the actor names. Raises NotNow, CannotCarryOut.
    """
    locked = StaffChange.objects.select_for_update(of=("self",)).select_related("person").get(pk=change.pk)
    if locked.state != State.PLANNED:
        raise NotNow(_("It is settled, or waits for somebody."))
    if left := unnamed(locked):
        raise NotNow(
            _("%(count)d things would be without an owner: say first who gets them.") % {"count": len(left)}
        )
    if not locked.leaves:
        if _asked(locked).exists():
            raise NotNow(_("An officer is asked already."))
        params = {"change": str(locked.pk)}
        return request_approval(actor=actor, action=JOB, params=params, reason=locked.reason)
    locked.state = State.SET
    locked.save(update_fields=["state"])
    log(locked, Action.STAFFING_SETTLE)
    return None


def _asked(change: StaffChange) -> QuerySet[ApprovalRequest]:
    return ApprovalRequest.objects.filter(
        action=JOB, params__change=str(change.pk), state=RequestState.PENDING
    )


def waiting_request(change: StaffChange) -> ApprovalRequest | None:
    """The request that an officer is to decide on."""
    return None if change.leaves else _asked(change).first()


def by_label(held: list[Held]) -> Iterator[tuple[str | Promise, list[Held]]]:
    """Grouped by kind, in the order of the layers."""
    for code in dict.fromkeys(one.code for one in held):
        rows = [one for one in held if one.code == code]
        yield rows[0].label, rows
