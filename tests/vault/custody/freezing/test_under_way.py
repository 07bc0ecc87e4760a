"""A freeze stops what is under way: by the next request, or by the next piece of what is streaming."""

from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.db.models.signals import post_save
from django.urls import reverse

from audit.models import LogEntry
from deals.files import reading
from deals.rooms.levels import Level
from tests.cast import client_of
from tests.deals.scene import grant, scene, stored
from tests.vault.custody import making as rotations
from tests.vault.custody.freezing.making import approved, asked, frozen
from tests.vault.custody.test_suites import ordered, phone_of, suites_of
from tests.vault.disclosures.makers import approve, ask, fill, ready
from tests.vault.profiles import other
from tests.vault.records.makers import ZHANG, acting, add, add_many
from tests.vault.records.uploads import start, upload
from vault.crypto.suites import SUITES
from vault.custody.freezing import tasks
from vault.custody.freezing.codes import FreezeReason
from vault.custody.freezing.services import freeze
from vault.custody.suites import moving
from vault.disclosures import freezes
from vault.disclosures.building import build
from vault.disclosures.models import ExportState
from vault.keys import rotation
from vault.keys.errors import CompartmentFrozen
from vault.keys.freezing import frozen_among
from vault.records import rotating
from vault.records.importing import parsing
from vault.records.importing.models import ImportJob, ImportState
from vault.records.importing.tasks import run
from vault.records.models import ClientBook
from vault.records.reading import view_client
from vault.records.search import search

pytestmark = pytest.mark.django_db(transaction=True)


def thawed(book: ClientBook, people: SimpleNamespace) -> None:
    approved(asked(book, people.ming), people.otto)
    tasks.thaw_ordered()
    assert not frozen_among([book.pk])


def freeze_room(world: SimpleNamespace) -> None:
    with acting(world.olivia):
        freeze(actor=world.olivia, compartment=world.room.pk, reason=FreezeReason.LEAK)


def test_a_room_shuts_by_the_next_request(people: SimpleNamespace) -> None:
    world = scene(**vars(people))
    version = stored(world, world.one, "a.txt", b"x")
    grant(world, world.buyers, world.one, Level.ORIGINAL)
    browser = client_of(world.bo)
    pages = [
        reverse("deals:room", args=[world.deal.pk]),
        reverse("deals:folder", args=[world.deal.pk, world.one.pk]),
        reverse("deals:file", args=[world.deal.pk, version.file_id]),
        reverse("deals:original", args=[world.deal.pk, version.pk]),
    ]
    assert [browser.get(page).status_code for page in pages] == [200] * 4
    freeze_room(world)
    assert [browser.get(page).status_code for page in pages] == [423] * 4


