"""What a month's leaving refuses, whoever asks; and what a superuser does around it is found."""

from collections.abc import Callable, Iterator
from datetime import date
from uuid import uuid4

import psycopg2
import pytest
from django.utils.translation import override
from psycopg2.extensions import cursor as Cursor

from audit.dropped import verify_dropped
from audit.tree.verifying import verify_tree
from audit.verify import Report
from tests.audit.retention.months import (
    APPROVED,
    BUNDLE,
    ORDER,
    drop,
    fill,
    leaves_code,
    log_owner,
    months_ago,
    old_months,
    order,
    order_of,
    put_in,
    sign,
)
from tests.audit.tree.conftest import House
from tests.audit.tree.writing import write

CALL = "select log.drop_month(%s, %s, %s)"
ROW = "insert into log.dropped (month, bundle, ordered) values (%s, %s, %s)"


@pytest.fixture
def month(house: House) -> date:
    """A month of a year ago with five entries, the next one with two; both signed."""
    [first, _] = old_months(house, 5, 2)
    sign(house)
    return first


def refused(house: House, month: date, ordered: object, *, bundle: bytes | None = BUNDLE) -> str | None:
    """The SQLSTATE with which the worker's call is refused; nothing may have changed."""
    before = house.ask("select count(*) from log.entry"), house.ask("select count(*) from log.dropped")
    with pytest.raises(psycopg2.Error) as error:
        house.ask(CALL, month, bundle, str(ordered), login="worker")
    assert (
        house.ask("select count(*) from log.entry"),
        house.ask("select count(*) from log.dropped"),
    ) == before
    return error.value.pgcode


@pytest.mark.parametrize("age", [0, 1, 6])
def test_attack_a_month_that_ended_less_than_six_months_ago(house: House, age: int) -> None:
    month = months_ago(age)
    if age:
        old_months(house, 2, oldest=age)
    write(house, 2)
    sign(house)
    assert refused(house, month, order(house, month, 2)) == "LR001"


@pytest.mark.parametrize("bundle", [None, b"", bytes(31), bytes(33)])
def test_attack_a_bundle_that_is_none(house: House, month: date, bundle: bytes | None) -> None:
    assert refused(house, month, order(house, month, 5), bundle=bundle) == "LR002"


def test_attack_the_same_month_twice(house: House, month: date) -> None:
    ordered = order(house, month, 5)
    drop(house, month, ordered)
    assert refused(house, month, ordered) == "LR003"


def test_attack_without_an_order(house: House, month: date) -> None:
    assert refused(house, month, uuid4()) == "LR005"
    for other in (
        order(house, months_ago(11), 5),
        order(house, month, 4),
        order(house, month, 5, bundle=bytes(32)),
    ):
        assert refused(house, month, other) == "LR005"


def test_attack_an_order_that_no_checkpoint_holds_yet(house: House, month: date) -> None:
    ordered = order(house, month, 5)
    house.ask(
        "alter table log.checkpoint disable trigger user; delete from log.checkpoint where size > 7;"
        " alter table log.checkpoint enable always trigger refuse_change;"
        " alter table log.checkpoint enable always trigger refuse_truncate"
    )
    assert refused(house, month, ordered) == "LR005"


def test_attack_an_order_that_would_be_taken_back_with_the_drop(house: House, month: date) -> None:
    with house.session("worker", autocommit=False) as worker, worker.cursor() as cursor:
        columns = order_of(month, 5, leaves_code(house, month))
        cursor.execute(ORDER, columns)
        with pytest.raises(psycopg2.Error) as error:
            cursor.execute(CALL, [month, BUNDLE, columns["id"]])
        assert error.value.pgcode == "LR005"


def test_attack_one_person_alone(house: House, month: date) -> None:
    columns = order_of(month, 5, leaves_code(house, month), asked=APPROVED)
    put_in(house, columns)
    assert refused(house, month, columns["id"]) == "23514"  # dropped_by_two_people


def test_attack_an_entry_that_the_tree_does_not_have(house: House, month: date) -> None:
    with log_owner(house) as cursor:
        [late] = fill(cursor, month, 1)
    ordered = order(house, month, 6)
    house.ask("alter table log.leaf disable trigger user")
    house.ask("alter table log.leaf_0 disable trigger user")
    house.ask("delete from log.leaf where entry = %s", str(late))
    assert refused(house, month, ordered) == "LR006"


