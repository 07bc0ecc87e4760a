"""What the key pages say of where root keys and their copies lie is what database and provider know."""

import html
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError
from django.urls import reverse

from people.roles.models import RoleCode
from tests.cast import client_of, hold
from tests.vault.custody import making
from tests.vault.custody.test_moving import named
from tests.vault.custody.test_recovery import cheap_argon, run
from tests.vault.custody.test_recovery_by_two_of_three import copied
from tests.vault.keys.providers.test_awskms import REGION, Kms, kms, kms_server
from tests.vault.keys.providers.test_pkcs11 import tokens
from tests.vault.keys.providers.transit_server import TransitServer
from tests.vault.records.makers import acting, add
from vault.custody.copies.services import share_gone
from vault.custody.models import BackupContent, BackupPlace, KeyringBackup, RecoveryCopy
from vault.custody.recovery_state import recovery_state
from vault.keys import inventory
from vault.keys.providers import provider
from vault.records.models import ClientBook

__all__ = ["cheap_argon", "kms", "kms_server", "named", "tokens"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("as_worker")]

KEEPS_ITS_OWN = "It gives out no root keys; whoever runs it makes its copies."
NO_COPY = "No recovery copy of the root keys"


@pytest.fixture
def transit_server(tmp_path: Path) -> Iterator[TransitServer]:
    server = TransitServer()
    server.start()
    (tmp_path / "token").write_text(server.token)
    yield server
    server.stop()


def at_transit(server: TransitServer, tmp_path: Path) -> dict[str, str]:
    return {
        "TRANSIT_ADDRESS": server.address,
        "TRANSIT_MOUNT": "transit",
        "TRANSIT_KEY": "sealroom-root",
        "TRANSIT_CA_FILE": "",
        "TRANSIT_TOKEN_FILE": str(tmp_path / "token"),
        "TRANSIT_ROLE_ID": "",
        "TRANSIT_SECRET_ID_FILE": "",
    }


def at_kms(running: Kms) -> dict[str, str]:
    return {"AWS_KMS_REGION": REGION, "AWS_KMS_PREFIX": running.prefix, "AWS_KMS_ENDPOINT": running.address}


NAMES = {"file": "key file", "pkcs11": "HSM (PKCS#11)", "transit": "Transit", "awskms": "AWS KMS"}


