"""Invariant 8: what a page costs does not grow with what is not shown."""

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.origin import Origin, acting_as
from deals.models import Deal, File, FileGrant, FileVersion, RoomGroup
from deals.pipeline.models import DealType
from deals.pipeline.services import open_deal
from deals.rooms.access import may, which_files, which_folders
from deals.rooms.levels import Level
from deals.rooms.listing import my_rooms
from deals.rooms.naming import changing
from deals.seals.models import SealDemand
from people.accounts.links import make_link
from people.accounts.models import LinkPurpose, User
from people.invitations.models import Invitation
from tests.cast import client_of, signed
from tests.deals.scene import folder, group, stored

pytestmark = pytest.mark.django_db


def many(world: Any, count: int) -> None:
    """So many more files in folder 1, each with a grant of its own to the rivals."""
    last = File.objects.count()
    view = Permission.objects.get(codename=Level.VIEW.codename, content_type__model="file")
    common = {"room": world.room, "key_id": world.room.key_id}
    with acting_as(Origin(actor=world.ming.pk)), changing(world.room):
        files = [
            File(folder=world.one, position=last + n, created_by=world.ming, **common)
            for n in range(1, count + 1)
        ]
        versions = []
        for file in files:
            file.name = f"{file.position}.txt"
            version = FileVersion(
                file=file, number=1, size=1, media_type="application/pdf", page_count=1, **common
            )
            version.file_key_id, version.uploaded_by = file.position + 1, world.ming
            version.sha256 = "00"
            versions.append(version)
        File.objects.bulk_create(files)
        FileVersion.objects.bulk_create(versions)
    group_id = world.rivals.auth_group_id
    FileGrant.objects.bulk_create(
        FileGrant(group_id=group_id, permission=view, content_object=file) for file in files
    )
    with connection.cursor() as cursor:  # as autovacuum does soon after; until then a plan is a guess
        cursor.execute("analyze deals_file, deals_fileversion, deals_filegrant")


def counted(run: Any) -> int:
    with CaptureQueriesContext(connection) as queries:
        run()
    return len(queries)


def pages(world: Any) -> dict[str, int]:
    """The number of queries of each page, for the lead and for the buyer."""
    costs = {}
    for name in ("lea", "bo"):
        browser = client_of(getattr(world, name))
        for url, args in (("room", []), ("folder", [world.one.pk])):
            path = reverse(f"deals:{url}", args=[world.deal.pk, *args])
            browser.get(path)
            costs[f"{name} {url}"] = counted(lambda: browser.get(path))  # noqa: B023 (called at once)
    lea = client_of(world.lea)
    for path in (
        reverse("deals:deals"),
        reverse("deals:deal", args=[world.deal.pk]),
        reverse("deals:rights", args=[world.deal.pk]),
        reverse("deals:right", args=[world.deal.pk, world.buyers.pk, world.one.pk]) + "?level=5",
        reverse("deals:file", args=[world.deal.pk, File.objects.order_by("pk").first().pk]),
    ):
        lea.get(path)
        costs[path] = counted(lambda: lea.get(path))  # noqa: B023 (called at once)
    return costs


def test_i8_pages_cost_the_same_with_10_and_10000_files_and_grants(world: SimpleNamespace) -> None:
    stored(world, world.one, "a.txt", b"x")
    many(world, 10)
    few = pages(world)
    many(world, 9_990)
    assert FileGrant.objects.count() == 10_000
    assert pages(world) == few


def test_i8_more_folders_and_groups_cost_no_more_queries(world: SimpleNamespace) -> None:
    stored(world, world.one, "a.txt", b"x")
    many(world, 3)
    group(world, "Third")
    few = pages(world)
    for number in range(12):
        folder(world, f"F{number}", world.one)
        group(world, f"G{number}")
    assert pages(world) == few


def test_i8_the_gate_takes_at_most_three_queries_with_200_groups_and_1000_deals(
    world: SimpleNamespace,
) -> None:
    stored(world, world.one, "a.txt", b"x")
    many(world, 100)
    Deal.objects.bulk_create(
        Deal(code_name=f"D{n}", deal_type="shares", lead=world.lea, created_by=world.ming)
        for n in range(1000)
    )
    groups = Group.objects.bulk_create(Group(name=f"g{uuid4().hex}") for _ in range(200))
    world.bo.groups.add(*groups)
    with acting_as(Origin()):
        assert counted(lambda: which_files(world.bo, world.one)) <= 3
        assert counted(lambda: which_folders(world.bo, world.room)) <= 3
        assert counted(lambda: may(world.bo, world.one, Level.VIEW)) <= 3
    assert len(which_files(world.bo, world.one)) == 100


def rooms_of(world: SimpleNamespace, person: User, first: int, count: int) -> None:
    """So many more rooms of the person's: of three, one is signed, one waits for their word, and one for
    their company's seal."""
    for number in range(first, first + count):
        with acting_as(Origin(actor=world.ming.pk)):
            deal = open_deal(
                actor=world.ming, code_name=f"Oak {number}", deal_type=DealType.SHARES, lead=world.lea
            )
        there = SimpleNamespace(**{**vars(world), "deal": deal, "room": deal.room})
        made = group(there, f"Group {number}", person)
        if number % 3:
            signed(person, deal_id=deal.pk)
        else:
            invited(there, made, person)
        if number % 3 == 2:
            SealDemand.objects.create(group=made, made_by=world.lea)


def invited(world: SimpleNamespace, to: RoomGroup, person: User) -> None:
    with acting_as(Origin(actor=world.lea.pk)):
        link, _address = make_link(purpose=LinkPurpose.INVITATION, person=person)
    Invitation.objects.create(
        person=person,
        deal_id=world.deal.pk,
        group_id=to.pk,
        nda_kind="buyer",
        invited_by=world.lea,
        link=link,
        accepted_at=timezone.now(),
    )


def test_i8_the_list_of_rooms_costs_the_same_with_3_and_30_rooms(world: SimpleNamespace) -> None:
    browser, page = client_of(world.bo), reverse("deals:rooms")

    def costs() -> tuple[int, int]:
        browser.get(page)
        return counted(lambda: my_rooms(world.bo)), counted(lambda: browser.get(page))

    rooms_of(world, world.bo, 0, 3)
    few = costs()
    assert few[0] <= 5
    rooms_of(world, world.bo, 3, 27)
    assert costs() == few
    states = [(row.must_sign, row.unsealed) for row in my_rooms(world.bo)]
    assert [states.count(one) for one in ((True, False), (False, True), (False, False))] == [10, 10, 11]
