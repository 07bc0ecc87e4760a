"""A rotation destroys a root key in the provider and in no copy of it: certificates wait for those, too."""

import json
from typing import Any

import pytest
from django.urls import reverse

from audit.origin import Origin, acting_as
from compliance.destruction.models import CertificateSupplement
from compliance.destruction.tasks import settle_copies
from people.accounts.models import User
from tests.cast import client_of
from tests.compliance.destruction.test_copies import (
    declared,
    destroyed,
    due,
    everybody,
    own_root_keys,
    recovery_copy,
    rotated,
    shown,
    written,
)
from vault.custody.copies.services import backup_gone, share_gone
from vault.custody.models import BackupContent, KeyringBackup

__all__ = ["due", "everybody", "own_root_keys"]
pytestmark = pytest.mark.django_db(transaction=True)


def gone(olivia: User, backup: KeyringBackup) -> Any:
    with acting_as(Origin(actor=olivia.pk)):
        backup_gone(actor=olivia, backup_id=backup.pk)
    backup.refresh_from_db()
    return backup.destroyed_at


def supplements(as_worker: Any) -> list[dict[str, Any]]:
    """After the worker has looked twice: the places that each supplement names, with their states."""
    with as_worker():
        settle_copies()
        settle_copies()
    found = CertificateSupplement.objects.order_by("number").values_list("content", flat=True)
    return [{one["place"]: one for one in json.loads(content)["copies"]} for content in found]


def test_i6_a_backup_that_holds_the_root_keys_too_outlives_every_rotation(
    everybody: dict[str, User], due: Any, as_worker: Any
) -> None:
    olivia = everybody["olivia"]
    both = declared(olivia, BackupContent.BOTH)
    run = destroyed(everybody, as_worker)
    said = {one["place"]: one for one in written(run)}
    assert said["keyring_backups"]["backups"] == said["root_copies"]["backups"]
    assert said["root_copies"]["backups"][0][0::3] == [str(both.pk), "both"]
    rotated(everybody, as_worker)
    now = shown(run, olivia)
    assert now["backups"].dies_at is now["root_copies"].dies_at is now["physical"].dies_at is None
    assert now["backups"].words.startswith("1 ")
    assert supplements(as_worker) == []
    over = gone(olivia, both)
    now = shown(run, olivia)
    assert now["backups"].dies_at == now["root_copies"].dies_at == now["physical"].dies_at == over


def test_a_dump_opens_as_long_as_a_copy_of_its_root_key_does_and_a_supplement_says_when_none_does(
    everybody: dict[str, User], due: Any, as_worker: Any
) -> None:
    olivia = everybody["olivia"]
    declared(olivia)
    run = destroyed(everybody, as_worker)
    late = declared(olivia, BackupContent.ROOT)  # of after the destruction, and of the root key of before
    rotated(everybody, as_worker)
    newer = declared(olivia, BackupContent.ROOT)
    now = shown(run, olivia)
    assert now["backups"].dies_at is now["root_copies"].dies_at is now["physical"].dies_at is None
    assert now["root_copies"].words.startswith("1 ")
    assert supplements(as_worker) == []
    over = gone(olivia, late)
    now = shown(run, olivia)
    assert now["backups"].dies_at == now["root_copies"].dies_at == now["physical"].dies_at == over
    [said] = supplements(as_worker)
    assert said["physical"]["state"] == "past_undoing"
    assert {said[place]["state"] for place in ("keyring_backups", "root_copies")} == {"none_declared"}
    assert newer.destroyed_at is None
    page = client_of(olivia).get(reverse("compliance:destruction_certificate", args=[run.pk]))
    assert "No known copy of a key opens anything any more" in page.content.decode()


def test_a_copy_that_is_found_later_gets_a_further_supplement(
    everybody: dict[str, User], due: Any, as_worker: Any
) -> None:
    olivia = everybody["olivia"]
    copy, _ = recovery_copy(everybody)
    run = destroyed(everybody, as_worker)
    run.refresh_from_db()
    rotated(everybody, as_worker)
    with acting_as(Origin(actor=olivia.pk)):
        share_gone(actor=olivia, copy_id=copy.pk, number=1)
    assert len(supplements(as_worker)) == 1
    found = KeyringBackup.objects.create(taken_at=run.ended_at, place="medium", declared_by=olivia)
    assert found.holds == BackupContent.BOTH  # who does not say is taken to hold what lasts longest
    assert shown(run, olivia)["physical"].dies_at is None
    assert len(supplements(as_worker)) == 1
    gone(olivia, found)
    assert [said["physical"]["state"] for said in supplements(as_worker)] == ["past_undoing"] * 2


def test_what_a_provider_could_bring_back_for_days_is_not_gone_until_then(
    everybody: dict[str, User], due: Any, as_worker: Any, superuser: Any
) -> None:
    """AWS KMS deletes seven days after it is told to; its administrator can cancel that."""
    run = destroyed(everybody, as_worker)
    rotated(everybody, as_worker)
    with superuser.cursor() as cursor:
        cursor.execute("update keyring.root_version set provider = 'awskms' where ended_at is not null")
    assert shown(run, everybody["olivia"])["physical"].dies_at is None
    assert supplements(as_worker) == []
    with superuser.cursor() as cursor:
        cursor.execute("update keyring.root_version set ended_at = ended_at - interval '7 days 1 minute'")
    assert shown(run, everybody["olivia"])["physical"].dies_at is not None
