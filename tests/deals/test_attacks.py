"""Attacks on a room, one test each, named after it."""

from collections.abc import Iterator
from contextlib import suppress
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from audit.models import LogEntry
from audit.origin import Origin, acting_as
from deals.files.reading import CutOff
from deals.models import Deal, File, FileVersion, Folder, FolderGrant, RoomGroup
from deals.pipeline.models import DealType, Stage
from deals.pipeline.services import open_deal
from deals.rooms.levels import Level
from people.accounts.models import User
from people.duties.models import NdaSignature
from people.duties.services import revoke_nda
from tests.cast import client_of, signed
from tests.deals.scene import at_stage, expired_signature, folder, grant, group, stored

pytestmark = pytest.mark.django_db
MEGABYTE = 1024**2


@pytest.fixture
def other(world: SimpleNamespace) -> SimpleNamespace:
    """Another deal of the same people, in which bo has every right."""
    with acting_as(Origin(actor=world.ming.pk)):
        deal = open_deal(actor=world.ming, code_name="Maple", deal_type=DealType.ASSETS, lead=world.lea)
        signed(world.bo, deal_id=deal.pk)
    at_stage(deal, Stage.RETENTION)
    there = SimpleNamespace(**{**world.__dict__, "deal": deal, "room": deal.room})
    there.one = folder(there, "All")
    there.buyers = group(there, "Acorn again", world.bo)
    grant(there, there.buyers, there.one, Level.MANAGE)
    return there


def paths(deal: Deal, file: File, version: FileVersion) -> Iterator[str]:
    """Every address that leads to the bytes of a file."""
    yield reverse("deals:file", args=[deal.pk, file.pk])
    yield reverse("deals:page", args=[deal.pk, version.pk, 1])
    yield reverse("deals:original", args=[deal.pk, version.pk])


def test_idor_ids_of_another_room_under_ones_own_deal(world: SimpleNamespace, other: SimpleNamespace) -> None:
    version = stored(world, world.two, "a.txt", b"x")
    browser = client_of(world.bo)
    for path in paths(other.deal, version.file, version):
        assert browser.get(path).status_code == 404, path
    for path in paths(world.deal, version.file, version):
        assert browser.get(path).status_code == 404, path


def test_guessed_version_ids(world: SimpleNamespace) -> None:
    for name in ("page", "original"):
        args = [world.deal.pk, uuid4(), *([1] if name == "page" else [])]
        assert client_of(world.bo).get(reverse(f"deals:{name}", args=args)).status_code == 404


@pytest.mark.parametrize("ending", ["revoked", "expired", "never signed"])
def test_i2_a_link_held_without_a_valid_undertaking(world: SimpleNamespace, ending: str) -> None:
    version = stored(world, world.one, "a.txt", b"x")
    world.sam.groups.add(world.buyers.auth_group)
    grant(world, world.buyers, world.one, Level.MANAGE)
    if ending == "revoked":
        with acting_as(Origin(actor=world.olivia.pk)):
            revoke_nda(actor=world.olivia, signature=signed(world.sam, deal_id=world.deal.pk))
    elif ending == "expired":
        expired_signature(world.sam, world.deal.pk)
    browser = client_of(world.sam)
    for path in paths(world.deal, version.file, version):
        assert browser.get(path).status_code == 404, path
    assert browser.get(reverse("deals:room", args=[world.deal.pk])).status_code == 404
    assert browser.get(reverse("deals:folder", args=[world.deal.pk, world.one.pk])).status_code == 404


def test_i3_a_refused_path_is_in_the_log(world: SimpleNamespace) -> None:
    version = stored(world, world.one, "a.txt", b"x")
    client_of(world.ben).get(reverse("deals:original", args=[world.deal.pk, version.pk]))
    entry = LogEntry.objects.get(object_id=version.pk, actor=world.ben.pk)
    assert (entry.action, entry.result, entry.deal) == ("file.download", "refused", world.deal.pk)


