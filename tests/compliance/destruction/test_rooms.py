"""Exported lists in a deal's room, after somebody of them was destroyed: withheld, and gone by a day."""

import hashlib
import json
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action, Reason, Result
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from compliance.destruction import tasks
from compliance.destruction.approval import DestroyRecords
from compliance.destruction.models import CertificateSupplement, DestructionRun, RoomCopy, RunState
from deals.files import ends
from deals.files import tasks as file_tasks
from deals.files.models import EndedAs, FileVersion, VersionEnd
from deals.rooms.levels import Level
from people.today import due_for
from tests.cast import client_of
from tests.compliance import world
from tests.deals.scene import grant, scene, stored
from tests.vault.disclosures.makers import fill, ready, taken
from tests.vault.purposes.makers import said, told_book
from vault.custody.freezing import services
from vault.custody.freezing.codes import FreezeReason
from vault.disclosures.models import SharedList
from vault.files.store import file_path
from vault.keys import store
from vault.purposes.catalogue import Basis, Purpose
from vault.purposes.codes import Recipient
from vault.records.models import Client, ClientBook

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "客户名单.csv"


@pytest.fixture
def deal(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Four clients in a list that bo, the buyer, may take from Willow's room; the first of them is due."""
    monkeypatch.setattr(tasks.run, "delay", lambda run_id: None)
    monkeypatch.setattr(file_tasks.end_versions, "delay", lambda: None)
    deal = scene(**world.people())
    deal.first = consenting(deal, world.book_of(deal.ming))
    deal.list = taken(ready(deal, deal.lin))
    deal.version = stored(deal, deal.one, NAME, deal.list)
    grant(deal, deal.buyers, deal.one, Level.ORIGINAL)
    Client.objects.filter(pk=deal.first).update(created_at=timezone.now() - world.LONG_AGO)
    world.rule_of(deal.olivia)
    return deal


def destroyed(deal: SimpleNamespace, as_worker) -> DestructionRun:
    """What is due, ordered and carried out."""
    run = world.ordered(vars(deal))
    with as_worker():
        tasks.run(str(run.pk))
    run.refresh_from_db()
    assert run.state == RunState.DONE
    return run


def consenting(deal: SimpleNamespace, book: ClientBook) -> UUID:
    """Four clients who have consented to all that is done, being given to a buyer too; the first one's id.

    Not on the ground of a contract, which would keep them from destruction as long as it runs.
    """
    told_book(deal.olivia, book, purpose=Purpose.SERVICE, basis=Basis.CONSENT, recipients=[Recipient.BUYER])
    ids = fill(book, 4)
    for client in Client.objects.select_related("book__lead").filter(pk__in=ids):
        for code in ("service.use", "service.sensitive", "service.share.buyer"):
            said(client, code)
    return ids[0]


def fresh(deal: SimpleNamespace) -> bytes:
    return taken(ready(deal, deal.lin))


def uploaded(deal: SimpleNamespace, data: bytes, *, name: str = NAME, by: str = "ming") -> HttpResponse:
    return client_of(getattr(deal, by)).post(
        reverse("deals:upload", args=[deal.deal.pk, deal.one.pk]),
        {"file": SimpleUploadedFile(name, data), "whole": "whole"},
        follow=True,
    )


def settle(as_worker) -> None:
    with as_worker():
        file_tasks.end_versions()
        tasks.settle_copies()


def overdue(monkeypatch: pytest.MonkeyPatch) -> None:
    later = timezone.now() + ends.REPLACE_WITHIN + timedelta(minutes=1)
    monkeypatch.setattr(ends.timezone, "now", lambda: later)


def items(deal: SimpleNamespace, who: str = "lea") -> list[str]:
    return [item.url for item in due_for(getattr(deal, who)) if item.url == reverse("deals:ending")]


def page(deal: SimpleNamespace, who: str) -> str:
    address = reverse("deals:file", args=[deal.deal.pk, deal.version.file_id])
    return client_of(getattr(deal, who)).get(address).content.decode()


def is_sealed(version: FileVersion) -> bool:
    """Whether the version's key and content are still there."""
    [key] = store.copies([version.pk])
    assert key.live == file_path(version.pk).exists()
    return key.live


def freeze(deal: SimpleNamespace) -> None:
    with acting_as(Origin(actor=deal.olivia.pk)):
        services.freeze(actor=deal.olivia, compartment=deal.room.pk, reason=FreezeReason.LEAK)


class Killed(BaseException):
    """As a signal: nothing catches it."""


def killed_at(monkeypatch: pytest.MonkeyPatch, where: str, as_worker) -> None:
    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as broken, as_worker():
        broken.setattr(ends, where, killed)
        with pytest.raises(Killed):
            file_tasks.end_versions()


def answer(deal: SimpleNamespace, who: str, version: FileVersion) -> HttpResponse:
    return client_of(getattr(deal, who)).get(reverse("deals:original", args=[deal.deal.pk, version.pk]))


def test_i6_no_list_in_a_room_brings_the_destroyed_back(deal: SimpleNamespace, as_worker) -> None:
    destroyed(deal, as_worker)
    for who in ("bo", "lea", "ming"):  # a buyer, a colleague, and who put it there
        got = answer(deal, who, deal.version)
        assert got.status_code == 403
        assert not got.streaming
        assert ("were destroyed" in got.content.decode()) == (who != "bo")
        refusal = LogEntry.objects.using("audit").get(
            action=Action.FILE_DOWNLOAD, actor=getattr(deal, who).pk, result=Result.REFUSED
        )
        assert (refusal.object_id, refusal.reason) == (deal.version.file_id, Reason.LIST_WITHHELD)
    learns_nothing(deal)
    attack_the_same_list_again(deal)
    attack_the_name_and_the_day(deal)
    assert items(deal, "lea") == items(deal, "ming") == [reverse("deals:ending")]
    assert items(deal, "lin") == []
    assert "Willow" in client_of(deal.lea).get(reverse("deals:ending")).content.decode()
    uploaded(deal, fresh(deal))
    assert items(deal) == []
    newer = FileVersion.objects.get(file=deal.version.file_id, number=2)
    assert (answer(deal, "bo", newer).status_code, answer(deal, "lea", deal.version).status_code) == (
        200,
        403,
    )
    settle(as_worker)
    assert (is_sealed(deal.version), is_sealed(newer)) == (False, True)
    assert VersionEnd.objects.get().ended_as == EndedAs.REPLACED
    assert CertificateSupplement.objects.count() == 1


def learns_nothing(deal: SimpleNamespace) -> None:
    """The buyer, of why."""
    shown = (page(deal, "bo") + answer(deal, "bo", deal.version).content.decode()).lower()
    assert "cannot be taken out now" in shown
    for word in ("destroy", "withheld", "consent", "list of clients"):
        assert word not in shown


def attack_the_same_list_again(deal: SimpleNamespace) -> None:
    """Under the same name, another one, in another order, by the lead, an agent and the buyer."""
    grant(deal, deal.buyers, deal.one, Level.MANAGE)
    shuffled = b"\n".join(sorted(deal.list.splitlines()[2:]))
    for name, who in ((NAME, "ming"), ("又一份.csv", "lea"), (NAME, "bo")):
        words = uploaded(deal, shuffled, name=name, by=who).content.decode()
        assert "Nothing was kept" in words
        assert ("data were destroyed" in words) == (who != "bo")
    grant(deal, deal.buyers, deal.one, Level.ORIGINAL)
    assert FileVersion.objects.count() == 1
    refusals = LogEntry.objects.using("audit").filter(
        action=Action.FILE_UPLOAD, result=Result.REFUSED, deal=deal.deal.pk
    )
    assert [one.reason for one in refusals] == [Reason.LIST_WITHHELD] * 3


def attack_the_name_and_the_day(deal: SimpleNamespace) -> None:
    """Renamed it is the same file; and no row can be made to say another day."""
    rename = reverse("deals:file_rename", args=[deal.deal.pk, deal.version.file_id])
    client_of(deal.lea).post(rename, {"name": "x.csv"})
    assert items(deal)
    client_of(deal.lea).post(rename, {"name": NAME})
    for change in (
        lambda: VersionEnd.objects.update(due_at=timezone.now() + timedelta(days=99)),
        VersionEnd.objects.all().delete,
    ):
        with pytest.raises(IntegrityError, match="version_end_stays"), transaction.atomic():
            change()


def test_i6_what_nobody_replaces_is_destroyed_on_its_day_and_completes_the_certificate(
    deal: SimpleNamespace, as_worker, superuser, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = destroyed(deal, as_worker)
    end = VersionEnd.objects.get()
    assert end.due_at - end.found_at == ends.REPLACE_WITHIN
    [outstanding] = json.loads(run.certificate.content)["room_copies"]
    assert outstanding[:3] == [str(deal.deal.pk), str(deal.version.file_id), str(deal.version.pk)]
    settle(as_worker)
    assert is_sealed(deal.version)
    overdue(monkeypatch)
    with pytest.raises(DatabaseError, match="permission denied"):  # the web login
        file_tasks.end_versions()
    for where in ("remove_sealed_file", "record_change"):
        killed_at(monkeypatch, where, as_worker)
        assert VersionEnd.objects.get().ended_at is None
    freeze(deal)
    settle(as_worker)
    with as_worker(), pytest.raises(ends.RoomFrozen):
        ends.end_version(deal.version.pk)  # as if the freeze came between the list and the deed
    assert "Kept until the freeze" in certificate_page(deal, run)
    assert store.copies([deal.version.pk])[0].live
    with superuser.cursor() as cursor:
        cursor.execute("delete from keyring.locked")
    settle(as_worker)
    settle(as_worker)
    assert not is_sealed(deal.version)
    end.refresh_from_db()
    done = LogEntry.objects.get(action=Action.FILE_DESTROY, object_id=deal.version.file_id)
    assert (end.ended_as, end.entry) == (EndedAs.OVERDUE, done.pk)
    assert (done.object_id, done.deal) == (deal.version.file_id, deal.deal.pk)
    completes(deal, run)
    assert [answer(deal, who, deal.version).status_code for who in ("lea", "bo")] == [403, 403]
    assert "This version is destroyed" in page(deal, "lea")
    learns_nothing(deal)


def certificate_page(deal: SimpleNamespace, run: DestructionRun) -> str:
    address = reverse("compliance:destruction_certificate", args=[run.pk])
    return client_of(deal.olivia).get(address).content.decode()


def completes(deal: SimpleNamespace, run: DestructionRun) -> None:
    """The one supplement, bound to the certificate."""
    supplement = CertificateSupplement.objects.get()
    content = json.loads(supplement.content)
    assert (content["destroyed"], content["certificate"]) == (1, bytes(run.certificate.digest).hex())
    assert {copy["place"] for copy in content["copies"]} >= {"keyring_backups", "physical"}
    assert bytes(supplement.digest) == hashlib.sha256(supplement.content.encode()).digest()
    assert "Copies in rooms: 1 destroyed" in certificate_page(deal, run)
    address = reverse("compliance:destruction_supplement_file", args=[run.pk, 1])
    assert client_of(deal.olivia).get(address).content.decode() == supplement.content


def test_no_copy_is_lost_between_two_orders_and_a_late_upload(deal: SimpleNamespace, as_worker) -> None:
    names_the_copy(deal)
    run = destroyed(deal, as_worker)
    late = stored(deal, deal.one, "late.csv", b"not a list")
    # As an upload that asked before the destruction and was kept after; and what the batch noted is lost.
    SharedList.objects.create(file_id=late.pk, export=SharedList.objects.get().export, by=deal.ming)
    RoomCopy.objects.all().delete()
    due = VersionEnd.objects.get().due_at
    Client.objects.update(created_at=timezone.now() - world.LONG_AGO)
    second = destroyed(deal, as_worker)
    settle(as_worker)
    settle(as_worker)
    pairs = {(one, version) for one in (run.pk, second.pk) for version in (deal.version.pk, late.pk)}
    assert set(RoomCopy.objects.values_list("run_id", "version_id")) == pairs
    assert VersionEnd.objects.get(pk=deal.version.pk).due_at == due
    for version in (deal.version, late):
        given_up(deal, version)
    settle(as_worker)
    assert set(VersionEnd.objects.values_list("ended_as", flat=True)) == {EndedAs.ASKED}
    assert not any(map(is_sealed, (deal.version, late)))
    assert set(CertificateSupplement.objects.values_list("run_id", "number")) == {
        (run.pk, 1),
        (second.pk, 1),
    }


def names_the_copy(deal: SimpleNamespace) -> None:
    """The list before the order, by code name and ids; then the list is dropped."""
    run = world.proposed(deal.olivia)
    preview = DestroyRecords().preview({"run": str(run.pk)})
    assert preview.facts["room_copies"] == [
        [str(deal.deal.pk), "Willow", str(deal.version.file_id), str(deal.version.pk)]
    ]
    assert any("Willow" in str(line) and str(deal.version.file_id) in str(line) for line in preview.lines)
    shown = client_of(deal.olivia).get(reverse("compliance:destruction_run", args=[run.pk]))
    assert "Willow" in shown.content.decode()


def given_up(deal: SimpleNamespace, version: FileVersion) -> None:
    """Destroyed before its day by the lead, whom the page asks once more."""
    address = reverse("deals:version_destroy", args=[deal.deal.pk, version.pk])
    assert client_of(deal.bo).post(address).status_code == 404
    browser = client_of(deal.lea)
    answers = [browser.get(address), browser.post(address), browser.post(address)]
    assert [one.status_code for one in answers] == [200, 302, 404]
    asked = LogEntry.objects.filter(
        action=Action.FILE_DESTROY_ASK, object_id=version.file_id, result=Result.DONE
    )
    assert [one.actor for one in asked] == [deal.lea.pk]
