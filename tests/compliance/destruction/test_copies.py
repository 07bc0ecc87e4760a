"""What a certificate says of copies outside the keyring is true: it counts what could bring a key back."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from compliance.destruction import tasks
from compliance.destruction.models import DestructionRun
from compliance.destruction.words import Copy
from people.accounts.models import User
from tests.cast import client_of
from tests.compliance import world
from vault.crypto import recovery as crypto
from vault.crypto.keywrap import KeyKind, WrappingKey, unwrap_key
from vault.custody.copies.services import backup_gone, declare_backup, share_gone
from vault.custody.models import BackupContent, BackupPlace, KeyringBackup, KeyRotation, RecoveryShare
from vault.custody.recovery import ShareFile, make_copy, recovered
from vault.custody.running import carry_out
from vault.custody.services import ask_for_rotation
from vault.keys.providers import provider

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_root_keys(settings: Any, tmp_path: Any) -> Any:
    settings.KEYS_DIR = tmp_path / "keys"
    provider.cache_clear()
    yield
    provider.cache_clear()


@pytest.fixture
def everybody() -> dict[str, User]:
    return world.people()


@pytest.fixture
def due(everybody: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Three clients whose time is over."""
    monkeypatch.setattr(tasks.run, "delay", lambda run_id: None)
    world.rule_of(everybody["olivia"])
    book = world.book_of(everybody["ming"])
    return world.clients_in(book, everybody["ming"], 3, age=world.LONG_AGO)


def destroyed(everybody: dict[str, User], as_worker: Any) -> DestructionRun:
    run = world.ordered(everybody)
    with as_worker():
        tasks.run(str(run.pk))
    return run


def shown(run: DestructionRun, officer: User) -> dict[str, Copy]:
    page = client_of(officer).get(reverse("compliance:destruction_certificate", args=[run.pk]))
    places = ["keyring", "index", "caches", "data", "backups", "root_copies", "shares", "physical"]
    return dict(zip(places, page.context["copies"], strict=True))


def recovery_copy(everybody: dict[str, User]) -> tuple[Any, Any]:
    """Split between two officers: the copy, and the shares with their holders' keys."""
    keys = [crypto.new_recovery_key() for _ in range(2)]
    officers = [everybody["olivia"], everybody["otto"]]
    with acting_as(Origin(actor=officers[0].pk)):
        copy, files = make_copy(
            actor=officers[0],
            threshold=2,
            holders=[(officer, key.public) for officer, key in zip(officers, keys, strict=True)],
        )
    return copy, [(ShareFile(file), key) for file, key in zip(files, keys, strict=True)]


def written(run: DestructionRun) -> list[dict[str, Any]]:
    """The certificate's own words on copies, as they were issued."""
    run.refresh_from_db()
    found: list[dict[str, Any]] = json.loads(run.certificate.content)["copies"]
    return found


def rotated(everybody: dict[str, User], as_worker: Any) -> None:
    with acting_as(Origin(actor=everybody["olivia"].pk)):
        request = ask_for_rotation(actor=everybody["olivia"], reason="End of the quarter")
    world.approve(request, everybody["otto"])
    with as_worker(), acting_as(Origin(actor=everybody["olivia"].pk)):
        carry_out(KeyRotation.objects.get(approval_id=request.pk).pk)


def test_i6_shares_and_an_old_keyring_do_bring_a_key_back_and_the_certificate_says_so(
    everybody: dict[str, User], due: Any, as_worker: Any, superuser: Any
) -> None:
    client = next(iter(due))
    copy, shares = recovery_copy(everybody)
    with superuser.cursor() as cursor:  # a backup of the keyring, taken before
        cursor.execute(
            "select k.id, k.wrapped, p.id, p.wrapped, p.root_version, p.compartment from keyring.key k"
            " join keyring.key p on p.id = k.parent where k.owner = %s",
            [str(client)],
        )
        [[key_id, wrapped, parent_id, parent_wrapped, version, compartment]] = cursor.fetchall()
    run = destroyed(everybody, as_worker)
    roots = recovered(shares)
    bound = UUID(str(compartment)).bytes
    parent = unwrap_key(
        WrappingKey(version, roots[version]),
        bytes(parent_wrapped),
        key_id=parent_id,
        kind=KeyKind.COMPARTMENT,
        owner=bound,
        compartment=bound,
    )
    assert unwrap_key(
        WrappingKey(parent_id, parent),
        bytes(wrapped),
        key_id=key_id,
        kind=KeyKind.SUBJECT,
        owner=client.bytes,
        compartment=bound,
    )
    with superuser.cursor() as cursor:  # the shares alone have nothing to unwrap
        cursor.execute("select count(*) from keyring.key where owner = %s", [str(client)])
        assert cursor.fetchone() == (0,)
    [said] = [one for one in written(run) if one["place"] == "recovery_shares"]
    assert (said["state"], said["dies_at"]) == ("reach_back", None)
    assert said["copies"][0][0] == str(copy.pk)
    now = shown(run, everybody["olivia"])
    assert now["shares"].dies_at is None
    assert now["physical"].dies_at is None


