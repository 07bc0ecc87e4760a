"""The gate of data rooms against django-guardian's generic rows: a guest in 200 groups, 1,000 deals, 100,000
files.

`may` is one file, `which` the first page of a folder; half of what is asked about is the guest's.
The peer answers the same two questions by `get_objects_for_user`, narrowed to the same file or folder, over
rows that say the same: one for each group and file. Names are sealed bytes that nobody opens here.
"""

import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from guardian.shortcuts import get_objects_for_user

from audit.origin import Origin, acting_as
from bench.peers.models import PeerFile
from deals.files.models import File
from deals.rooms.access import PAGE, may, which_files
from deals.rooms.levels import Level
from deals.rooms.models import Folder, Room
from people.accounts.models import Kind, User
from people.accounts.system import ensure_system_account, system_account
from people.duties.services import sign_nda
from people.duties.templates import ensure_first_templates, in_force

DEALS, OF_THE_GUEST, FOLDERS, FILES = 1000, 200, 10, 10  # folders in a room, files in a folder
ROUNDS = 300
TURN = 6  # questions of one before the other's turn
BAR = 10.0
MOST_QUERIES = 3
Ask = Callable[[Any], Any]

_FILL = (
    """insert into deals_deal (id, code_name, deal_type, stage, lead_id, created_by_id, created_at)
       select gen_random_uuid(), 'Bench ' || n, 'shares', 6, %(house)s, %(house)s, now()
       from generate_series(1, %(deals)s) n""",
    """insert into deals_room (id, deal_id, key_id, compartment_key_id, created_at, about_seal)
       select gen_random_uuid(), id, row_number() over (), row_number() over (), now(), 0 from deals_deal""",
    "insert into auth_group (name) select id::text from deals_room",
    """insert into deals_roomgroup
         (id, room_id, auth_group_id, kind, stage, created_by_id, created_at, key_id, label, label_seal)
       select gen_random_uuid(), r.id, g.id, 'buyer', 12, %(house)s, now(), r.key_id, '\\x00', 0
       from deals_room r join auth_group g on g.name = r.id::text""",
    """insert into deals_folder
         (id, room_id, position, opens_at, created_by_id, created_at, key_id, label, label_seal)
       select gen_random_uuid(), r.id, n, 5, %(house)s, now(), r.key_id, '\\x00', 0
       from deals_room r, generate_series(1, %(folders)s) n""",
    """insert into deals_file
         (id, room_id, folder_id, position, created_by_id, created_at, key_id, label, label_seal)
       select gen_random_uuid(), f.room_id, f.id, n, %(house)s, now(), f.key_id, '\\x00', 0
       from deals_folder f, generate_series(1, %(files)s) n""",
    """insert into deals_foldergrant (content_object_id, group_id, permission_id)
       select f.id, g.auth_group_id, p.id from deals_folder f join deals_roomgroup g on g.room_id = f.room_id
       join auth_permission p on p.codename = 'room_view' and p.content_type_id = %(of_folder)s""",
    "insert into peers_peerfile (id, folder, position) select id, folder_id, position from deals_file",
    """insert into guardian_groupobjectpermission (object_pk, content_type_id, group_id, permission_id)
       select f.id::text, p.content_type_id, g.auth_group_id, p.id from deals_file f
       join deals_roomgroup g on g.room_id = f.room_id
       join auth_permission p on p.codename = 'view_peerfile'""",
    """insert into people_user_groups (user_id, group_id)
       select %(guest)s, auth_group_id from deals_roomgroup order by auth_group_id limit %(theirs)s""",
)


def run(only: str | None) -> Iterator[dict[str, Any]]:
    ensure_system_account()
    with acting_as(Origin(actor=system_account().pk)):
        ensure_first_templates()
    guest = User.objects.create(username="guest", display_name="Guest", kind=Kind.OUTSIDE)
    _fill(guest)
    files, folders = _asked_about(guest)
    ours: dict[str, Ask] = {
        "may": lambda thing: may(_fresh(guest), thing, Level.VIEW),
        "which": lambda thing: len(which_files(_fresh(guest), thing, Level.VIEW)),
    }
    peer: dict[str, Ask] = {
        "may": lambda thing: _peer(guest, file=thing.pk).exists(),
        "which": lambda thing: len(_peer(guest, folder=thing.pk)[:PAGE]),
    }
    figures = {}
    for question, things in (("may", files), ("which", folders)):
        figures[question] = _compared(ours[question], peer[question], things)
    least = min(figure["ratio"] for figure in figures.values())
    queries = max(figure["queries"] for figure in figures.values())
    yield {
        "name": "gates",
        "value": max(figure["ours_ms"] for figure in figures.values()),
        "unit": "ms, median of the slower question",
        "ratio": least,
        "against": "guardian, get_objects_for_user on generic rows (times faster)",
        "bar": BAR,
        "met": least >= BAR and queries <= MOST_QUERIES,
        "queries": queries,
        "peers": figures,
    }


