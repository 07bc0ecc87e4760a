"""Exported lists in a room: known by their marks, counted for all who take them, stopped at the marks,
withheld once somebody of them may not be given away (destroyed: tests/compliance/destruction)."""

import re
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.http import HttpResponseBase
from django.urls import reverse

from audit.actions import Action, Reason
from audit.models import LogEntry
from deals.models import FileVersion, VersionEnd
from deals.rooms.levels import Level
from deals.rooms.models import GroupKind
from people.accounts.models import User
from people.approvals.models import ApprovalRequest, State, Verdict
from people.approvals.services import decide, open_preview
from tests.cast import client_of, signed
from tests.deals.previews.looking import at, begun
from tests.deals.scene import grant, group, stored
from tests.vault.disclosures.makers import fill, ready, taken
from tests.vault.purposes.makers import said, told_book
from tests.vault.records.makers import acting, book_of
from tests.vault.relations.makers import mandate_of
from vault.disclosures.categories import Category
from vault.disclosures.counting import count_disclosure
from vault.disclosures.models import Channel, Disclosure, Export, SharedList
from vault.disclosures.services import ask_review
from vault.purposes.alerts.models import PurposeAlert
from vault.purposes.catalogue import Basis, Purpose
from vault.purposes.codes import Act, Recipient, Unlawful
from vault.records.models import Client, ClientState

pytestmark = pytest.mark.django_db

TO_BUYERS = "service.share.buyer"


@pytest.fixture
def unasked(world: SimpleNamespace) -> Export:
    """Twelve of Ming's clients, who engaged us, exported for Lin. Of buyers they said nothing yet."""
    book = book_of(world.ming)
    service = {"purpose": Purpose.SERVICE, "basis": Basis.CONTRACT}
    told_book(world.olivia, book, **service, recipients=[Recipient.BUYER])
    fill(book, 12)
    for client in Client.objects.filter(book=book).select_related("book__lead"):
        mandate_of(client)
    return ready(world, world.lin)


@pytest.fixture
def export(unasked: Export) -> Export:
    """The same, and all of them have consented to being given to a buyer."""
    for client in people_of(unasked):
        said(client, TO_BUYERS)
    return unasked


def people_of(export: Export) -> list[Client]:
    ids = export.items.values("client_id")
    return list(Client.objects.filter(pk__in=ids).select_related("book__lead").order_by("pk"))


def shared(world: SimpleNamespace, data: bytes, name: str = "客户名单.csv") -> FileVersion:
    version = stored(world, world.one, name, data)
    grant(world, world.buyers, world.one, Level.ORIGINAL)
    return version


def asked_for(world: SimpleNamespace, version: FileVersion, person: User) -> HttpResponseBase:
    address = reverse("deals:original", args=[world.deal.pk, version.pk])
    return client_of(person).get(address)


def take(world: SimpleNamespace, version: FileVersion, person: User) -> int:
    return int(asked_for(world, version, person).status_code)


def file_page(world: SimpleNamespace, version: FileVersion, person: User) -> str:
    address = reverse("deals:file", args=[world.deal.pk, version.file_id])
    return client_of(person).get(address).content.decode()


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


def test_an_officer_is_asked_about_whoever_was_stopped_and_lets_nobody_else_pass(
    world: SimpleNamespace, export: Export
) -> None:
    version = shared(world, taken(export))
    grant(world, world.rivals, world.one, Level.ORIGINAL)
    with acting(world.ming):  # what was seen of one's own looks lets nothing out of a room
        ask_review(actor=world.ming, purpose="service", reason="季度回访")
    approved(ApprovalRequest.objects.get(state=State.PENDING), world.olivia)
    count_disclosure(
        person=world.ming,
        recipient=world.lin.pk,
        purpose="service",
        channel=Channel.SHARE,
        subjects={uuid4(): Category.PROPERTY for _ in range(25)},
    )
    assert [take(world, version, world.bo) for _ in range(2)] == [404, 404]
    request = ApprovalRequest.objects.get(state=State.PENDING)  # asked once
    assert request.requester == world.ming
    preview = client_of(world.olivia).get(reverse("people:approval", args=[request.pk])).content.decode()
    assert "Bo wants to take a list that Ming" in preview
    assert "<td>12</td>" in re.sub(r"<td[^>]*>\s*", "<td>", preview)  # towards Bo, with this list
    approved(request, world.olivia)
    assert (take(world, version, world.bo), shares(world.bo)) == (200, 12)
    assert take(world, version, world.ben) == 404
    decide_all(world)
    assert take(world, version, world.ben) == 404
    assert not ApprovalRequest.objects.filter(state=State.PENDING).exists()  # a refusal is not asked again


def approved(request: ApprovalRequest, officer: User, verdict: Verdict = Verdict.APPROVE) -> None:
    with acting(officer):
        open_preview(actor=officer, request=request)
        decide(actor=officer, request=request, verdict=verdict, reason="已核对")


def decide_all(world: SimpleNamespace) -> None:
    """The officer refuses what waits."""
    for request in ApprovalRequest.objects.filter(state=State.PENDING):
        approved(request, world.olivia, Verdict.REFUSE)


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


