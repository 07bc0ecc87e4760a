"""What a lock would stop, counted as it stands now: the page asks once more with these numbers."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from compliance.containment.access import Target
from compliance.containment.locking import exports_of, previews_of
from deals.rooms.models import RoomGroup
from people.accounts.models import User
from people.locks.ending import links_of_deal, what_ends
from vault.disclosures.models import Export, ExportState
from vault.records.models import BookMember, Client

Count = tuple[str | Promise, int]


def what_stops(target: Target) -> list[Count]:
    """In words, each with how many. A fixed number of queries."""
    if target.person is not None:
        return _of_person(target, target.person)
    return _of_deal(target) if target.deal is not None else _of_book(target)


def _of_person(target: Target, person: User) -> list[Count]:
    ending = what_ends(person)
    return [
        (_("Sessions"), ending.sessions),
        (_("One-time links and invitations"), ending.links),
        (_("Delegations, given and received"), ending.delegations),
        (_("Standing approvals, held and given"), ending.standing),
        (_("Staff sessions"), ending.staff_sessions),
        (_("Previews of data rooms"), len(previews_of(target))),
        (_("Exports ready or being made"), exports_of(person).count()),
        (_("Requests that nobody can decide meanwhile"), ending.requests),
    ]


def _of_deal(target: Target) -> list[Count]:
    assert target.deal is not None
    groups = RoomGroup.objects.filter(room__deal=target.deal)
    members = User.objects.filter(groups__in=groups.values("auth_group_id")).distinct()
    return [
        (_("Staff on the deal"), target.deal.members.count()),
        (_("Outside people in the data room"), members.count()),
        (_("Invitations that nobody used yet"), links_of_deal(target.deal.pk).count()),
        (_("Previews of data rooms"), len(previews_of(target))),
        (_("Client books and rooms whose keys are withheld"), len(target.compartments)),
    ]


def _of_book(target: Target) -> list[Count]:
    clients = Client.objects.filter(book_id=target.object_id)
    exports = Export.objects.filter(
        state__in=[ExportState.APPROVED, ExportState.READY], items__client_id__in=clients.values("pk")
    )
    return [
        (_("People who work in the book"), BookMember.objects.filter(book_id=target.object_id).count()),
        (_("Clients that nobody can open"), clients.count()),
        (_("Exports ready or being made"), exports.distinct().count()),
    ]
