"""Who owns a company and who signs for it takes two people, whatever way the change comes."""

import json
import threading
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connections, transaction
from django.urls import reverse
from django.utils import timezone
from psycopg2.errors import CheckViolation
from psycopg2.extensions import connection as Connection

from audit.actions import Action
from audit.models import LogEntry
from audit.refusals import Refused
from people.approvals.access import get_request, to_decide
from people.approvals.models import ApprovalDecision, PreviewOpening, State, Verdict
from people.approvals.services import NotDecidable, decide, expire_due, open_preview, withdraw
from tests.cast import client_of
from tests.people.helpers import confirm_identity
from tests.vault.records.approving import approve
from tests.vault.records.makers import ZHANG, acting, add, let_in
from tests.vault.relations.makers import asked_position, company_in, person_in, propose_share, share
from vault.records.destruction import purge_records
from vault.records.errors import NotPossible
from vault.records.models import Client, ClientBook, Level
from vault.relations.people.approval import PositionByTwo
from vault.relations.people.models import Position, PositionProposal, Relation
from vault.relations.people.reading import positions_of
from vault.relations.people.rule import BY_TWO, FIRST_REGISTER
from vault.relations.people.seals import row_code
from vault.relations.people.services import end_position, record_position, record_share
from vault.relations.people.verifying import verify_positions
from vault.sealed.sealing import SealedBytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(people: SimpleNamespace, book: ClientBook) -> SimpleNamespace:
    """A company of which 张三丰 holds 30 %, in Ming's book, in which Lea works, too; Lin is not in it."""
    let_in(book, people.lea)
    company, holder = company_in(book), add(book)
    return SimpleNamespace(
        company=company, holder=holder, row=share(company, holder, people.ming, "30"), ming=people.ming
    )


def live(held: SimpleNamespace) -> list[tuple[str, bool]]:
    """Band and agreement of each live share, oldest first."""
    with acting(held.ming):
        rows = positions_of(held.company).people
    found = [row for row in rows if row.relation.until is None]
    return [
        (row.share, row.relation.agreed_by_id is not None)
        for row in sorted(found, key=lambda r: r.relation.pk)
    ]


def age(company: Client, superuser: Connection) -> None:
    """As if the company's register had been entered two days ago."""
    with superuser.cursor() as cursor:
        cursor.execute("alter table vault_relation disable trigger relation_rules")
        cursor.execute(
            "update vault_relation set created_at = created_at - interval '2 days' where company_id = %s",
            [str(company.pk)],
        )
        cursor.execute("alter table vault_relation enable trigger relation_rules")


def test_another_share_counts_only_after_a_second_person_agreed(
    people: SimpleNamespace, held: SimpleNamespace
) -> None:
    propose_share(held.company, held.holder, people.ming, "60")
    assert live(held) == [("25–50%", False)]
    proposal = PositionProposal.objects.get()
    assert b"60" not in bytes(proposal.share)
    assert approve(people.lea, asked_position(held.company)).state == State.CARRIED_OUT
    assert live(held) == [("≥ 50%", True)]
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
    assert len(live(held)) == 1
    approve(people.olivia, asked_position(held.company))
    assert live(held) == []
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


@pytest.mark.django_db(transaction=True)
def test_attack_a_holder_slipped_into_an_old_register(
    people: SimpleNamespace, book: ClientBook, held: SimpleNamespace, superuser: Connection
) -> None:
    assert timedelta(days=2) > FIRST_REGISTER
    age(held.company, superuser)
    propose_share(held.company, person_in(book), people.ming, "50")
    assert len(live(held)) == 1
    stranger = person_in(book)
    row = {"company": held.company, "client": stranger, "key_id": stranger.key_id, "position": "shareholder"}
    row |= {"evidence": "stated", "by": people.ming}
    for more, refused in (
        ({}, "relation_needs_a_second_person"),
        ({"agreed_by": people.lea}, "relation_has_its_approval"),
        ({"agreed_by": people.ming}, "relation_has_its_approval"),
        ({"created_at": timezone.now() + timedelta(days=9)}, "relation_begins_now"),
        ({"until": timezone.localdate()}, "relation_begins_now"),
    ):
        with pytest.raises(IntegrityError, match=refused), transaction.atomic():
            Relation.objects.bulk_create([Relation(**row, **more)])