def cut_off(world: Any, shut: Any) -> int:
    """Bytes that bo still got after `shut`, of a download under way."""
    version = stored(world, world.one, "a.bin", bytes(12 * MEGABYTE))
    grant(world, world.buyers, world.one, Level.ORIGINAL)
    answer = client_of(world.bo).get(reverse("deals:original", args=[world.deal.pk, version.pk]))
    stream, received = iter(answer.streaming_content), 0
    while received < MEGABYTE:
        received += len(next(stream))
    shut()
    with suppress(CutOff):
        for piece in stream:
            received += len(piece)
    return received


def test_a_grant_revoked_while_the_download_runs(world: SimpleNamespace) -> None:
    assert cut_off(world, lambda: grant(world, world.buyers, world.one, Level.VIEW)) <= 5 * MEGABYTE
    assert LogEntry.objects.filter(actor=world.bo.pk, action="file.download", result="refused").exists()


def test_a_leaver_disabled_while_the_download_runs(world: SimpleNamespace) -> None:
    def disable() -> None:
        User.objects.filter(pk=world.bo.pk).update(is_active=False, disabled_at=timezone.now())

    assert cut_off(world, disable) <= 5 * MEGABYTE


def test_an_undertaking_revoked_while_the_download_runs(world: SimpleNamespace) -> None:
    def revoke() -> None:
        with acting_as(Origin(actor=world.olivia.pk)):
            revoke_nda(actor=world.olivia, signature=NdaSignature.objects.get(person=world.bo))

    assert cut_off(world, revoke) <= 5 * MEGABYTE


def test_rivals_never_learn_of_each_other(world: SimpleNamespace) -> None:
    stored(world, world.one, "for acorn.txt", b"x")
    browser = client_of(world.ben)
    for path in (
        reverse("deals:rooms"),
        reverse("deals:room", args=[world.deal.pk]),
        reverse("deals:folder", args=[world.deal.pk, world.two.pk]),
    ):
        said = browser.get(path).content.decode()
        for secret in ("Acorn", "Finance", "for acorn", str(world.buyers.pk)):
            assert secret not in said, (path, secret)
    for name, args in (
        ("group", [world.buyers.pk]),
        ("rights", []),
        ("right", [world.rivals.pk, world.two.pk]),
    ):
        assert browser.get(reverse(f"deals:{name}", args=[world.deal.pk, *args])).status_code == 404


def test_the_group_of_another_deal_in_the_rights_form(world: SimpleNamespace, other: SimpleNamespace) -> None:
    browser = client_of(world.ming)
    for group_id, folder_id in ((other.buyers.pk, world.one.pk), (world.buyers.pk, other.one.pk)):
        path = reverse("deals:right", args=[world.deal.pk, group_id, folder_id])
        assert browser.post(path, {"level": "5"}).status_code == 404
    version = stored(world, world.one, "a.txt", b"x")
    path = reverse("deals:file_rights", args=[world.deal.pk, version.file_id])
    assert browser.post(path, {"group": other.buyers.pk, "level": "5"}).status_code == 404
    assert not FolderGrant.objects.filter(group=other.buyers.auth_group, content_object=world.one).exists()


def test_i2_the_database_refuses_a_grant_across_rooms(world: SimpleNamespace, other: SimpleNamespace) -> None:
    existing = FolderGrant.objects.filter(content_object=world.one).first()
    with pytest.raises(IntegrityError, match="grant_within_one_room"), transaction.atomic():
        FolderGrant.objects.create(
            group=other.buyers.auth_group, content_object=world.one, permission=existing.permission
        )