def test_attack_leaves_that_no_checkpoint_holds(house: House, month: date) -> None:
    house.ask("alter table log.checkpoint disable trigger user; delete from log.checkpoint")
    assert refused(house, month, uuid4()) == "LR007"


@pytest.mark.parametrize(
    "edit",
    [
        "update log.entry set leaf = 'other' where seq = 2",
        "delete from log.entry where seq = 2",
        "update log.entry set at = at + interval '1 second' where seq = 2",
        "update log.entry set link = sha256('other') where seq = 2",
        "update log.entry set epoch = 9 where seq = 5",
    ],
)
def test_attack_a_superuser_edits_a_month_and_has_it_dropped(house: House, month: date, edit: str) -> None:
    count = 4 if edit.startswith("delete") else 5
    ordered = order(house, month, count)
    with house.session() as session, session.cursor() as cursor:
        for table in ("entry", f"entry_{month:%Y%m}"):
            cursor.execute(f"alter table log.{table} disable trigger user")
        cursor.execute(edit + f" and at < '{months_ago(11)}Z'")
    assert refused(house, month, ordered) in {"LR006", "LR008"}


@pytest.mark.parametrize("login", ["web", "owner"])
def test_attack_another_login_calls_it(house: House, month: date, login: str) -> None:
    ordered = order(house, month, 5)
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        drop(house, month, ordered, login=login)


@pytest.mark.parametrize("login", ["web", "worker", "owner"])
@pytest.mark.parametrize("setting", ["", "set session_replication_role = replica", "set role sealroom_log"])
def test_attack_a_login_writes_what_was_dropped(house: House, month: date, login: str, setting: str) -> None:
    ordered = order(house, month, 5)
    with house.session(login) as session, session.cursor() as cursor:
        for statement in filter(None, [setting, ROW]):
            try:
                cursor.execute(statement, [month, BUNDLE, str(ordered)] if statement == ROW else None)
            except (psycopg2.errors.InsufficientPrivilege, psycopg2.errors.RestrictViolation):
                continue
            assert statement != ROW
    assert house.ask("select count(*) from log.dropped") == [(0,)]


def test_attack_the_owner_of_the_log_drops_a_month(house: House, month: date) -> None:
    ordered = order(house, month, 5)
    with house.session("owner") as session, session.cursor() as cursor:
        cursor.execute("set role sealroom_log")
        for statement in (f"drop table log.entry_{month:%Y%m}", ROW, CALL):
            with pytest.raises(psycopg2.errors.RestrictViolation):
                cursor.execute(statement, None if statement[0] == "d" else [month, BUNDLE, str(ordered)])


def test_attack_a_function_of_the_owners_runs_in_the_workers_session(house: House, month: date) -> None:
    """The owner may add functions to the schema and have the worker run one: the log asks the same of it."""
    with house.session("owner") as session, session.cursor() as cursor:
        cursor.execute("set role sealroom_log")
        cursor.execute(
            "create function log.gift(month date, bundle bytea, ordered uuid) returns void language plpgsql"
            " security definer as $$ begin"
            " begin insert into log.dropped (month, bundle, ordered) values (month, bundle, ordered);"
            " exception when others then null; end;"
            " execute format('drop table log.entry_%s', to_char(month, 'YYYYMM')); end $$;"
            " grant execute on function log.gift(date, bytea, uuid) to sealroom_worker"
        )
    for bundle, ordered in ((BUNDLE, uuid4()), (b"", order(house, month, 5))):
        with pytest.raises(psycopg2.errors.RestrictViolation, match="the log is guarded"):
            house.ask("select log.gift(%s, %s, %s)", month, bundle, str(ordered), login="worker")
    recent = months_ago(3)
    old_months(house, 1, oldest=3)
    sign(house)
    with pytest.raises(psycopg2.errors.RestrictViolation, match="the log is guarded"):
        house.ask("select log.gift(%s, %s, %s)", recent, BUNDLE, str(order(house, recent, 1)), login="worker")


