"""A client about whom there is a row of every kind, and somebody who changes rows behind the log."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from psycopg2.extensions import connection as Connection

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change, record_read
from tests.vault.purposes.makers import said, told_book
from tests.vault.records.makers import acting, add, let_in
from tests.vault.records.versions.making import change
from tests.vault.relations.makers import company_in, followup_of, mandate_of, propose_share, said_to, share
from vault.keys import store
from vault.purposes.uploads import Proof
from vault.records.destruction import purge_records
from vault.records.models import Client, ClientBook
from vault.records.verifying.comparing import Outcome, compare_book
from vault.records.verifying.registry import Compared, all_compared
from vault.relations.service.services import record_preference, record_rating, record_transaction

SCAN = Proof("", "application/pdf", "JVBERi0" * 12_000)  # longer than what is carried over


def full_client(people: SimpleNamespace, book: ClientBook) -> Client:
    """Rows of every kind about one client; nobody else in the book but a company."""
    let_in(book, people.lea)
    ming, client, company = people.ming, add(book), company_in(book)
    change(client, notes="新的备注")
    change(client, name="张四丰")  # waits for a second person
    share(company, client, ming, "30")
    propose_share(company, client, ming, "40")
    followup_of(client, ming, note="回访")
    said_to(client, ming)
    mandate_of(client, document=SCAN)
    with acting(ming):
        record_rating(actor=ming, client_id=client.pk, score=5, aspects=["speed", "attitude"], words="好")
        record_transaction(actor=ming, client_id=client.pk, kind="fee", amount="100", on=date(2026, 3, 1))
        record_preference(actor=ming, client_id=client.pk, channel="call", hours="any", industry="trade")
    told_book(people.olivia, book)
    said(client)
    return Client.objects.select_related("book").get(pk=client.pk)


def row_of(compared: Compared, client: Client) -> Any:
    rows: Any = compared.model.objects.filter(**{compared.client: client.pk})
    return rows.get()


def rows_of(client: Client) -> dict[str, UUID]:
    """By kind, the client itself first."""
    return {one.kind: row_of(one, client).pk for one in all_compared()}


def found(book: ClientBook) -> set[tuple[str, UUID, UUID, str]]:
    """What is named: kind, row, client, how."""
    return {(one.kind, one.row, one.client, one.how.name) for one in compare_book(book).named}


def counts(outcome: Outcome) -> tuple[int, int, int]:
    return outcome.checked.total(), outcome.unknown, outcome.differ


class Intruder:
    """Somebody who holds the database and changes rows without a trigger, a constraint or the log."""

    def __init__(self, superuser: Connection) -> None:
        self._superuser = superuser

    def run(self, statement: str, *values: object, past: str = "") -> int:
        """How many rows it touched. `past`: a table whose triggers would refuse even so."""
        with self._superuser.cursor() as cursor:
            cursor.execute("set session_replication_role = replica")
            refusing = "select tgname from pg_trigger where tgrelid = to_regclass(%s) and tgenabled = 'A'"
            cursor.execute(refusing, [past])
            names = [name for (name,) in cursor.fetchall()]
            for name in names:
                cursor.execute(f"alter table {past} disable trigger {name}")
            cursor.execute(statement, values)
            touched: int = cursor.rowcount
            for name in names:
                cursor.execute(f"alter table {past} enable always trigger {name}")
            cursor.execute("set session_replication_role = origin")
        return touched

    def change(self, compared: Compared, row: UUID, assigned: str) -> None:
        table = compared.model._meta.db_table
        self.run(f"update {table} set {assigned} where id = %s", str(row), past=table)

    def delete(self, compared: Compared, row: UUID) -> None:
        table = compared.model._meta.db_table
        self.run(f"delete from {table} where id = %s", str(row), past=table)

    def keep(self, compared: Compared, row: UUID) -> Callable[[], None]:
        """Takes the row as it is; gives what puts it back to that, counters and all."""
        table, kept = compared.model._meta.db_table, f"kept_{uuid4().hex}"
        columns = ", ".join(f'"{column.column}"' for column in compared.model._meta.concrete_fields)
        self.run(f"create temp table {kept} as select * from {table} where id = %s", str(row))

        def put_back() -> None:
            replace = f"update {table} set ({columns}) = (select {columns} from {kept}) where id = %s"
            if not self.run(replace, str(row), past=table):
                self.run(f"insert into {table} ({columns}) select {columns} from {kept}", past=table)

        return put_back

    def copy(self, compared: Compared, row: UUID, new: UUID, **values: object) -> None:
        """Slip in a row like that one under another id."""
        columns = [str(column.column) for column in compared.model._meta.concrete_fields]
        given = {"id": str(new), **values}
        shown = ["%s" if name in given else f'"{name}"' for name in columns]
        chosen = [given[name] for name in columns if name in given]
        names = ", ".join(f'"{name}"' for name in columns)
        table = compared.model._meta.db_table
        slipped = f"insert into {table} ({names}) select {', '.join(shown)} from {table} where id = %s"
        self.run(slipped, *chosen, str(row), past=table)


def of_kind(kind: str) -> Compared:
    return next(one for one in all_compared() if one.kind == kind)


def destroyed(people: SimpleNamespace, *clients: Client) -> None:
    """On the worker's login, as a run destroys: keys first, rows and entry in one transaction."""
    ids = tuple(client.pk for client in clients)
    order = Entry(
        action=Action.DESTRUCTION_ORDER,
        object_type=ObjectType.DESTRUCTION_RUN,
        object_id=uuid4(),
        subjects=ids,
    )
    with acting(people.olivia):
        store.destroy(record_read(order), ids)
        with transaction.atomic():
            purge_records(ids)
            record_change(replace(order, action=Action.DESTRUCTION_DONE))
