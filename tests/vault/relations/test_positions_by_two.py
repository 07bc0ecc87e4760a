"""Who owns a company and who signs for it takes two people, whatever way the change comes."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action
from audit.models import LogEntry
from people.approvals.models import State, Verdict
from people.approvals.services import NotDecidable, decide, expire_due, open_preview, withdraw
from tests.cast import client_of
from tests.people.helpers import confirm_identity
from tests.vault.records.approving import approve
from tests.vault.records.makers import ZHANG, acting
from tests.vault.relations.makers import asked_position, live_shares, person_in, propose_share, share
from vault.records.destruction import purge_records
from vault.records.errors import NotPossible
from vault.records.models import Client, ClientBook
from vault.relations.people.approval import PositionByTwo
from vault.relations.people.models import Position, PositionProposal, Relation
from vault.relations.people.rule import BY_TWO
from vault.relations.people.services import end_position, record_position, record_share

pytestmark = pytest.mark.django_db


def test_another_share_counts_only_after_a_second_person_agreed(
    people: SimpleNamespace, held: SimpleNamespace
) -> None:
    propose_share(held.company, held.holder, people.ming, "60")
    assert live_shares(held) == [("25–50%", False)]
    proposal = PositionProposal.objects.get()
    assert b"60" not in bytes(proposal.share)
    assert approve(people.lea, asked_position(held.company)).state == State.CARRIED_OUT
    assert live_shares(held) == [("≥ 50%", True)]
    before, after = Relation.objects.order_by("pk")
    # The version before it stays, sealed as it was, with who and by whose word.
    assert bytes(before.share) == bytes(held.row.share)
    assert (before.until, before.ended_by, before.end_agreed_by) == (
        timezone.localdate(),
        people.ming,
        people.lea,
    )
    assert (after.by, after.agreed_by, after.until) == (people.ming, people.lea, None)
    assert not PositionProposal.objects.exists()


def test_an_end_waits_and_so_do_beneficial_owners_and_who_signs(
    people: SimpleNamespace, held: SimpleNamespace
) -> None:
    today = timezone.localdate()
    with acting(people.ming):
        assert end_position(actor=people.ming, relation_id=held.row.pk, until=today) is None
    assert len(live_shares(held)) == 1
    approve(people.olivia, asked_position(held.company))
    assert live_shares(held) == []
    for position in BY_TWO - {Position.SHAREHOLDER}:
        with acting(people.ming):
            first = record_position(
                actor=people.ming, company_id=held.company.pk, client_id=held.holder.pk, position=position
            )
            assert first is not None
            assert end_position(actor=people.ming, relation_id=first.pk, until=today) is None
        approve(people.lea, asked_position(held.company))
        with acting(people.ming):
            again = record_position(
                actor=people.ming, company_id=held.company.pk, client_id=held.holder.pk, position=position
            )
        assert again is None  # what ended is no empty place to be filled by one person
        approve(people.lea, asked_position(held.company))


def test_the_first_register_counts_at_once_for_one_person_and_one_day(
    people: SimpleNamespace, book: ClientBook, held: SimpleNamespace
) -> None:
    """Additions alone: a colleague's addition waits, and so does what the same person adds after a day."""
    assert share(held.company, person_in(book), people.ming, "20").agreed_by is None
    with acting(people.lea):
        waits = record_share(
            actor=people.lea, company_id=held.company.pk, client_id=person_in(book).pk, percent="1"
        )
    assert waits is None


