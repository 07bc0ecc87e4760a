"""What the database itself refuses, and the closure that it keeps."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.origin import Origin, acting_as
from deals.files.ends import begin_ends
from deals.models import (
    Deal,
    DealMember,
    File,
    FileVersion,
    Folder,
    FolderAncestor,
    FolderGrant,
    Room,
    RoomGroup,
    VersionEnd,
)
from deals.rooms.access import which_folders
from deals.rooms.levels import Level
from deals.rooms.matrix import effective, grants_of, level_of, tree
from tests.deals.scene import folder, grant, stored

pytestmark = pytest.mark.django_db


def copy(row: models.Model, **changes: Any) -> None:
    """Insert the row once more, with changes."""
    values = {f.attname: row.__dict__[f.attname] for f in row._meta.concrete_fields if not f.primary_key}
    columns = {f.attname: f.column for f in row._meta.concrete_fields}
    values |= changes
    if not isinstance(row._meta.pk, models.AutoField):
        values.setdefault(row._meta.pk.attname, row._meta.pk.get_default())
    names = ", ".join(columns[name] for name in values)
    marks = ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"insert into {row._meta.db_table} ({names}) values ({marks})", list(values.values()))


@pytest.mark.parametrize(
    ("model", "changes", "rule"),
    [
        (Deal, {}, "deal_code_name_unique"),
        (Deal, {"code_name": "WILLOW"}, "deal_code_name_unique"),
        (Deal, {"code_name": ""}, "deal_has_a_code_name"),
        (Deal, {"code_name": "x", "stage": 13}, "deal_stage_known"),
        (Deal, {"code_name": "x", "stage": 0}, "deal_stage_known"),
        (Deal, {"code_name": "x", "deal_type": "gift"}, "deal_type_known"),
        (DealMember, {}, "deal_member_once"),
        (Room, {"compartment_key_id": 5}, "deal_id"),
        (Folder, {}, "folder_position_once"),
        (Folder, {"position": 0}, "folder_position_from_one"),
        (Folder, {"position": 99, "opens_at": 0}, "folder_stage_known"),
        (Folder, {"position": 99, "label": None}, "folder_has_a_title"),
        (File, {}, "file_position_once"),
        (File, {"position": 0}, "file_position_from_one"),
        (File, {"position": 99, "label": None}, "file_has_a_name"),
        (FileVersion, {"file_key_id": 1}, "file_version_once"),
        (FileVersion, {"file_key_id": 1, "number": 0}, "file_version_from_one"),
        (FileVersion, {"number": 2}, "file_key_id"),
        (FileVersion, {"file_key_id": 1, "number": 2, "size": -1}, "file_version_size_positive"),
        (FileVersion, {"file_key_id": 1, "number": 2, "media_type": "x/y"}, "file_version_type_known"),
        (FileVersion, {"file_key_id": 1, "number": 2, "proof": None}, "file_version_has_a_digest"),
        (RoomGroup, {}, "auth_group_id"),
        (RoomGroup, {"kind": "staff"}, "room_group_kind_known"),
        (RoomGroup, {"stage": 13}, "room_group_stage_known"),
        (RoomGroup, {"label": None}, "room_group_has_a_title"),
        (FolderGrant, {}, "folder_grant_once"),
        (FolderAncestor, {}, "folder_ancestor_once"),
        (FolderAncestor, {"depth": 3}, "folder_ancestor_"),
    ],
)
def test_the_database_refuses(
    world: SimpleNamespace, model: type[models.Model], changes: dict[str, Any], rule: str
) -> None:
    stored(world, world.one, "a.txt", b"x")
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        copy(model._default_manager.order_by("pk").first(), **changes)


def test_the_end_of_a_version_says_one_thing_and_is_not_put_off(world: SimpleNamespace) -> None:
    version, now = stored(world, world.one, "a.txt", b"x"), timezone.now()
    with pytest.raises(IntegrityError, match="version_end_gives_time"), transaction.atomic():
        VersionEnd.objects.create(version=version, found_at=now, due_at=now)
    with acting_as(Origin(actor=world.ming.pk)):
        begin_ends([version.pk])
    ended = {"ended_at": now, "entry": version.pk}
    for rule, values in (
        ("version_end_is_whole", {"ended_at": now}),
        ("version_end_is_whole", {**ended, "ended_as": "x"}),
        ("version_end_asked_by_somebody", {**ended, "ended_as": "asked"}),
        ("version_end_stays", {"due_at": now + timedelta(days=99)}),
    ):
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            VersionEnd.objects.update(**values)
    VersionEnd.objects.update(**ended, ended_as="overdue")
    for change in (VersionEnd.objects.all().delete, lambda: VersionEnd.objects.update(entry=world.one.pk)):
        with pytest.raises(IntegrityError, match="version_end_stays"), transaction.atomic():
            change()


@pytest.mark.parametrize("column", ["parent_id", "room_id"])
def test_a_folder_never_moves(world: SimpleNamespace, column: str) -> None:
    with pytest.raises(IntegrityError, match="folder_never_moves"), transaction.atomic():
        Folder.objects.filter(pk=world.one_one.pk).update(
            **{column: None if column == "parent_id" else world.one.pk}
        )


def test_a_folder_is_in_its_parents_room_and_not_in_itself(world: SimpleNamespace) -> None:
    with pytest.raises(IntegrityError, match=r"folder_in_its_parents_room|not-null"), transaction.atomic():
        copy(world.one_one, position=9, room_id=world.deal.pk)
    own = Folder._meta.pk.get_default()
    with (
        pytest.raises(IntegrityError, match=r"folder_in_its_parents_room|folder_not_in_itself"),
        transaction.atomic(),
    ):
        copy(world.one, id=own, parent_id=own, position=9)


def test_a_file_and_its_versions_are_in_their_folders_room(world: SimpleNamespace) -> None:
    version = stored(world, world.one, "a.txt", b"x")
    with pytest.raises(IntegrityError, match="file_in_its_folders_room"), transaction.atomic():
        copy(version.file, position=9, room_id=world.deal.pk)
    with pytest.raises(IntegrityError, match="file_version_in_its_files_room"), transaction.atomic():
        copy(version, number=9, file_key_id=9, room_id=world.deal.pk)


def closure() -> set[tuple[Any, Any, int]]:
    """The closure as a recursive query says that it should be."""
    with connection.cursor() as cursor:
        cursor.execute("""
            with recursive up (folder, ancestor, depth) as (
              select id, id, 0 from deals_folder
              union all
              select up.folder, f.parent_id, up.depth + 1 from up join deals_folder f on f.id = up.ancestor
              where f.parent_id is not null)
            select folder, ancestor, depth from up""")
        return set(cursor.fetchall())


# Each number is the parent of the next folder: 0 is the top, n the n-th folder that is there.
shapes = st.lists(st.integers(0, 12), max_size=8)
levels = st.lists(st.tuples(st.integers(0, 10), st.sampled_from([0, 2, 5, 6, 7])), max_size=8)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shapes, levels)
def test_the_closure_and_the_matrix_say_what_the_gate_says(
    world: SimpleNamespace, shape: list[int], rights: list[tuple[int, int]]
) -> None:
    with transaction.atomic():
        folders = [world.one, world.one_one, world.two]
        for parent in shape:
            above = folders[parent % len(folders)]
            if FolderAncestor.objects.filter(folder=above).count() < 8:
                folders.append(folder(world, "x", above))
        for at, level in rights:
            grant(world, world.buyers, folders[at % len(folders)], Level(level))
        kept = set(FolderAncestor.objects.values_list("folder_id", "ancestor_id", "depth"))
        assert kept == closure()
        own = grants_of(world.room)[world.buyers.auth_group_id]
        said = effective(tree(world.room), {key: level_of(one) for key, one in own.items()})
        reached = {one.pk: one.level for one in which_folders(world.bo, world.room, Level.FENCE)}
        assert {key: level for key, level in said.items() if level > Level.NONE} == reached
        numbers = {branch.folder.pk: branch.number for branch in tree(world.room)}
        for one in which_folders(world.ming, world.room):
            assert one.number == numbers[one.pk]
        transaction.set_rollback(True)