def test_attack_after_a_drop_the_next_month_is_guarded_as_before(house: House, month: date) -> None:
    drop(house, month, order(house, month, 5))
    with house.session("owner") as session, session.cursor() as cursor:
        cursor.execute("set role sealroom_log")
        for statement in (
            f"drop table log.entry_{months_ago(11):%Y%m}",
            "delete from log.dropped",
            "update log.dropped set entries = 4",
            "truncate log.dropped, log.dropped_chain",
        ):
            with pytest.raises(psycopg2.errors.RestrictViolation):
                cursor.execute(statement)


@pytest.fixture
def tampering(house: House, month: date) -> Iterator[Cursor]:
    """A superuser after the first month has left, with nothing that refuses any more."""
    drop(house, month, order(house, month, 5))
    with house.session(autocommit=False) as superuser, superuser.cursor() as cursor:
        cursor.execute("drop schema if exists guard cascade")
        cursor.execute(
            "select oid::regclass::text from pg_class where relnamespace = 'log'::regnamespace"
            " and relkind in ('r', 'p')"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"alter table {table} disable trigger user")
        yield cursor
        superuser.rollback()


@pytest.fixture
def found(tampering: Cursor) -> Callable[..., list[str]]:
    def run(*statements: str) -> list[str]:
        for statement in statements:
            tampering.execute(statement)
        report = Report()
        with override("en"):
            verify_tree(tampering.connection, report)
            verify_dropped(tampering.connection, report)
        return [one.what for one in report.oldest_problems()]

    return run


NEXT = f"log.entry_{months_ago(11):%Y%m}"
RECORD = (
    f"insert into log.dropped select '{months_ago(11)}', 2, 5, 6, bundle, {{}}, asked, approved"
    " from log.dropped"
)
CHAINS = f"insert into log.dropped_chain select '{months_ago(11)}', writer, seq, seq, link from {NEXT}"


def test_nothing_is_found_where_nothing_was_done(found: Callable[..., list[str]]) -> None:
    assert found() == []


def test_attack_a_month_dropped_by_hand(found: Callable[..., list[str]]) -> None:
    assert found(f"drop table {NEXT}") == ["the entry is gone; the tree holds its hash"] * 2


@pytest.mark.parametrize("ordered", ["gen_random_uuid()", "ordered"])
def test_attack_a_month_dropped_by_hand_and_recorded(found: Callable[..., list[str]], ordered: str) -> None:
    told = found(RECORD.format(ordered), CHAINS, f"drop table {NEXT}")
    assert told == [f"no order in the log says that {months_ago(11):%Y-%m} was to leave"]


def test_attack_a_deleted_entry_passed_off_as_one_of_the_month_that_left(
    found: Callable[..., list[str]],
) -> None:
    told = found(
        f"delete from {NEXT} where seq = 6",
        f"update log.leaf set at = '{months_ago(12)}Z' where index = 5",
    )
    assert told == ["the entry is gone; the tree holds its hash"]


def test_attack_and_the_record_of_the_month_widened_for_it(found: Callable[..., list[str]]) -> None:
    told = found(
        f"delete from {NEXT} where seq = 6",
        f"update log.leaf set at = '{months_ago(12)}Z' where index = 5",
        "update log.dropped set last_leaf = 5",
    )
    code = f"{months_ago(12):%Y-%m}"
    assert told == [f"{code} left with 5 entries, but the tree has 6 leaves of it"]
    told = found("update log.dropped set entries = 6")
    assert f"no order in the log says that {code} was to leave" in told


def test_attack_entries_put_back_into_a_month_that_left(found: Callable[..., list[str]]) -> None:
    begins, ends = months_ago(12), months_ago(11)
    columns = (
        "seq, link, epoch, actor, on_behalf_of, session, request, action, purpose, reason, result,"
        " object_type, object_id, subjects, deal, fields, keys, network, leaf"
    )
    told = found(
        f"create table log.again partition of log.entry for values from ('{begins}Z') to ('{ends}Z')",
        "alter table log.again disable trigger user",
        f"insert into log.entry (id, at, xact, writer, {columns})"
        f" select gen_random_uuid(), '{begins}Z', xact, gen_random_uuid(), {columns} from {NEXT} limit 1",
    )
    assert f"{begins:%Y-%m} has left the log, but 1 of its entries are there" in told