def test_withdrawn_refused_and_expired_leave_nothing(
    people: SimpleNamespace, held: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    propose_share(held.company, held.holder, people.ming, "60")
    with acting(people.ming):
        withdraw(actor=people.ming, request=asked_position(held.company))
    assert not PositionProposal.objects.exists()
    propose_share(held.company, held.holder, people.ming, "60")
    request = asked_position(held.company)
    with acting(people.lea):
        open_preview(actor=people.lea, request=request)
        decide(actor=people.lea, request=request, verdict=Verdict.REFUSE, reason="not what the registry says")
    assert not PositionProposal.objects.exists()
    monkeypatch.setattr(PositionByTwo, "expires_after", timedelta(microseconds=1))
    propose_share(held.company, held.holder, people.ming, "60")
    with pytest.raises(NotDecidable):
        approve(people.lea, asked_position(held.company))
    with acting(people.ada):  # beat acts for the house; who does not matter
        assert expire_due() == 1
    assert not PositionProposal.objects.exists()
    assert live_shares(held) == [("25–50%", False)]


def test_a_proposal_over_a_share_that_has_changed_is_void(
    people: SimpleNamespace, held: SimpleNamespace, book: ClientBook
) -> None:
    """Its base is gone, the register has no room any more, or the holder was closed meanwhile."""
    second, third = person_in(book), person_in(book)
    share(held.company, second, people.ming, "40")
    propose_share(held.company, held.holder, people.ming, "55")
    request = asked_position(held.company)
    with pytest.raises(NotPossible):  # one change of a share waits at a time
        propose_share(held.company, held.holder, people.ming, "50")
    with pytest.raises(NotPossible):  # 40, 55 that wait, and 10
        share(held.company, third, people.ming, "10")
    Client.objects.filter(pk=held.holder.pk).update(state="stop_use")
    with acting(people.lea):
        assert open_preview(actor=people.lea, request=request) is None
    request.refresh_from_db()
    assert request.state == State.VOID
    assert not PositionProposal.objects.exists()


def test_a_transfer_is_two_proposals_in_their_order(
    people: SimpleNamespace, held: SimpleNamespace, book: ClientBook
) -> None:
    buyer = person_in(book)
    share(held.company, person_in(book), people.ming, "70")
    propose_share(held.company, held.holder, people.ming, "5")
    with acting(people.lea):  # the colleague proposes the other half
        record_share(actor=people.lea, company_id=held.company.pk, client_id=buyer.pk, percent="25")
    less, more = PositionProposal.objects.order_by("pk")
    assert less.approval is not None
    assert more.approval is not None
    approve(people.lea, less.approval)
    assert approve(people.ming, more.approval).state == State.CARRIED_OUT
    assert [band for band, _ in live_shares(held)] == ["≥ 50%", "< 25%", "25–50%"]


def test_approved_in_the_wrong_order_nothing_passes_a_hundred(
    people: SimpleNamespace, held: SimpleNamespace, book: ClientBook
) -> None:
    share(held.company, person_in(book), people.ming, "70")
    propose_share(held.company, held.holder, people.ming, "5")
    with acting(people.lea):
        record_share(actor=people.lea, company_id=held.company.pk, client_id=person_in(book).pk, percent="25")
    more = PositionProposal.objects.order_by("pk").last()
    assert more is not None
    assert more.approval is not None
    assert approve(people.ming, more.approval).state == State.VOID
    assert len(live_shares(held)) == 2


def test_the_decider_sees_masks_and_confirms_who_they_are(
    people: SimpleNamespace, held: SimpleNamespace
) -> None:
    browser = client_of(people.ming)
    position = {"q": ZHANG["phone"], "client": str(held.holder.pk), "position": "shareholder"}
    position |= {"evidence": "registry", "percent": "45.5"}
    answer = browser.post(reverse("vault:people_add", args=[held.company.pk]), position, follow=True)
    assert "The register stays as it is until a second person agrees." in answer.content.decode()
    for client in (held.company, held.holder):
        page = browser.get(reverse("vault:people", args=[client.pk])).content.decode()
        assert "Waits for a second person" in page
    request = asked_position(held.company)
    decider = client_of(people.lea)
    page = decider.get(reverse("people:approval", args=[request.pk])).content.decode()
    assert "25–50% (changed, same mask)" in page
    assert "张*" in page
    for plain in ("45.5", "30%", ZHANG["name"]):
        assert plain not in page
    looked = LogEntry.objects.filter(action=Action.CLIENT_VIEW, actor=people.lea.pk).order_by("at").last()
    assert looked is not None
    assert set(looked.subjects) == {held.company.pk, held.holder.pk}
    sent = {"reason": "the registry says so", "verdict": "approve"}
    decision = reverse("people:approval_decide", args=[request.pk])
    decider.post(decision, sent)
    assert live_shares(held) == [("25–50%", False)]
    confirm_identity(decider)
    decider.post(decision, sent)
    assert live_shares(held) == [("25–50%", True)]
    assert "agreed to by Lea" in browser.get(reverse("vault:people", args=[held.company.pk])).content.decode()


def test_a_destroyed_holder_takes_the_proposal_along(people: SimpleNamespace, held: SimpleNamespace) -> None:
    propose_share(held.company, held.holder, people.ming, "60")
    request = asked_position(held.company)
    with transaction.atomic():
        purge_records([held.holder.pk])
    assert not PositionProposal.objects.exists()
    with acting(people.ming):
        assert open_preview(actor=people.ming, request=request) is None