def test_attack_the_proposer_another_book_and_who_only_looks_up_decide(
    people: SimpleNamespace, held: SimpleNamespace
) -> None:
    propose_share(held.company, held.holder, people.ming, "60")
    request = asked_position(held.company)
    assert not to_decide(people.lin).exists()
    with pytest.raises(Refused), acting(people.lin):
        get_request(people.lin, request.pk)
    for person in (people.ming, people.lin, people.ada, people.aud):
        with pytest.raises(NotDecidable):
            approve(person, request)
    let_in(held.company.book, people.lin, Level.READ)
    with pytest.raises(NotDecidable):
        approve(people.lin, request)
    assert live(held) == [("25–50%", False)]


def test_attack_an_approved_change_is_carried_out_a_second_time(
    people: SimpleNamespace, held: SimpleNamespace
) -> None:
    propose_share(held.company, held.holder, people.ming, "60")
    request = approve(people.lea, asked_position(held.company))
    with pytest.raises(NotDecidable), acting(people.olivia):
        decide(actor=people.olivia, request=request, verdict=Verdict.APPROVE, reason="once more")
    ends = {"until": timezone.localdate(), "ended_by": people.ming, "end_agreed_by": people.lea}
    with pytest.raises(IntegrityError, match="relation_ends_by_two"), transaction.atomic():
        Relation.objects.filter(until=None).update(**ends)
    assert Relation.objects.count() == 2


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
    assert live(held) == [("25–50%", False)]


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
    assert [band for band, _ in live(held)] == ["≥ 50%", "< 25%", "25–50%"]


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
    assert len(live(held)) == 2