def test_a_download_under_way_ends_at_the_next_piece_that_is_asked_for(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = scene(**vars(people))
    monkeypatch.setattr(reading, "ASK_AGAIN", 64 * 1024)
    version = stored(world, world.one, "a.bin", bytes(1024**2))
    grant(world, world.buyers, world.one, Level.ORIGINAL)
    answer = client_of(world.bo).get(reverse("deals:original", args=[world.deal.pk, version.pk]))
    stream, received = iter(answer.streaming_content), 0
    next(stream)
    freeze_room(world)
    with suppress(reading.CutOff):
        received = sum(len(piece) for piece in stream)
        pytest.fail(f"{received} bytes came after the freeze")
    refusal = LogEntry.objects.get(object_id=version.file_id, action="file.download", result="refused")
    assert refusal.actor == world.bo.pk


def test_an_approved_export_is_not_made_of_a_frozen_book(people: SimpleNamespace, book: ClientBook) -> None:
    fill(book, 3)
    export = ask(people.ming, people.lin)
    approve(export, people.lea)
    frozen(book, people.olivia)
    build(export.pk)
    export.refresh_from_db()
    assert (export.state, export.file_id) == (ExportState.FAILED, None)


def test_a_ready_export_of_a_frozen_book_is_not_given_out(
    people: SimpleNamespace, book: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its file lies in another compartment; it is the book in it that counts."""
    fill(book, 3)
    export = ready(people, people.lin)
    monkeypatch.setattr(freezes, "ASK_AGAIN", 1)
    browser, address = client_of(people.ming), reverse("vault:export_download", args=[export.pk])
    under_way = iter(freezes.watched(export, _Pieces()))  # type: ignore[arg-type]
    assert next(under_way) == b"one"
    assert browser.post(address).status_code == 200
    frozen(book, people.olivia)
    with pytest.raises(freezes.CutOff):
        next(under_way)
    assert browser.post(address).status_code == 423
    export.refresh_from_db()
    assert export.downloads == 1


class _Pieces:
    """A file of two pieces."""

    def __enter__(self) -> Any:
        return iter([b"one", b"two"])

    def __exit__(self, *_: object) -> None: ...

    def __iter__(self) -> Any:
        return iter([b"one", b"two"])


@pytest.mark.usefixtures("as_worker")
def test_a_move_between_suites_waits_and_half_moved_reads_after_the_freeze(
    people: SimpleNamespace, book: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_many(book, 4)
    client = add(book)
    monkeypatch.setattr(moving, "BATCH", 2)
    move = ordered(people, book)
    with acting(people.olivia):
        moving._batch(move)
        frozen(book, people.ming)
        moving.carry_out(move.pk)
    assert suites_of(book).count(other()) == 2
    move.refresh_from_db()
    assert move.ended_at is None
    suite = SUITES[other()].name.lower()
    with pytest.raises(CommandError, match="frozen"):
        call_command("reencrypt", "--suite", suite, "--book", str(book.pk), "--as", "olivia", "--json")
    thawed(book, people)
    with acting(people.olivia):
        moving.carry_out(move.pk)
    assert suites_of(book) == [other()] * 5
    client.refresh_from_db()
    assert phone_of(client) == ZHANG["phone"]


@pytest.mark.usefixtures("as_worker")
def test_an_import_under_way_stops_at_its_batch_and_goes_on_after_the_freeze(
    people: SimpleNamespace, book: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsing, "FIRST", 10)
    monkeypatch.setattr(parsing, "BATCH", 10)
    rows = "".join(f"客户{number},139{number:08}\n" for number in range(25))
    with acting(people.ming):
        job = upload(book, f"姓名,手机\n{rows}")
        start(job)

    def after_a_batch(instance: ImportJob, **_: object) -> None:
        if instance.cursor and not frozen_among([book.pk]):
            freeze(actor=people.ming, compartment=book.pk, reason=FreezeReason.LEAK)

    post_save.connect(after_a_batch, sender=ImportJob)
    try:
        with suppress(
            OperationalError
        ):  # from the keyring; the job stays as it is, and beat takes it up again
            run(str(job.pk))
    finally:
        post_save.disconnect(after_a_batch, sender=ImportJob)
    job.refresh_from_db()
    stopped_at = job.cursor
    assert job.state == ImportState.RUNNING
    assert 0 < stopped_at < 25
    with suppress(OperationalError):
        run(str(job.pk))
    job.refresh_from_db()
    assert job.cursor == stopped_at
    thawed(book, people)
    run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.added, job.cursor) == (ImportState.DONE, 25, 25)


@pytest.mark.usefixtures("as_worker")
def test_a_rotation_under_way_goes_on_and_gives_nothing_to_read(
    people: SimpleNamespace, book: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, stretch = add(book), rotation._rewrap_stretch

    def frozen_first(*args: object) -> tuple[int, int]:
        if not frozen_among([book.pk]):
            frozen(book, people.ming)
        return stretch(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(rotation, "_rewrap_stretch", frozen_first)
    assert rotations.rotated(people).state == "done"
    with acting(people.ming), pytest.raises(CompartmentFrozen):
        view_client(actor=people.ming, client_id=client.pk)
    thawed(book, people)
    with acting(people.ming):
        view_client(actor=people.ming, client_id=client.pk)


@pytest.mark.usefixtures("as_worker")
def test_a_rotation_of_the_index_waits_and_ends_after_the_freeze(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client = add(book)
    with acting(people.ming):
        rotating.begin(actor=people.ming, book_id=book.pk)
    frozen(book, people.ming)
    with pytest.raises(CommandError, match=r"frozen|冻结"):
        call_command("rotate_indexes", "--book", str(book.pk), "--as", "ming")
    thawed(book, people)
    with acting(people.ming):
        assert rotating.fill(actor=people.ming, book_id=book.pk).written == 1
        found = search(actor=people.ming, text=ZHANG["phone"]).rows
    assert [row.client.pk for row in found] == [client.pk]