def _fill(guest: User) -> None:
    template = in_force("buyer")
    assert template is not None
    named: dict[str, UUID | int] = {
        "house": system_account().pk,
        "guest": guest.pk,
        "deals": DEALS,
        "theirs": OF_THE_GUEST,
        "folders": FOLDERS,
        "files": FILES,
        "of_folder": ContentType.objects.get_for_model(Folder).pk,
    }
    with connection.cursor() as cursor:
        for statement in _FILL:
            cursor.execute(statement, named)
    with connections["owner"].cursor() as cursor:  # as autovacuum does; who serves pages may not
        cursor.execute("analyze")
    theirs = Room.objects.filter(groups__auth_group__user=guest).values_list("deal_id", flat=True)
    with acting_as(Origin(actor=guest.pk)):
        for deal in theirs:
            sign_nda(actor=guest, template=template, deal_id=deal, typed_name="Guest", language="en")


def _asked_about(guest: User) -> tuple[list[File], list[Folder]]:
    """Files and folders with their rooms, as a page has them at hand; every other one is the guest's."""
    rng = random.Random(7)
    with_rooms = Folder.objects.select_related("room")
    theirs = with_rooms.filter(room__groups__auth_group__user=guest)
    others = with_rooms.exclude(pk__in=theirs.values("pk"))
    folders = [
        folder for found in (theirs, others) for folder in rng.sample(list(found.order_by("pk")), ROUNDS // 2)
    ]
    files = [File.objects.select_related("room").filter(folder=folder)[0] for folder in folders]
    rng.shuffle(folders)
    rng.shuffle(files)
    return files, folders


def _compared(ours: Ask, peer: Ask, things: Sequence[File | Folder]) -> dict[str, Any]:
    """They take turns after a few questions, as those of one page follow each other; the first turns warm up.
    What both answer is the same, or the figure is worth nothing."""
    taken: dict[str, list[float]] = {"ours": [], "peer": []}
    for start in range(0, len(things), TURN):
        answers: dict[str, list[Any]] = {}
        for name, ask in (("ours", ours), ("peer", peer)):
            timed = [_timed(ask, thing) for thing in things[start : start + TURN]]
            answers[name] = [answer for answer, _ in timed]
            if start >= ROUNDS // 10:
                taken[name] += [seconds for _, seconds in timed]
        if answers["ours"] != answers["peer"]:
            raise RuntimeError(f"the gate says {answers['ours']}, the peer {answers['peer']}")
    mine, theirs = (statistics.median(taken[name]) * 1000 for name in ("ours", "peer"))
    return {
        "ours_ms": round(mine, 2),
        "guardian_ms": round(theirs, 2),
        "ratio": round(theirs / mine, 1),
        "queries": max(_queries(ours, thing) for thing in things[:TURN]),
    }


def _timed(ask: Ask, thing: File | Folder) -> tuple[Any, float]:
    started = time.perf_counter()
    answer = ask(thing)
    return answer, time.perf_counter() - started


def _queries(ask: Ask, thing: File | Folder) -> int:
    with CaptureQueriesContext(connection) as asked:
        ask(thing)
    return len(asked)


def _fresh(guest: User) -> User:
    """As at the beginning of a request, with nothing remembered."""
    return User(pk=guest.pk, username=guest.username, kind=guest.kind, is_active=True)


def _peer(guest: User, *, file: UUID | None = None, folder: UUID | None = None) -> Any:
    rows = PeerFile.objects  # type: ignore[attr-defined]  # the settings that are checked know no peers
    found = rows.filter(pk=file) if file else rows.filter(folder=folder)
    return get_objects_for_user(
        _fresh(guest),
        "view_peerfile",
        klass=found.order_by("position"),
        accept_global_perms=False,
        with_superuser=False,
    )