def test_a_list_with_somebody_kept_for_storage_only_is_opened_to_nobody(
    world: SimpleNamespace, export: Export
) -> None:
    version = shared(world, taken(export))
    Client.objects.filter(pk=people_of(export)[0].pk).update(state=ClientState.STOP_USE)
    assert [take(world, version, person) for person in (world.bo, world.lea)] == [403, 403]
    assert shares(world.lea) == 0
    assert "1 person: Storage only" in file_page(world, version, world.lea)
    assert not VersionEnd.objects.exists()  # kept for storage only: no reason to destroy the copy


def test_a_withdrawal_keeps_a_list_from_outsiders_from_the_next_request_on(
    world: SimpleNamespace, export: Export
) -> None:
    version = shared(world, taken(export))
    grant(world, world.rivals, world.one, Level.ORIGINAL)
    button = reverse("deals:original", args=[world.deal.pk, version.pk])
    assert take(world, version, world.bo) == 200
    assert button in file_page(world, version, world.bo)
    said(people_of(export)[0], TO_BUYERS, given=False)
    assert [take(world, version, person) for person in (world.bo, world.ben)] == [403, 403]
    assert shares(world.ben) == 0
    page = file_page(world, version, world.bo)
    assert button not in page
    assert "cannot be taken out now" in page
    for word in ("withheld", "consent", "list of clients"):  # to a buyer nothing of why
        assert word not in page.lower()
    words = file_page(world, version, world.lea)
    assert "1 person: The client has withdrawn the consent." in words
    assert "must have consented to being given to a buyer" in words
    alert = PurposeAlert.objects.get(actor_id=world.ben.pk)
    assert (alert.act, alert.reason, alert.clients) == (Act.SHARE, Unlawful.WITHDRAWN, 1)
    assert take(world, version, world.lea) == 200  # the house gives nothing away to its own people
    assert shares(world.lea) == 12


def test_a_preview_says_of_a_list_what_its_buyer_is_told_and_counts_nothing(
    world: SimpleNamespace, export: Export
) -> None:
    version = shared(world, taken(export))
    grant(world, world.buyers, world.one, Level.ORIGINAL)
    said(people_of(export)[0], TO_BUYERS, given=False)
    alerts = PurposeAlert.objects.count()
    lea = begun(world, world.lea, world.bo)
    page = lea.get(at(world, "file", version.file_id)).content.decode()
    assert "cannot be taken out now" in page
    assert "withdrawn" not in page
    assert lea.get(at(world, "original", version.pk)).status_code == 403
    assert (PurposeAlert.objects.count(), shares(world.bo), shares(world.lea)) == (alerts, 0, 0)


def test_no_room_is_a_way_around_the_consent_to_share(world: SimpleNamespace, unasked: Export) -> None:
    version = shared(world, taken(unasked))
    assert [take(world, version, person) for person in (world.bo, world.lea)] == [403, 200]
    assert shares(world.bo) == 0
    for client in people_of(unasked):
        said(client, TO_BUYERS)
    assert take(world, version, world.bo) == 200
    assert shares(world.bo) == 12


def test_who_is_on_two_sides_is_given_what_both_may_be_given(world: SimpleNamespace, export: Export) -> None:
    version = shared(world, taken(export))
    advisers = group(world, "Cedar Advisers", world.bo, kind=GroupKind.ADVISER)
    assert take(world, version, world.bo) == 403
    advisers.auth_group.user_set.clear()
    assert take(world, version, world.bo) == 200


def in_the_sellers_group(world: SimpleNamespace) -> None:
    """sam, who signed, and may take originals from folder 1."""
    sellers = group(world, "Willow's owners", world.sam, kind=GroupKind.SELLER)
    grant(world, sellers, world.one, Level.ORIGINAL)
    signed(world.sam, deal_id=world.deal.pk)


def test_a_seller_gets_no_list_of_our_own_clients_and_the_lead_reads_why(
    world: SimpleNamespace, export: Export
) -> None:
    in_the_sellers_group(world)
    version = shared(world, taken(export))
    assert [take(world, version, person) for person in (world.sam, world.bo)] == [403, 200]
    words = file_page(world, version, world.lea)
    assert "12 people: The client has not consented to this." in words
    assert "No client is asked to consent to being given to a seller." in words
    assert "given to a buyer" not in words  # they have consented
    assert "consent" not in file_page(world, version, world.sam)


@pytest.mark.parametrize(("deal", "status"), [("this", 200), ("another", 403)])
def test_a_seller_takes_back_what_was_entrusted_for_this_very_deal(
    world: SimpleNamespace, deal: str, status: int
) -> None:
    in_the_sellers_group(world)
    entrusted = world.deal.pk if deal == "this" else uuid4()
    fill(book_of(world.ming, deal=entrusted), 6)
    version = shared(world, taken(ready(world, world.lin, purpose=Purpose.DEAL)))
    assert [take(world, version, person) for person in (world.sam, world.bo)] == [status, 403]


def test_a_sheet_of_one_byte_goes_in(world: SimpleNamespace, export: Export) -> None:
    assert take(world, shared(world, b"x"), world.bo) == 200
