"""From months in order to months in any order and back, on a log that is in use."""

from importlib import import_module

import psycopg2
import pytest

from config.database import admin
from tests.audit.retention.months import (
    drop,
    leaves_code,
    months_ago,
    old_months,
    order,
    order_of,
    put_in,
    sign,
)
from tests.audit.retention.test_dropping import verified
from tests.audit.tree.conftest import House

MIGRATION = import_module("audit.migrations.0007_months")


def migrate(house: House, sql: str) -> None:
    """As an operator does it: the guard goes, the owner migrates, the guard comes back."""
    with house.session() as superuser:
        admin.remove_guard(superuser)
    with house.session("owner", autocommit=False) as owner, owner, owner.cursor() as cursor:
        cursor.execute(sql)
    with house.session() as superuser:
        admin.install_guard(superuser)


def back(house: House) -> None:
    migrate(house, MIGRATION.Migration.operations[0].reverse_sql[0])


def forth(house: House) -> None:
    migrate(house, MIGRATION.Migration.operations[0].sql[0])


def test_a_month_that_left_before_is_as_proved_as_it_was(house: House) -> None:
    [first, second, third] = old_months(house, 3, 2, 2)
    sign(house)
    back(house)
    with pytest.raises(psycopg2.Error) as error:
        house.ask("select log.drop_month(%s, null, gen_random_uuid())", second, login="worker")
    assert error.value.pgcode == "LR004"
    columns = order_of(first, 3, "in-order")
    put_in(house, columns)
    house.ask(
        "select log.drop_month(%s, %s, %s)", first, bytes(range(32)), str(columns["id"]), login="worker"
    )
    forth(house)
    assert house.ask("select said = %s from log.dropped", columns["leaf"]) == [(True,)]
    assert house.ask("select before is null from log.dropped_chain") == [(True,)]
    assert verified(house).problems == []
    drop(house, third, order(house, third, 2))
    drop(house, second, order(house, second, 2))
    assert verified(house).problems == []


def test_there_is_no_way_back_once_a_month_has_left(house: House) -> None:
    [month] = old_months(house, 2)
    sign(house)
    back(house)
    forth(house)
    assert leaves_code(house, months_ago(30)) == leaves_code(house, months_ago(31))
    drop(house, month, order(house, month, 2))
    with pytest.raises(psycopg2.Error, match="what is known of them stays"):
        back(house)
