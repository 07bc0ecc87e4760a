"""What keeps a month, with its numbers."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from psycopg2.extensions import connection as Connection

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from compliance.anomalies.codes import FalseAlarm, State
from compliance.anomalies.models import Finding
from compliance.destruction.models import DestroyedRecord, DestructionBatch, DestructionRun, RunState
from compliance.logretention.keeping import kept
from compliance.logretention.policy import Policy
from compliance.stream.models import Kind, StreamPlace
from compliance.stream.receivers import receivers
from deals.pipeline.models import Deal, DealType, Stage
from tests.audit.retention.months import months_ago
from tests.compliance.logretention.conftest import AddMonths
from tests.compliance.sequenced import sequenced
from tests.compliance.world import book_of, clients_in, rule_of
from vault.crypto.suites import AES_256_GCM
from vault.custody.freezing.codes import FreezeReason
from vault.custody.freezing.services import freeze
from vault.custody.models import KeyRotation, RotationOrder, RotationState
from vault.custody.suites.models import SuiteMove
from vault.records.models import ClientBook

pytestmark = pytest.mark.django_db(transaction=True)
THIS = months_ago(0)


def now_kept(month: date) -> dict[str, list[int]]:
    return kept(month, Policy())


def test_nothing_keeps_what_is_about_nobody(old: AddMonths) -> None:
    [month] = old(3, subject=uuid4())
    assert now_kept(month) == {}


def test_a_client_who_is_still_kept(people: dict[str, Any], old: AddMonths) -> None:
    ids = list(clients_in(book_of(people["ming"]), people["ming"], 2))
    [month] = old(3, subject=ids[0])
    assert now_kept(month) == {"living": [3, 1]}


@pytest.mark.parametrize(("years", "keeps"), [(2, {"recent": [2, 1]}), (4, {})])
def test_a_client_destroyed_less_than_three_years_ago(
    people: dict[str, Any], old: AddMonths, years: int, keeps: dict[str, list[int]]
) -> None:
    subject = uuid4()
    DestroyedRecord.objects.create(
        client_id=subject,
        book_id=uuid4(),
        run=DestructionRun.objects.create(proposed_by=people["olivia"], size=1),
        rule=rule_of(people["olivia"]),
        destroyed_at=timezone.now() - timedelta(days=366 * years - 100),
    )
    [month] = old(2, subject=subject)
    assert now_kept(month) == keeps


def test_a_client_whose_import_was_undone(old: AddMonths) -> None:
    subject = uuid4()
    undone = Entry(
        action=Action.IMPORT_UNDONE, object_type=ObjectType.IMPORT_JOB, object_id=uuid4(), subjects=(subject,)
    )
    record_read(undone)
    [month] = old(2, subject=subject)
    assert now_kept(month) == {"recent": [2, 1]}


def test_a_book_that_is_frozen(people: dict[str, Any], old: AddMonths) -> None:
    book = book_of(people["ming"])
    with acting_as(Origin(actor=people["olivia"].pk)):
        freeze(actor=people["olivia"], compartment=book.pk, reason=FreezeReason.DISPUTE)
    [month] = old(2, subject=book.pk)
    assert now_kept(month) == {"frozen": [2, 1]}


def entry_of(month: date) -> UUID:
    found = LogEntry.objects.filter(at__gte=f"{month}T00:00Z").order_by("at").values_list("pk", flat=True)
    return UUID(str(found[0]))


def test_a_finding_until_it_is_decided_on(people: dict[str, Any], old: AddMonths) -> None:
    [month] = old(2)
    one = Finding.objects.create(
        rule="denied_burst",
        version=0,
        about="house",
        day=month,
        measure=12,
        limit=10,
        entries=[entry_of(month)],
        entry_count=1,
        last_at=timezone.now(),
    )
    assert now_kept(month) == {"finding": [1, 1]}
    one.state, one.reason = State.FALSE_ALARM, FalseAlarm.values[0]
    one.decided_by, one.decided_at = people["olivia"], timezone.now()
    one.save()
    assert now_kept(month) == {}


@pytest.mark.parametrize(("stage", "keeps"), [(Stage.CLOSED, {"deal": [1, 1]}), (Stage.RETENTION, {})])
def test_a_deal_until_its_last_stage(
    people: dict[str, Any], old: AddMonths, superuser: Connection, stage: Stage, keeps: dict[str, list[int]]
) -> None:
    deal = Deal.objects.create(
        code_name=f"Kept {stage}",
        deal_type=DealType.SHARES,
        stage=stage,
        lead=people["ming"],
        created_by=people["ming"],
    )
    [month] = old(2)
    name = f"log.entry_{month:%Y%m}"
    with superuser.cursor() as cursor:
        cursor.execute(f"alter table {name} disable trigger user")
        cursor.execute(f"update {name} set deal = %s where id = %s", [str(deal.pk), str(entry_of(month))])
    assert now_kept(month) == keeps


def test_a_receiver_that_has_not_got_them(old: AddMonths, superuser: Connection, settings: Any) -> None:
    [month] = old(2)
    size = sequenced(superuser)
    settings.SIEM_SYSLOG = "127.0.0.1:1"
    [receiver] = receivers()
    place = StreamPlace.objects.create(kind=Kind.SYSLOG, address=receiver.address, next_index=size - 1)
    assert now_kept(month) == {"stream": [1, 1]}
    settings.SIEM_SYSLOG = ""
    assert now_kept(month) == {}
    settings.SIEM_SYSLOG = "127.0.0.1:1"
    place.next_index = size
    place.save()
    assert now_kept(month) == {}


def test_this_month_is_kept_by_what_it_is_about(people: dict[str, Any]) -> None:
    """The grounds do not look at the month's age: that is the policy's."""
    ids = list(clients_in(book_of(people["ming"]), people["ming"], 1))
    entries, clients = now_kept(THIS)["living"]
    assert entries >= 1
    assert clients >= len(ids)


def _destruction(entry: UUID, officer: Any, book: ClientBook) -> Callable[[], None]:
    run = DestructionRun.objects.create(
        proposed_by=officer, size=1, state=RunState.ORDERED, ordered_by=officer, ordered_at=timezone.now()
    )
    batch = DestructionBatch.objects.create(run=run, number=0, order_entry=entry)

    def done() -> None:
        batch.done_at, batch.done_entry, batch.keys, batch.index_rows = timezone.now(), uuid4(), 1, 0
        batch.save()

    return done


def _rotation(entry: UUID, officer: Any, book: ClientBook) -> Callable[[], None]:
    rotation = KeyRotation.objects.create(ordered_by=officer, approval_id=uuid4(), version_before=1)
    RotationOrder.objects.create(rotation=rotation, entry=entry)

    def done() -> None:
        rotation.state, rotation.version, rotation.ended_at = RotationState.DONE, 2, timezone.now()
        rotation.save()

    return done


def _suite(entry: UUID, officer: Any, book: ClientBook) -> Callable[[], None]:
    move = SuiteMove.objects.create(order=entry, book=book, suite=AES_256_GCM, ordered_by=officer)

    def done() -> None:
        move.ended_at = timezone.now()
        move.save()

    return done


@pytest.mark.parametrize("waiting", [_destruction, _rotation, _suite])
def test_an_order_about_keys_until_it_is_carried_out(
    people: dict[str, Any], old: AddMonths, waiting: Callable[..., Callable[[], None]]
) -> None:
    """Whose keys an order names is read from its entry when it is carried out."""
    [month] = old(2)
    done = waiting(entry_of(month), people["olivia"], book_of(people["ming"]))
    assert now_kept(month) == {"order": [1, 1]}
    done()
    assert now_kept(month) == {}


def test_an_order_of_a_run_that_was_given_up_keeps_nothing(people: dict[str, Any], old: AddMonths) -> None:
    [month] = old(2)
    _destruction(entry_of(month), people["olivia"], book_of(people["ming"]))
    DestructionRun.objects.update(
        state=RunState.DROPPED, ordered_by=None, ordered_at=None, ended_at=timezone.now()
    )
    assert now_kept(month) == {}
