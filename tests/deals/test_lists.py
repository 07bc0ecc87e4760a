"""Exported lists in a room: known by their marks, counted for all who take them, stopped at the marks."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.urls import reverse

from audit.actions import Action, Reason
from audit.models import LogEntry
from deals.models import FileVersion
from deals.rooms.levels import Level
from people.accounts.models import User
from tests.cast import client_of
from tests.deals.scene import grant, stored
from tests.vault.disclosures.makers import fill, ready, taken
from tests.vault.records.makers import book_of
from vault.disclosures.categories import Category
from vault.disclosures.counting import count_disclosure
from vault.disclosures.models import Channel, Disclosure, Export, SharedList

pytestmark = pytest.mark.django_db


@pytest.fixture
def export(world: SimpleNamespace) -> Export:
    """Twelve of Ming's clients, exported for Lin."""
    fill(book_of(world.ming), 12)
    return ready(world, world.lin)


def shared(world: SimpleNamespace, data: bytes, name: str = "客户名单.csv") -> FileVersion:
    version = stored(world, world.one, name, data)
    grant(world, world.buyers, world.one, Level.ORIGINAL)
    return version


def take(world: SimpleNamespace, version: FileVersion, person: User) -> int:
    address = reverse("deals:original", args=[world.deal.pk, version.pk])
    return int(client_of(person).get(address).status_code)


def shares(person: User) -> int:
    return Disclosure.objects.filter(channel=Channel.SHARE, recipient_id=person.pk).count()


def test_whoever_takes_an_exported_list_from_a_room_counts_once(
    world: SimpleNamespace, export: Export
) -> None:
    lines = taken(export).decode("utf-8-sig").splitlines()
    version = shared(world, "\n".join(sorted(lines[2:])).encode())  # without the stamp, and sorted
    assert [row.export for row in SharedList.objects.all()] == [export]
    assert take(world, version, world.ming) == 200
    assert (shares(world.ming), shares(world.bo)) == (0, 0)
    assert take(world, version, world.bo) == take(world, version, world.bo) == 200
    assert shares(world.bo) == 12
    rows = Disclosure.objects.filter(channel=Channel.SHARE)
    assert {(row.person, row.object_id) for row in rows} == {(world.ming, version.pk)}
    assert take(world, version, world.ben) == 404  # who sees nothing of the folder counts nobody
    assert shares(world.ben) == 0


def test_nobody_gets_past_the_marks_by_way_of_a_room(world: SimpleNamespace, export: Export) -> None:
    version = shared(world, taken(export))
    count_disclosure(
        person=world.ming,
        recipient=world.lin.pk,
        purpose="service",
        channel=Channel.SHARE,
        subjects={uuid4(): Category.PROPERTY for _ in range(25)},
    )
    assert take(world, version, world.bo) == 404
    assert shares(world.bo) == 0
    refusal = LogEntry.objects.using("audit").get(action=Action.FILE_DOWNLOAD, actor=world.bo.pk)
    assert refusal.reason == Reason.OFFICER_NEEDED


def test_masked_lists_and_other_sheets_count_nobody(world: SimpleNamespace, export: Export) -> None:
    for data in (
        taken(ready(world, world.lin, masked=True)),
        "姓名,手机\n张三,13800138000\n".encode(),
        b"\0",
    ):
        assert take(world, shared(world, data), world.bo) == 200
    assert not SharedList.objects.exists()
    assert shares(world.bo) == 0


def test_a_noted_list_stays_and_is_noted_once(world: SimpleNamespace, export: Export) -> None:
    shared(world, taken(export))
    found = SharedList.objects.get()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        SharedList.objects.filter(pk=found.pk).delete()
    with pytest.raises(IntegrityError, match="shared_list_once"), transaction.atomic():
        SharedList.objects.create(file_id=found.file_id, export=export, by=world.ming)
