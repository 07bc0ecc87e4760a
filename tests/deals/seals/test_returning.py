"""A sealed copy: who sends it in, what is taken, how an officer compares and decides."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit.actions import Action, Reason
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from audit.refusals import Refused
from deals.errors import NotPossible
from deals.models import CompanyUndertaking, SealedPaper, SealedReturn, Upload
from deals.rooms.groups import invite_to_group
from deals.seals import keeping, returning, services
from deals.seals.models import LARGEST, Method, Part, Power
from people.notices.models import Notice
from tests.cast import client_of
from tests.deals.seals.making import (
    CODE,
    COMPANY,
    credit_code,
    drawn_up,
    looked_through,
    photograph,
    room_of,
    scan,
    sent_in,
)
from vault.files.store import file_path

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _origin(db: None) -> Iterator[None]:
    with acting_as(Origin()):
        yield


def _file(data: bytes, name: str = "x.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def _form(**changed: Any) -> dict[str, Any]:
    return {"power": "legal", "sealer": "Wang Hai", "copy": [_file(scan())]} | changed


def test_the_whole_way_from_the_waiting_page_to_the_room(world: SimpleNamespace) -> None:
    undertaking = drawn_up(world)
    guest, officer = client_of(world.bo), client_of(world.olivia)
    waiting = reverse("deals:company", args=[world.deal.pk])
    page = guest.get(waiting).content.decode()
    assert undertaking.number in page
    assert COMPANY in page
    pdf = guest.get(reverse("deals:seal_paper", args=[undertaking.pk]))
    assert pdf.content.startswith(b"%PDF-")
    shown = guest.get(reverse("deals:seal_paper_page", args=[undertaking.pk, 1]))
    assert shown.headers["Content-Type"] == "image/jpeg"
    copy = [
        _file(photograph(), "1.jpg"),
        _file(photograph(90), "2.jpg"),
        _file(photograph(9, "PNG"), "3.png"),
    ]
    sent = guest.post(waiting, _form(copy=copy, power="attorney", authority=[_file(scan(1))]))
    assert sent.status_code == 302
    assert [(one.part, one.pages) for one in SealedPaper.objects.order_by("position")] == [
        (Part.COPY, 1),
        (Part.COPY, 1),
        (Part.COPY, 1),
        (Part.AUTHORITY, 1),
    ]
    assert "is with an officer" in guest.get(waiting).content.decode()
    compare = reverse("deals:seal_compare", args=[undertaking.pk])
    assert "Wang Hai" in officer.get(compare).content.decode()
    looked_through(officer, undertaking, 4)
    assert officer.post(reverse("deals:seal_accept", args=[undertaking.pk])).status_code == 302
    undertaking.refresh_from_db()
    assert (undertaking.method, undertaking.accepted_by) == (Method.COPY, world.olivia)
    assert undertaking.access_expires_at < undertaking.duty_expires_at
    assert guest.get(room_of(world)).status_code == 200
    told = set(Notice.objects.filter(kind="seal.bound").values_list("person__username", flat=True))
    assert told == {"bo", "lea"}


def test_attack_pages_that_were_jumped_over_do_not_count(world: SimpleNamespace) -> None:
    """Whatever a browser sends, it cannot say that a page was shown."""
    undertaking = drawn_up(world)
    sent_in(world, undertaking, copy=[scan(3)])
    officer = client_of(world.olivia)
    page = reverse("deals:seal_copy_page", args=[undertaking.pk])
    officer.get(page, {"part": 1})
    officer.get(page, {"part": 3})  # which shows the second
    officer.post(reverse("deals:seal_accept", args=[undertaking.pk]), {"shown_parts": "3", "part": "3"})
    assert not SealedReturn.objects.get().accepted
    assert LogEntry.objects.filter(action=Action.SEAL_ACCEPT, reason=Reason.NOT_SHOWN).exists()
    # What another officer has seen is not seen by this one.
    other = client_of(world.otto)
    looked_through(officer, undertaking, 3)
    other.post(reverse("deals:seal_accept", args=[undertaking.pk]))
    assert SealedReturn.objects.get().accepted is None


def test_sent_back_with_a_reason_and_sent_in_anew(world: SimpleNamespace) -> None:
    undertaking = drawn_up(world)
    sent_in(world, undertaking)
    client_of(world.olivia).post(
        reverse("deals:seal_send_back", args=[undertaking.pk]), {"reason": "Page 2 is missing."}
    )
    guest, waiting = client_of(world.bo), reverse("deals:company", args=[world.deal.pk])
    assert "Page 2 is missing." in guest.get(waiting).content.decode()
    assert b"Page 2" not in bytes(SealedReturn.objects.get().word)
    assert guest.post(waiting, _form()).status_code == 302
    assert SealedReturn.objects.count() == 2


@pytest.mark.parametrize(
    ("copy", "why"),
    [
        ([b"MZ" + bytes(200)], "Only PDF"),
        ([b"%PDF-1.7 " + bytes(200)], "damaged"),
        ([b"\xff\xd8\xff" + bytes(200)], "damaged"),
        ([b"<html><script>alert(1)</script>"], "Only PDF"),
        ([scan(61)], "pages"),
        ([scan(31), scan(31)], "pages"),
        ([photograph()] * 13, "files"),
        ([b""], "empty"),
        ([photograph() + bytes(LARGEST)], "MB"),
    ],
    ids=["program", "torn pdf", "torn jpeg", "page", "long", "long together", "many", "empty", "large"],
)
def test_attack_what_is_no_scan_is_not_taken(world: SimpleNamespace, copy: list[bytes], why: str) -> None:
    drawn_up(world)
    page = client_of(world.bo).post(
        reverse("deals:company", args=[world.deal.pk]), _form(copy=[_file(data) for data in copy])
    )
    assert page.status_code == 200
    assert why in page.content.decode()
    assert not SealedReturn.objects.exists()
    assert not Upload.objects.exists()


def test_an_agent_brings_a_power_of_attorney(world: SimpleNamespace) -> None:
    undertaking = drawn_up(world)
    with pytest.raises(NotPossible):
        sent_in(world, undertaking, power=Power.ATTORNEY)
    page = client_of(world.bo).post(reverse("deals:company", args=[world.deal.pk]), _form(power="attorney"))
    assert "power of attorney" in page.content.decode()
    assert not SealedReturn.objects.exists()


def test_attack_nobody_but_the_companys_people_sends_in(world: SimpleNamespace) -> None:
    undertaking = drawn_up(world)
    for stranger in (world.ben, world.sam, world.lea, world.olivia):
        with pytest.raises(Refused):
            sent_in(world, undertaking, who=stranger)
    paper = reverse("deals:seal_paper", args=[undertaking.pk])
    assert [client_of(one).get(paper).status_code for one in (world.ben, world.sam, world.lin)] == [404] * 3
    assert [client_of(one).get(paper).status_code for one in (world.lea, world.olivia)] == [200] * 2


def test_attack_who_has_a_part_in_it_does_not_decide(world: SimpleNamespace) -> None:
    """Neither an officer who invited one of the company's people, in whatever role they did."""
    undertaking = drawn_up(world)
    returned = sent_in(world, undertaking)
    with acting_as(Origin(actor=world.lea.pk)):
        invitation = invite_to_group(
            actor=world.lea,
            deal_id=world.deal.pk,
            group_id=world.buyers.pk,
            email="new@example.test",
            display_name="New",
            language="en",
        )
    type(invitation).objects.filter(pk=invitation.pk).update(invited_by=world.olivia)
    with pytest.raises(NotPossible):
        returning.accept(actor=world.olivia, returned=returned)
    with pytest.raises(NotPossible):
        returning.send_back(actor=world.olivia, returned=returned, reason="no")
    officer = client_of(world.olivia)
    assert (
        "another officer decides"
        in officer.get(reverse("deals:seal_compare", args=[undertaking.pk])).content.decode()
    )
    returning.accept(actor=world.otto, returned=returned)


