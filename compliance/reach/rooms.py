"""Who can open a deal's data room, folder by folder: by the gate of deals/rooms/access.py."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from compliance.reach.people import Roles, roles_of
from compliance.reach.reasons import Answer, Why
from deals.pipeline.models import DealMember
from deals.rooms.admission import let_in
from deals.rooms.everybody import folders_reached, single_files_reached, ways_in
from deals.rooms.levels import Level
from deals.rooms.matrix import Branch, grants_of, level_of, tree
from deals.rooms.models import FolderGrant, GroupKind, Room, RoomGroup
from deals.seals.access import unbound_groups
from people.accounts.models import Kind, User
from people.duties.access import replaced
from people.duties.models import NdaKind, NdaSignature
from people.invitations.models import Invitation
from people.locks.standing import locked_deals
from people.partners.standing import people_of_shut_firms
from people.roles.permissions import Permission
from vault.keys.freezing import frozen_among


@dataclass(frozen=True, slots=True)
class RoomReach:
    """Of one room and some people: what the gate says, and what that rests on."""

    room: Room
    branches: list[Branch]
    admitted: frozenset[UUID]
    ways: frozenset[UUID]
    levels: dict[UUID, dict[UUID, Level]]
    singles: dict[UUID, int]
    roles: Roles
    groups: dict[UUID, list[RoomGroup]]
    grants: dict[int, dict[UUID, FolderGrant]]
    signatures: dict[UUID, list[NdaSignature]]
    outdated: frozenset[UUID]  # signatures of a text that a newer one has taken the place of
    of_shut_firms: frozenset[UUID]  # who come for a partner firm that is not in force
    invited: frozenset[UUID]  # with an invitation that nobody took back
    waiting: frozenset[UUID]  # and that the person has not accepted
    unsealed: frozenset[UUID]  # groups whose company has to be bound and is not
    frozen: bool
    locked: bool

    def answer(self, person: User, branch: Branch | None = None) -> Answer:
        """Whether the person can open the room, or this folder of it."""
        why = self._why(person, branch)
        return Answer(why, self._through(person, branch) if why is None else ())

    def opened(self, person: User) -> list[Branch]:
        """The folders that the person can open, in the order of the tree."""
        return [branch for branch in self.branches if self.answer(person, branch).opens]

    def _why(self, person: User, branch: Branch | None) -> Why | None:
        if person.pk not in self.admitted:
            return self._not_admitted(person)
        if person.pk not in self.ways:
            return self._no_way_in(person)
        if self.frozen:
            return Why.FROZEN
        if branch is not None and branch.folder.pk not in self.levels[person.pk]:
            return self._closed_folder(person, branch)
        return None

    def _not_admitted(self, person: User) -> Why:
        if person.kind == Kind.STAFF:
            about_them = self.roles.why_not(person, Permission.ROOM_MANAGE)
            about_them = about_them or self.roles.limited(
                person, Permission.ROOM_MANAGE, self.room.deal_id, self.room.deal.stage
            )
            if about_them is not None:
                return about_them
        elif not person.is_active:
            return self.roles.closed(person)
        elif person.kind == Kind.SERVICE:
            return Why.SERVICE
        return Why.LOCKED if self.locked else self._unsigned(person)

    def _unsigned(self, person: User) -> Why:
        signed = self.signatures[person.pk]
        live = [one for one in signed if one.opens_doors]
        if live:  # in force but for a newer text; else nothing is left but what they owe
            if all(one.pk in self.outdated for one in live):
                return Why.NDA_REPLACED
            return Why.FIRM_SHUT if person.pk in self.of_shut_firms else Why.OWING
        if any(one.revoked_at is None for one in signed):
            return Why.NDA_EXPIRED
        if signed:
            return Why.NDA_REVOKED
        return Why.INVITED if person.pk in self.waiting else Why.NDA_UNSIGNED

    def _no_way_in(self, person: User) -> Why:
        if person.kind == Kind.STAFF:
            return Why.NOT_ON_DEAL
        if any(not _has_ended(group) for group in self.groups[person.pk]):
            return Why.UNSEALED
        if self.groups[person.pk]:
            return Why.GROUP_ENDED
        return Why.INVITED if person.pk in self.waiting else Why.NOT_IN_GROUP

    def _closed_folder(self, person: User, branch: Branch) -> Why:
        live = [group for group in self.groups[person.pk] if self._is_way(group)]
        reached = [group for group in live if self._stage_reached(group, branch)]
        if not reached:
            return Why.STAGE
        nearest = [grant for group in reached if (grant := self._nearest(group, branch)) is not None]
        if any(grant.expires_at is not None and grant.expires_at <= timezone.now() for grant in nearest):
            return Why.GRANT_EXPIRED
        return Why.GRANT_NONE if nearest else Why.NO_GRANT

    def _is_way(self, group: RoomGroup) -> bool:
        return not _has_ended(group) and group.pk not in self.unsealed

    def _stage_reached(self, group: RoomGroup, branch: Branch) -> bool:
        seen = min(self.room.deal.stage, group.stage)
        return group.kind == GroupKind.SELLER or seen >= branch.opens_at

    def _nearest(self, group: RoomGroup, branch: Branch) -> FolderGrant | None:
        own = self.grants.get(group.auth_group_id, {})
        above: dict[UUID, UUID | None] = {one.folder.pk: one.folder.parent_id for one in self.branches}
        spot: UUID | None = branch.folder.pk
        while spot is not None and spot not in own:
            spot = above[spot]
        return own[spot] if spot is not None else None

    def _through(self, person: User, branch: Branch | None) -> tuple[str, ...]:
        ends = max(one.access_expires_at for one in self.signatures[person.pk] if one.opens_doors)
        signed = _("undertaking signed, until %(date)s") % {"date": date_format(ends, "Y-m-d")}
        if person.kind == Kind.STAFF:
            return (*self.roles.giving(person, Permission.ROOM_MANAGE), _("works on the deal"), signed)
        words = [self._group_words(group, branch) for group in self.groups[person.pk] if self._is_way(group)]
        invited = (_("by invitation"),) if person.pk in self.invited else ()
        return (*words, *invited, signed)

    def _group_words(self, group: RoomGroup, branch: Branch | None) -> str:
        kind = GroupKind(group.kind).label
        grant = self._nearest(group, branch) if branch is not None else None
        if grant is None:
            return _("group of the side: %(side)s") % {"side": kind}
        number = next(one.number for one in self.branches if one.folder.pk == grant.content_object_id)
        return _("group of the side %(side)s, right “%(level)s” set on folder %(number)s") % {
            "side": kind,
            "level": level_of(grant).label,
            "number": number,
        }


def reach_of(room: Room, people: Sequence[User]) -> RoomReach:
    """A fixed number of queries, whatever the number of people, folders and groups."""
    roles, pairs = roles_of(people), [(person.pk, room.pk) for person in people]
    groups: dict[UUID, list[RoomGroup]] = defaultdict(list)
    signatures: dict[UUID, list[NdaSignature]] = defaultdict(list)
    outdated = set()
    for group in RoomGroup.objects.filter(room=room).prefetch_related("auth_group__user_set"):
        for person in group.auth_group.user_set.all():
            groups[person.pk].append(group)
    signed = NdaSignature.objects.filter(Q(kind=NdaKind.STAFF) | Q(deal_id=room.deal_id), person__in=people)
    kinds = {person.pk: person.kind for person in people}
    for signature in signed.annotate(replaced=replaced()).select_related("template"):
        if (signature.kind == NdaKind.STAFF) == (kinds[signature.person_id] == Kind.STAFF):
            signatures[signature.person_id].append(signature)
            outdated.update([signature.pk] if signature.replaced else [])
    invited = list(
        Invitation.objects.filter(deal_id=room.deal_id, person__in=people, revoked_at__isnull=True)
    )
    return RoomReach(
        room=room,
        branches=tree(room),
        admitted=frozenset(person for person, _deal in let_in(people, [room.deal_id])),
        ways=frozenset(person for person, _room in ways_in(pairs)),
        levels={person: levels for (person, _room), levels in folders_reached(pairs).items()},
        singles={person: count for (person, _room), count in single_files_reached(pairs).items()},
        roles=roles,
        groups=groups,
        grants=grants_of(room),
        of_shut_firms=frozenset(
            people_of_shut_firms().filter(person__in=people).values_list("person_id", flat=True)
        ),
        signatures=signatures,
        outdated=frozenset(outdated),
        invited=frozenset(one.person_id for one in invited),
        waiting=frozenset(one.person_id for one in invited if one.accepted_at is None),
        unsealed=frozenset(unbound_groups().filter(room=room).values_list("pk", flat=True)),
        frozen=bool(frozen_among([room.pk])),
        locked=bool(locked_deals([room.deal_id])),
    )


def named_in(room: Room) -> QuerySet[User]:
    """Everybody whom the deal or a group of its room names: nobody else has a way in."""
    members = DealMember.objects.filter(deal=room.deal_id).values("user_id")
    in_groups = User.groups.through.objects.filter(group__room_group__room=room).values("user_id")
    invited = Invitation.objects.filter(deal_id=room.deal_id, revoked_at__isnull=True).values("person_id")
    return User.objects.filter(Q(pk__in=members) | Q(pk__in=in_groups) | Q(pk__in=invited))


def _has_ended(group: RoomGroup) -> bool:
    return group.expires_at is not None and group.expires_at <= timezone.now()
