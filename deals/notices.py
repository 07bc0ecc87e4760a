"""What deals bring to notices: their kinds, their code names, who has new files."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deals.files.models import File, FileVersion
from deals.pipeline.access import which_deals
from deals.pipeline.models import Deal, DealMember
from deals.rooms.access import may
from deals.rooms.admission import let_in
from deals.rooms.everybody import ways_in
from deals.rooms.levels import Level
from deals.rooms.models import Room
from people.accounts.models import Kind as Account
from people.accounts.models import User
from people.notices import batches, codenames
from people.notices.kinds import Group, Kind, register
from people.roles.access import know_permissions

NEW_FILES = "room.files"
LOOKED_AT = 50  # of a batch's files, the newest: enough to know whether any of them is somebody's


def connect() -> None:
    register(
        Kind(
            code=NEW_FILES,
            group=Group.ROOMS,
            title=_("New files for you in a data room"),
            many=_("New files for you in a data room, %(count)s times"),
            page="deals:room",
            takes="deal",
            overview="people:notices",
            sms=True,
        )
    )
    codenames.register(code_names)
    batches.register(NEW_FILES, who_has_new_files)


def code_names(user: User, deals: Collection[UUID]) -> dict[UUID, str]:
    """Of deals that the person works on, or whose room is open to them now."""
    if not user.is_active:
        return {}
    found = Deal.objects.filter(pk__in=deals)
    if user.kind == Account.STAFF:
        found = which_deals(user).filter(pk__in=deals)
    else:
        rooms = dict(Room.objects.filter(deal__in=deals).values_list("pk", "deal_id"))
        ways = {rooms[room] for _person, room in ways_in([(user.pk, room) for room in rooms])}
        opened = {deal for _person, deal in let_in([user], deals)}
        found = found.filter(pk__in=ways & opened)
    return dict(found.values_list("pk", "code_name"))


def who_has_new_files(deal_id: UUID, since: datetime) -> Iterable[User]:
    """Whoever can open one of the versions that came since, and did not upload it. The gate is asked for each
    person and file, so that nobody learns of one that is closed to them; in the worker, not while somebody
    waits."""
    room = Room.objects.filter(deal=deal_id).first()
    if room is None:
        return
    versions = FileVersion.objects.filter(room=room, uploaded_at__gte=since).order_by("-uploaded_at")
    new = list(versions.values_list("file_id", "uploaded_by_id")[:LOOKED_AT])
    files = File.objects.filter(pk__in={file for file, _by in new}).in_bulk()
    working = DealMember.objects.filter(deal=deal_id).values("user")
    named = Q(pk__in=working) | Q(groups__room_group__room=room)
    people = list(User.objects.filter(named, is_active=True).distinct())
    know_permissions(people)
    admitted = let_in(people, [deal_id])
    for person in people:
        if (person.pk, deal_id) in admitted and any(
            by != person.pk and may(person, files[file], Level.VIEW) for file, by in new
        ):
            yield person