@pytest.mark.django_db(transaction=True)
def test_attack_two_proposals_of_one_share_race(people: SimpleNamespace, held: SimpleNamespace) -> None:
    """Behind the company's lock one waits; the other is told."""
    ready, refused = threading.Barrier(2), []

    def write(percent: str) -> None:
        try:
            ready.wait()
            propose_share(held.company, held.holder, people.ming, percent)
        except NotPossible:
            refused.append(percent)
        finally:
            for one in connections.all():
                one.close()

    writers = [threading.Thread(target=write, args=[percent]) for percent in ("40", "60")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(refused) == 1
    assert PositionProposal.objects.count() == 1
    with pytest.raises(IntegrityError, match="position_proposed_once"), transaction.atomic():
        proposed(
            held, people.lea, position="shareholder", replaces=held.row, until=timezone.localdate()
        ).save()


def proposed(held: SimpleNamespace, by: object, **values: object) -> PositionProposal:
    row = {"company": held.company, "client": held.holder, "key_id": held.holder.key_id, "by": by}
    return PositionProposal(**row, **({"position": "director", "evidence": "stated"} | values))


def test_the_decider_sees_masks_and_confirms_who_they_are(
    people: SimpleNamespace, held: SimpleNamespace
) -> None:
    browser = client_of(people.ming)
    position = {"q": ZHANG["phone"], "client": str(held.holder.pk), "position": "shareholder"}
    position |= {"evidence": "registry", "percent": "45.5"}
    answer = browser.post(reverse("vault:people_add", args=[held.company.pk]), position, follow=True)
    assert "the change waits for them" in answer.content.decode()
    for client in (held.company, held.holder):
        for name in ("vault:people", "vault:client"):
            assert (
                "Waits for a second person" in browser.get(reverse(name, args=[client.pk])).content.decode()
            )
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
    assert live(held) == [("25–50%", False)]
    confirm_identity(decider)
    decider.post(decision, sent)
    assert live(held) == [("25–50%", True)]
    assert "agreed to by Lea" in browser.get(reverse("vault:people", args=[held.company.pk])).content.decode()


def test_a_destroyed_holder_takes_the_proposal_along(people: SimpleNamespace, held: SimpleNamespace) -> None:
    propose_share(held.company, held.holder, people.ming, "60")
    request = asked_position(held.company)
    with transaction.atomic():
        purge_records([held.holder.pk])
    assert not PositionProposal.objects.exists()
    with acting(people.ming):
        assert open_preview(actor=people.ming, request=request) is None


@pytest.mark.django_db(transaction=True)
def test_attack_sql_as_the_web_login(people: SimpleNamespace, held: SimpleNamespace, web: Connection) -> None:
    propose_share(held.company, held.holder, people.ming, "60")
    request = asked_position(held.company)
    with acting(people.ming):
        open_preview(actor=people.ming, request=request)
    opened = PreviewOpening.objects.get(request=request, person=people.ming)
    row, other = str(held.row.pk), str(held.company.pk)
    decide_himself = (
        "insert into people_approvaldecision (request_id, decider_id, verdict, reason, preview_opened_at,"
        " decided_at) values (%s, %s, 'approve', 'x', %s, now())"
    )
    for statement, values in (
        ("update vault_relation set share = (select share from vault_positionproposal) where id = %s", [row]),
        ("update vault_relation set share = null where id = %s", [row]),
        ("update vault_relation set until = current_date where id = %s", [row]),
        ("update vault_relation set client_id = %s where id = %s", [other, row]),
        ("update vault_relation set position = 'director' where id = %s", [row]),
        ("update vault_relation set created_at = now() + interval '9 days' where id = %s", [row]),
        ("update vault_positionproposal set by_id = %s", [str(people.lea.pk)]),
        ("update vault_positionproposal set position = 'director', share = null", []),
        (decide_himself, [str(request.pk), str(people.ming.pk), opened.at]),
    ):
        with web.cursor() as cursor, pytest.raises(CheckViolation):
            cursor.execute(statement, values)
        web.rollback()
    assert not ApprovalDecision.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_was_changed_behind_the_triggers_is_named(
    people: SimpleNamespace, held: SimpleNamespace, book: ClientBook, superuser: Connection
) -> None:
    gone, kept = share(held.company, person_in(book), people.ming, "10"), person_in(book)
    share(held.company, kept, people.ming, "10")
    purged = person_in(book)
    share(held.company, purged, people.ming, "1")
    with transaction.atomic():
        purge_records([purged.pk])
    assert (verify_positions(book).checked, verify_positions(book).wrong) == (3, [])
    with superuser.cursor() as cursor:
        cursor.execute("alter table vault_relation disable trigger relation_rules")
        cursor.execute("update vault_relation set until = current_date where id = %s", [str(held.row.pk)])
        cursor.execute("delete from vault_relation where id = %s", [str(gone.pk)])
        cursor.execute(
            "insert into vault_relation (id, client_id, company_id, position, evidence, by_id, created_at,"
            " key_id, share_seal) select gen_random_uuid(), client_id, company_id, 'beneficial_owner', 'stated',"
            " by_id, now(), key_id, 0 from vault_relation where client_id = %s returning id",
            [str(kept.pk)],
        )
        [slipped] = cursor.fetchone()
        cursor.execute("alter table vault_relation enable trigger relation_rules")
    assert {str(pk) for pk in verify_positions(book).wrong} == {str(held.row.pk), str(gone.pk), str(slipped)}
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_records", "--book", str(book.pk), "--json", stdout=out)
    assert len(json.loads(out.getvalue())["positions"]["wrong"]) == 3


def test_the_database_refuses_what_no_proposal_is(people: SimpleNamespace, held: SimpleNamespace) -> None:
    for values, constraint in (
        ({"position": "king"}, "proposed_position_known"),
        ({"evidence": "rumour"}, "proposed_evidence_known"),
        ({"position": "shareholder"}, "proposed_share_of_a_shareholder"),
        ({"until": timezone.localdate()}, "proposed_end_of_something"),
        ({"company": held.holder, "client": held.company}, "one book"),
    ):
        row = proposed(held, people.ming)
        for name, value in values.items():
            setattr(row, name, value)
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            row.save()
    sealed = proposed(held, people.ming)
    sealed.__dict__["share"] = SealedBytes(held.row.share)
    with pytest.raises(IntegrityError, match="proposed_share_of_a_shareholder"), transaction.atomic():
        sealed.save()


def test_a_digest_says_everything_that_stands_unsealed(held: SimpleNamespace) -> None:
    code = row_code(held.row)
    held.row.until = timezone.localdate()
    assert row_code(held.row) != code
