"""Copies of copies, groups that come between, work that was begun anew: what a copy hides stays hidden."""

import io
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from PIL import Image

from deals.models import File, FileVersion, Redaction
from deals.redaction import applying, rights, searching, services
from deals.redaction.boxes import Box
from deals.redaction.finding import Kind
from deals.redaction.models import State, Why
from deals.rooms.access import may
from deals.rooms.levels import Level
from deals.rooms.models import GroupKind
from tests.cast import client_of, signed
from tests.deals.redaction.desk import MARK, at, begun, copied, given_out, step, work_of, worked
from tests.deals.scene import grant, group

pytestmark = pytest.mark.django_db


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 64), "white").save(file, "PNG")
    return file.getvalue()


PICTURE = picture()
KEPT = {"details": "kept", "whole": "whole"}  # the rest of the form that uploads


def own_of(world: SimpleNamespace) -> dict[str, Any]:
    """Its maker's redaction, for the services: a request of the test's own would shut the worker's access."""
    return {"actor": world.ming, "deal_id": world.deal.pk, "redaction_id": world.redaction.pk}


def again(world: SimpleNamespace, version: FileVersion) -> File:
    """One more copy, of this version."""
    client_of(world.ming).post(reverse("deals:redact", args=[world.deal.pk, version.pk]))
    world.redaction = Redaction.objects.get(state=State.DRAFT)
    return File.objects.get(pk=copied(world).copy.file_id)


def test_a_copy_of_a_copy_withholds_the_original_too(world: SimpleNamespace) -> None:
    """Somebody looks the copy through, finds what was missed, and redacts the copy."""
    sellers = group(world, "Willow & Sons", world.sam, kind=GroupKind.SELLER)
    signed(world.sam, deal_id=world.deal.pk)
    grant(world, sellers, world.one, Level.ORIGINAL)
    begun(world, name="合同.png", data=PICTURE)
    first = copied(world).copy
    second = again(world, first)
    page = client_of(world.lea).get(at(world, "give")).content.decode()
    assert page.count('value="both" selected') == 1  # the sellers keep their paper, as of a first copy
    world.sellers = sellers
    given_out(world, sellers="both")
    assert may(world.bo, second, Level.VIEW)
    assert not may(world.bo, first.file, Level.VIEW)
    assert not may(world.bo, world.file, Level.VIEW)
    assert may(world.sam, world.file, Level.ORIGINAL)
    late = group(world, "Late", world.ben)
    grant(world, late, world.one, Level.MANAGE)
    assert may(world.ben, second, Level.VIEW)
    assert not may(world.ben, first.file, Level.VIEW)
    assert not may(world.ben, world.file, Level.VIEW)


def test_a_copy_takes_back_the_copies_of_earlier_copies(world: SimpleNamespace) -> None:
    begun(world, name="合同.png", data=PICTURE)
    first = copied(world).copy
    given_out(world)
    second = again(world, first)
    given_out(world)
    third = again(world, world.version)
    given_out(world)
    late = group(world, "Late", world.ben)
    grant(world, late, world.one, Level.VIEW)
    for person in (world.bo, world.ben):
        seen = [may(person, file, Level.VIEW) for file in (world.file, first.file, second, third)]
        assert seen == [False, False, False, True]


def test_marks_added_while_a_stopped_worker_draws_are_painted(
    world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped, marked and begun anew before the worker asks again: it finishes nothing with the old marks."""
    begun(world, name="合同.png", data=PICTURE)
    browser, draw = client_of(world.ming), applying.draw_sheet
    step(browser, world, "mark", **MARK)
    step(browser, world, "apply", reason="redact.personal")

    def slowly(*told: object) -> object:
        own = own_of(world)
        services.stop(**own)
        services.mark(**own, box=Box(1, 0.1, 0.6, 0.7, 0.9))
        services.apply(**own, reason=Why.PERSONAL, name="copy")
        return draw(*told)  # type: ignore[arg-type]

    painted: list[int] = []
    paint: Callable[..., object] = applying.picture_of
    monkeypatch.setattr(
        applying, "picture_of", lambda page, boxes: painted.append(len(boxes)) or paint(page, boxes)
    )
    with monkeypatch.context() as patch:
        patch.setattr(applying, "draw_sheet", slowly)
        assert worked(world).state == State.APPLYING
    assert File.objects.count() == 1
    assert len(work_of(world).marks) == 2
    assert worked(world).state == State.DONE
    assert painted == [1, 2]


def test_proposals_of_a_stopped_search_are_not_those_of_the_next(
    world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(world)
    browser, read = client_of(world.ming), searching.read_outlines
    step(browser, world, "search", kinds=["phone"])

    def slowly(*told: object) -> object:
        services.stop(**own_of(world))
        services.search(**own_of(world), kinds=[Kind.EMAIL], words=[])
        return read(*told)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(searching, "read_outlines", slowly)
        assert worked(world).state == State.SEARCHING
    worked(world)
    assert {each.kind for each in work_of(world).proposals} == {"email"}


def test_nobody_puts_a_version_onto_a_file_that_is_withheld_from_them(world: SimpleNamespace) -> None:
    """A right to upload into the folder neither replaces the original unseen, nor says that it is there."""
    grant(world, world.buyers, world.one, Level.UPLOAD)
    begun(world, name="合同.png", data=PICTURE)
    copy = copied(world).copy.file
    address = reverse("deals:upload", args=[world.deal.pk, world.one.pk])
    sent = {"file": SimpleUploadedFile("合同 (redacted).pdf", b"%PDF-1.4 mine"), **KEPT}
    assert client_of(world.bo).post(address, sent).status_code == 302
    assert FileVersion.objects.filter(file=copy).count() == 1
    given_out(world)
    sent = {"file": SimpleUploadedFile("合同.png", PICTURE), **KEPT}
    assert client_of(world.bo).post(address, sent).status_code == 302
    assert FileVersion.objects.filter(file=world.file).count() == 1
    assert File.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_a_group_that_is_made_while_a_copy_is_given_out_finds_the_original_closed(
    world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever gives out has read the groups; one made now would be closed by nobody. So it waits."""
    begun(world, name="合同.png", data=PICTURE)
    copy = copied(world).copy.file
    ended, read, threads = threading.Event(), rights.shares, []

    def make() -> None:
        try:
            world.late = group(world, "Late")
        finally:
            connection.close()
            ended.set()

    def shares(redaction: Redaction) -> list[rights.Share]:
        found = read(redaction)
        if connection.in_atomic_block:  # behind the lock, and not for the form
            threads.append(threading.Thread(target=make))
            threads[0].start()
            while not ended.is_set() and not _waits_for_a_lock():
                ended.wait(0.02)
        return found

    monkeypatch.setattr(rights, "shares", shares)
    given_out(world)
    threads[0].join()
    grant(world, world.late, world.one, Level.VIEW)
    world.ben.groups.add(world.late.auth_group_id)
    assert not may(world.ben, world.file, Level.VIEW)
    assert may(world.ben, copy, Level.VIEW)


def _waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select exists (select from pg_locks where not granted)")
        return bool(cursor.fetchone()[0])