def test_decided_once(world: SimpleNamespace) -> None:
    returned = sent_in(world, drawn_up(world))
    returning.accept(actor=world.olivia, returned=returned)
    for again in (
        lambda: returning.accept(actor=world.otto, returned=returned),
        lambda: returning.send_back(actor=world.otto, returned=returned, reason="late"),
    ):
        with pytest.raises(NotPossible):
            again()


def test_attack_a_copy_of_a_document_that_was_withdrawn_fits_nothing(world: SimpleNamespace) -> None:
    old = drawn_up(world)
    drawn_up(world, company="深圳橡果科技有限公司")
    with pytest.raises(NotPossible):
        sent_in(world, old)


def test_what_waits_for_an_officer_is_not_withdrawn(world: SimpleNamespace) -> None:
    sent_in(world, drawn_up(world))
    with pytest.raises(NotPossible):
        drawn_up(world)
    assert CompanyUndertaking.objects.count() == 1


def test_attack_nothing_of_it_lies_open_on_the_disk_or_in_the_table(world: SimpleNamespace) -> None:
    undertaking = drawn_up(world)
    returned = sent_in(world, undertaking)
    paper = SealedPaper.objects.get()
    for file in (undertaking.pdf_id, paper.pk):
        assert b"%PDF" not in file_path(file).read_bytes()
    for kept in (undertaking.facts, returned.facts):
        assert CODE.encode() not in bytes(kept)
        assert b"Wang" not in bytes(kept)
    said = " ".join(str(entry.leaf) for entry in LogEntry.objects.filter(action__startswith="seal."))
    assert "Wang" not in said
    assert CODE not in said
    assert bytes(paper.sha256).hex() in " ".join(
        field for entry in LogEntry.objects.filter(action=Action.SEAL_RETURN) for field in entry.fields
    )


def test_attack_facts_of_another_row_do_not_open(world: SimpleNamespace) -> None:
    one, other = drawn_up(world), drawn_up(world, world.rivals, code=credit_code("91350211M000100Y4"))
    CompanyUndertaking.objects.filter(pk=one.pk).update(facts=other.facts)
    one.refresh_from_db()
    with pytest.raises(keeping.KeyWithheld):
        services.facts_of(one, keeping.hold(one, Action.SEAL_VIEW))


@pytest.mark.parametrize("code", [CODE[:-1], CODE[:-1] + ("0" if CODE[-1] != "0" else "1"), "I" * 18, ""])
def test_a_credit_code_that_does_not_fit_draws_nothing_up(world: SimpleNamespace, code: str) -> None:
    with pytest.raises(NotPossible):
        drawn_up(world, code=code)
    assert not CompanyUndertaking.objects.exists()