def test_the_last_copy_dies_with_the_root_version_and_its_shares_and_not_before(
    everybody: dict[str, User], due: Any, as_worker: Any
) -> None:
    copy, _ = recovery_copy(everybody)
    run = destroyed(everybody, as_worker)
    olivia = everybody["olivia"]
    rotated(everybody, as_worker)
    assert shown(run, olivia)["physical"].dies_at is None  # the shares still hold the old root version
    late, _ = recovery_copy(everybody)  # of the new root version: it reaches nothing of before
    with acting_as(Origin(actor=olivia.pk)):
        share_gone(actor=olivia, copy_id=copy.pk, number=1)
    over = RecoveryShare.objects.get(copy=copy, number=1).destroyed_at
    now = shown(run, olivia)
    assert now["shares"].dies_at == now["physical"].dies_at == over
    assert late.lost_at is None


def test_a_copy_that_is_made_later_under_the_same_root_reaches_back_too(
    everybody: dict[str, User], due: Any, as_worker: Any
) -> None:
    run = destroyed(everybody, as_worker)
    [said] = [one for one in written(run) if one["place"] == "recovery_shares"]
    assert said["state"] == "none_reach_back"
    assert shown(run, everybody["olivia"])["shares"].dies_at is not None
    recovery_copy(everybody)
    assert shown(run, everybody["olivia"])["shares"].dies_at is None


def declared(
    olivia: User, holds: BackupContent = BackupContent.KEYRING, place: BackupPlace = BackupPlace.SERVER
) -> KeyringBackup:
    with acting_as(Origin(actor=olivia.pk)):
        return declare_backup(actor=olivia, taken_at=timezone.now(), holds=holds, place=place)


def test_a_dump_of_the_keyring_alone_counts_until_it_is_destroyed_or_its_root_key_is_gone(
    everybody: dict[str, User], due: Any, as_worker: Any
) -> None:
    olivia = everybody["olivia"]
    first = declared(olivia, place=BackupPlace.MEDIUM)
    declared(olivia)
    run = destroyed(everybody, as_worker)
    declared(olivia)  # of after
    [said] = [one for one in written(run) if one["place"] == "keyring_backups"]
    assert (said["state"], len(said["backups"])) == ("declared", 2)
    assert shown(run, olivia)["backups"].words.startswith("2 ")
    with acting_as(Origin(actor=olivia.pk)):
        backup_gone(actor=olivia, backup_id=first.pk)
    assert shown(run, olivia)["backups"].words.startswith("1 ")
    rotated(everybody, as_worker)
    now = shown(run, olivia)
    assert now["backups"].dies_at == now["physical"].dies_at is not None


def test_only_officers_declare_and_the_log_keeps_it(everybody: dict[str, User], due: Any) -> None:
    address = reverse("vault:keys_copies")
    taken = {"taken_at": "2026-01-05T08:00", "holds": "both", "place": "medium"}
    assert client_of(everybody["ada"]).post(address, taken).status_code == 404
    assert client_of(everybody["ada"]).get(address).status_code == 200
    browser = client_of(everybody["olivia"])
    late = taken | {"taken_at": (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")}
    assert browser.post(address, late).status_code == 422
    silent = {name: value for name, value in taken.items() if name != "holds"}
    assert browser.post(address, silent).status_code == 422
    assert browser.post(address, taken).status_code == 302
    backup = KeyringBackup.objects.get()
    gone = reverse("vault:keys_backup_gone", args=[backup.pk])
    assert browser.get(gone).status_code == 200
    for _ in range(2):
        assert browser.post(gone).status_code == 302
    backup.refresh_from_db()
    assert backup.destroyed_by == everybody["olivia"]
    own = LogEntry.objects.filter(object_id=backup.pk, object_type=ObjectType.KEYRING_BACKUP)
    entries = own.order_by("at").values_list("action", "fields")
    assert list(entries) == [(Action.KEYS_BACKUP, ["holds.both"]), (Action.KEYS_COPY_GONE, [])]


def test_the_database_takes_no_half_word(everybody: dict[str, User]) -> None:
    now = timezone.now()
    half = {"taken_at": now, "holds": "keyring", "place": "server", "declared_by": everybody["olivia"]}
    for name, wrong in (
        ("holds_something", half | {"holds": "nothing"}),
        ("place_known", half | {"place": "elsewhere"}),
        ("destroyed_by_somebody", half | {"destroyed_at": now}),
        ("taken_before", half | {"taken_at": now + timedelta(days=1)}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            KeyringBackup.objects.create(**wrong)