def test_mass_assignment_in_the_forms(world: SimpleNamespace) -> None:
    """Fields that the page does not offer change nothing."""
    grant(world, world.buyers, world.one, Level.MANAGE)
    opens_at = world.one.opens_at
    path = reverse("deals:folder_edit", args=[world.deal.pk, world.one.pk])
    sent = {
        "title": "Finance",
        "opens_at": "1",
        "room": str(uuid4()),
        "parent": str(world.two.pk),
        "position": "9",
    }
    assert client_of(world.bo).post(path, sent).status_code == 302
    changed = Folder.objects.get(pk=world.one.pk)
    assert (changed.opens_at, changed.parent_id, changed.position) == (opens_at, None, 1)
    path = reverse("deals:group", args=[world.deal.pk, world.buyers.pk])
    sent = {"title": "Acorn", "stage": "6", "kind": "seller", "auth_group": "1", "until": ""}
    assert client_of(world.lea).post(path, sent).status_code == 302
    assert RoomGroup.objects.get(pk=world.buyers.pk).kind == "buyer"


def test_levels_that_are_not_offered_cannot_be_set(world: SimpleNamespace) -> None:
    path = reverse("deals:right", args=[world.deal.pk, world.buyers.pk, world.two.pk])
    for level in ("1", "3", "4", "8", "-1", "MANAGE"):
        assert client_of(world.ming).post(path, {"level": level}).status_code == 200
    assert not FolderGrant.objects.filter(content_object=world.two, group=world.buyers.auth_group).exists()


def test_a_buyer_cannot_upload_or_rename_with_a_right_to_view(world: SimpleNamespace) -> None:
    version = stored(world, world.one, "a.txt", b"x")
    browser = client_of(world.bo)
    for name, args in (
        ("upload", [world.one.pk]),
        ("file_rename", [version.file_id]),
        ("folder_edit", [world.one.pk]),
    ):
        path = reverse(f"deals:{name}", args=[world.deal.pk, *args])
        assert browser.post(path, {"name": "b", "title": "b"}).status_code == 404, name


def test_i7_no_name_of_the_room_leaves_it(world: SimpleNamespace) -> None:
    """Titles, file names and the target's name are in no column of the database in the clear."""
    stored(world, world.one, "Zhejiang Silk Co annual report.txt", b"x")
    with acting_as(Origin(actor=world.lea.pk)):
        client_of(world.lea).post(
            reverse("deals:deal_target", args=[world.deal.pk]), {"name": "Zhejiang Silk Co"}
        )
    assert (
        "Zhejiang Silk Co"
        in client_of(world.lea).get(reverse("deals:deal", args=[world.deal.pk])).content.decode()
    )
    with connection.cursor() as cursor:
        for table in ("deal", "room", "folder", "file", "fileversion", "roomgroup"):
            cursor.execute(
                f"select count(*) from deals_{table} t where t::text ~ 'Zhejiang|Silk|Finance|Acorn'"
            )
            assert cursor.fetchone() == (0,), table
            cursor.execute(
                f"select count(*) from deals_{table} t where t::text ~ encode('Silk'::bytea, 'hex')"
            )
            assert cursor.fetchone() == (0,), table


def test_a_range_of_the_original(world: SimpleNamespace) -> None:
    data = bytes(range(256)) * 200
    version = stored(world, world.one, "a.bin", data)
    path = reverse("deals:original", args=[world.deal.pk, version.pk])
    browser = client_of(world.ming)
    part = browser.get(path, headers={"range": "bytes=100-20000"})
    assert part.status_code == 206
    assert b"".join(part.streaming_content) == data[100:20001]
    assert part["Content-Range"] == f"bytes 100-20000/{len(data)}"
    tail = browser.get(path, headers={"range": "bytes=-10"})
    assert b"".join(tail.streaming_content) == data[-10:]
    assert browser.get(path, headers={"range": f"bytes={len(data)}-"}).status_code == 416
    whole = browser.get(path, headers={"range": "bytes=0-1,5-6"})
    assert whole.status_code == 200
    assert b"".join(whole.streaming_content) == data


def test_the_original_is_never_run_by_the_browser(world: SimpleNamespace) -> None:
    version = stored(world, world.one, 'a";\r\n.html', b"<script>alert(1)</script>")
    answer = client_of(world.ming).get(reverse("deals:original", args=[world.deal.pk, version.pk]))
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    assert "\n" not in answer["Content-Disposition"]