@pytest.fixture(params=NAMES)
def house(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> str:
    """A house at one of the providers, before its first key."""
    named: Callable[..., None] = request.getfixturevalue("named")  # also sets the options of pkcs11
    if request.param == "transit":
        settings.KEY_PROVIDER_OPTIONS = at_transit(request.getfixturevalue("transit_server"), tmp_path)
    if request.param == "awskms":
        settings.KEY_PROVIDER_OPTIONS = at_kms(request.getfixturevalue("kms"))
    named(request.param)
    return str(request.param)


def words(people: SimpleNamespace, url: str = "vault:keys_copies", *args: object) -> str:
    """A page as an officer reads it, without its marks."""
    page = client_of(people.olivia).get(reverse(url, args=args)).content.decode()
    main = page[page.index("<main") :]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_it_names_the_provider_and_says_whose_the_copies_are(
    house: str, people: SimpleNamespace, book: ClientBook
) -> None:
    [root] = inventory.root_versions()
    assert (root.provider, provider().versions()) == (house, [root.id])
    for url in ("vault:keys_copies", "vault:keys"):
        assert f"Version {root.id}, held by: {NAMES[house]}" in words(people, url)
    assert (KEEPS_ITS_OWN in words(people)) is (house != "file")
    assert (NO_COPY in words(people, "vault:keys")) is (house == "file")
    assert "Backups of keys None declared" in words(people, "vault:keys")
    making.rotated(people)
    newest, before = inventory.root_versions()
    assert (newest.state, before.state, provider().versions()) == ("in_force", "destroyed", [newest.id])
    assert f"Version {newest.id}, held by: {NAMES[house]}" in words(people)
    assert re.search(rf"Version {before.id} {re.escape(NAMES[house])} Destroyed", words(people, "vault:keys"))


def test_a_backup_is_there_from_its_declaration_until_its_destruction_is_recorded(
    people: SimpleNamespace, book: ClientBook
) -> None:
    browser, page = client_of(people.olivia), reverse("vault:keys_copies")
    assert "No backup is declared" in words(people)
    for place in BackupPlace:
        browser.post(page, {"taken_at": "2026-01-05T08:00", "holds": "both", "place": place})
    assert KeyringBackup.objects.count() == len(BackupPlace)
    said = words(people)
    assert said.count("The keyring and root keys together Opens alone") == len(BackupPlace)
    for place in BackupPlace:
        assert f"{place.label} Olivia" in said
    assert said.count("Record as destroyed") == len(BackupPlace)
    assert f"Backups of keys {len(BackupPlace)} declared" in words(people, "vault:keys")
    gone = KeyringBackup.objects.get(place=BackupPlace.MEDIUM)
    asked = words(people, "vault:keys_backup_gone", gone.pk)
    assert str(BackupPlace.MEDIUM.label) in asked
    assert str(BackupContent.BOTH.label) in asked
    client_of(people.otto).post(reverse("vault:keys_backup_gone", args=[gone.pk]))
    said = words(people)
    assert said.count("Record as destroyed") == said.count("Opens alone") == len(BackupPlace) - 1
    assert re.search(rf"{BackupPlace.MEDIUM.label} Olivia · \S.*? Destroyed · .*? · Otto", said)
    assert f"Backups of keys {len(BackupPlace) - 1} declared" in words(people, "vault:keys")


def test_a_backup_of_before_the_question_holds_both_if_a_key_file_was_there(
    people: SimpleNamespace, book: ClientBook, superuser: Any
) -> None:
    [root] = inventory.root_versions()
    assert root.provider == "file"
    took = {"declared_by": people.olivia, "place": BackupPlace.SERVER}
    before = KeyringBackup.objects.create(taken_at=root.created_at - timedelta(minutes=2), **took)
    within = KeyringBackup.objects.create(taken_at=root.created_at.replace(second=0, microsecond=0), **took)
    with superuser.cursor() as cursor:
        cursor.execute(import_module("vault.migrations.0031_copies").FILL)
        before.refresh_from_db()
        within.refresh_from_db()
        assert (before.holds, within.holds) == (BackupContent.KEYRING, BackupContent.BOTH)
        cursor.execute("update keyring.root_version set provider = 'pkcs11'")
        cursor.execute(import_module("vault.migrations.0031_copies").FILL)
    within.refresh_from_db()
    assert within.holds == BackupContent.KEYRING


def test_a_recovery_copy_stands_there_with_its_holders_until_too_few_shares_are_left(
    people: SimpleNamespace, book: ClientBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(people.lea, RoleCode.COMPLIANCE_OFFICER)
    assert "No recovery copy" in words(people)
    copied(tmp_path / "usb", monkeypatch)
    copy = RecoveryCopy.objects.get()
    holders = [share.holder.display_name for share in copy.shares.select_related("holder").order_by("number")]
    assert holders == ["Olivia", "Otto", "Lea"]
    assert f" {copy.root_version} Opens: 2 needed, 3 left" in words(people)
    assert all(f"{holder} Record as destroyed" in words(people) for holder in holders)
    keys = words(people, "vault:keys")
    assert NO_COPY not in keys
    assert f"2 of 3 shares, version {copy.root_version}" in keys
    assert "The recovery copy was never rehearsed" in keys
    making.rotated(people)
    assert "The recovery copy is of an older root key" in words(people, "vault:keys")
    assert f" {copy.root_version} Opens: 2 needed, 3 left" in words(people)  # the shares still hold it
    for number, state in ((1, "Opens: 2 needed, 2 left"), (2, "Opens nothing any more")):
        with acting(people.olivia):
            share_gone(actor=people.olivia, copy_id=copy.pk, number=number)
        said = words(people)
        assert state in said
        assert said.count("Record as destroyed") == 3 - number
    assert re.search(r"Otto Destroyed · .*? · Olivia", said)


def test_in_a_move_it_tells_where_the_key_is_and_not_where_the_settings_point(
    people: SimpleNamespace,
    book: ClientBook,
    named: Callable[..., None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Between the new settings and the rotation the key file still holds everything: losing it loses all."""
    add(book)
    hold(people.lea, RoleCode.COMPLIANCE_OFFICER)
    named("pkcs11", before="file")
    [root] = inventory.root_versions()
    said = words(people)
    assert f"Version {root.id}, held by: key file" in said
    assert KEEPS_ITS_OWN not in said
    assert NO_COPY in words(people, "vault:keys")
    copied(tmp_path / "usb", monkeypatch)  # and as it asks for one, one can be made
    assert recovery_state(root).copy is not None
    making.rotated(people)
    newest, before = inventory.root_versions()
    said = words(people)
    assert f"Version {newest.id}, held by: HSM (PKCS#11) · {KEEPS_ITS_OWN}" in said
    assert f" {before.id} Opens: 2 needed, 3 left" in said  # what opens old backups of the keyring
    named("pkcs11")
    assert not recovery_state(newest).problem
    public = [(name, str(tmp_path / "usb" / f"{name}.pub")) for name in ("olivia", "otto")]
    holders = [word for pair in public for word in ("--holder", *pair)]
    with pytest.raises(CommandError, match=r"backup|备份"):
        run(monkeypatch, "recovery_copy", str(tmp_path / "x"), "--as", "olivia", "--needed", "2", *holders)
    named("file", before="pkcs11")
    making.rotated(people)
    said = words(people)
    assert "held by: key file" in said
    assert KEEPS_ITS_OWN not in said
    assert "The recovery copy is of an older root key" in words(people, "vault:keys")
