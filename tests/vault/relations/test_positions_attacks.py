"""Attacks on the second person of a company's register: by role, by replay, by race, by SQL."""

import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone
from psycopg2.errors import CheckViolation
from psycopg2.extensions import connection as Connection

from audit.refusals import Refused
from people.approvals.access import get_request, to_decide
from people.approvals.models import ApprovalDecision, PreviewOpening, Verdict
from people.approvals.services import NotDecidable, decide, open_preview
from tests.vault.records.approving import approve
from tests.vault.records.makers import acting, let_in
from tests.vault.relations.makers import (
    asked_position,
    live_shares,
    person_in,
    propose_share,
)
from vault.records.errors import NotPossible
from vault.records.models import Client, ClientBook, Level
from vault.relations.people.models import PositionProposal, Relation
from vault.relations.people.rule import FIRST_REGISTER
from vault.sealed.sealing import SealedBytes

pytestmark = pytest.mark.django_db


def age(company: Client, superuser: Connection) -> None:
    """As if the company's register had been entered two days ago."""
    with superuser.cursor() as cursor:
        cursor.execute("alter table vault_relation disable trigger relation_rules")
        cursor.execute(
            "update vault_relation set created_at = created_at - interval '2 days' where company_id = %s",
            [str(company.pk)],
        )
        cursor.execute("alter table vault_relation enable trigger relation_rules")


@pytest.mark.django_db(transaction=True)
def test_attack_a_holder_slipped_into_an_old_register(
    people: SimpleNamespace, book: ClientBook, held: SimpleNamespace, superuser: Connection
) -> None:
    assert timedelta(days=2) > FIRST_REGISTER
    age(held.company, superuser)
    propose_share(held.company, person_in(book), people.ming, "50")
    assert len(live_shares(held)) == 1
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
    assert live_shares(held) == [("25–50%", False)]


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
