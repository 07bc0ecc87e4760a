"""For which partner firm an invited person comes."""

from uuid import UUID

from django.utils.translation import gettext as _

from deals.rooms.models import GroupKind, RoomGroup
from people.accounts.models import User
from people.invitations.services import CannotInvite
from people.partners.errors import NotNow
from people.partners.firms import join
from people.partners.standing import firm_of


def comes_for(actor: User, group: RoomGroup, person: User, firm: UUID | None) -> None:
    """Notes for which firm the person comes; in the transaction of their invitation. Raises CannotInvite.

    Whoever comes for a firm already stays theirs, whatever the form says: left out, it cannot be slipped.
    """
    known = firm_of(person.pk)
    chosen = firm or (known.pk if known else None)
    if chosen is None:
        if group.kind == GroupKind.ADVISER:
            raise CannotInvite(_("Say for which partner firm they come: advisers come for one."))
        return
    try:
        join(actor=actor, person=person, partner_id=chosen)
    except NotNow as problem:
        raise CannotInvite(str(problem)) from None
