"""A superuser can change the log; verify_log finds it and names the entry (invariant 4).

Each attack runs in a transaction of the superuser's that is rolled back, so that the log stays sound.
"""

import json
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from audit import heads, log
from audit.entry import SealedDetail
from audit.heads import Head
from audit.models import LogEntry
from audit.verify import Report, verify
from tests.audit.conftest import entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

RELINK = """
do $$
declare
    e record;
    previous bytea := sha256('sealroom log chain 1');
    made bytea;
begin
    for e in select * from log.entry where writer = '{writer}' order by seq loop
        made := sha256(previous || uuid_send(e.writer) || int8send(e.seq) || int4send(e.epoch)
            || xid8send(e.xact) || timestamptz_send(e.at) || uuid_send(e.id) || sha256(e.leaf));
        update log.entry set link = made where id = e.id;
        previous := made;
    end loop;
end
$$
"""


@pytest.fixture
def chain() -> list[LogEntry]:
    """Five entries of one writer, the third with a sealed detail."""
    details = [None, None, SealedDetail(sealed=b"sealed", key=7), None, None]
    ids = [log.record_read(entry(detail=detail)) for detail in details]
    rows = {row.id: row for row in LogEntry.objects.using("audit").filter(id__in=ids)}
    return [rows[one] for one in ids]


@pytest.fixture
def noted(chain: list[LogEntry]) -> dict[str, list[Head]]:
    """The head after the five, as a head file has it."""
    sql = "select *, encode(link, 'hex') as hexed from log.entry where id = %s"
    raw = LogEntry.objects.using("audit").raw(sql, [chain[-1].id])
    writer = str(chain[-1].writer)
    return {writer: [Head(writer, chain[-1].seq, raw[0].hexed)]}


@pytest.fixture
def tampering(superuser: Connection, noted: dict[str, list[Head]]) -> Iterator[Cursor]:
    """A superuser's cursor in a transaction in which nothing refuses changes any more."""
    superuser.autocommit = False
    with superuser.cursor() as cursor:
        cursor.execute("set local lock_timeout = '10s'")
        cursor.execute("drop schema if exists guard cascade")
        cursor.execute("alter table log.entry disable trigger refuse_change")
        yield cursor
    superuser.rollback()


@pytest.fixture
def in_english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def found(tampering: Cursor, noted: dict[str, list[Head]]) -> Callable[[str], Report]:
    """Runs the tampering SQL and verifies what it left, with the triggers as they were."""

    def run(sql: str) -> Report:
        tampering.execute(sql)
        tampering.execute("alter table log.entry enable always trigger refuse_change")
        return verify(tampering.connection, noted)

    return run


def named(report: Report) -> list[tuple[UUID | None, str]]:
    return [
        (UUID(problem.entry) if problem.entry else None, problem.what) for problem in report.oldest_problems()
    ]


def test_an_untouched_log_is_sound(found: Callable[[str], Report], chain: list[LogEntry]) -> None:
    report = found("select 1")
    assert (report.problems, report.state) == ([], [])
    assert report.entries >= 5
    assert report.heads == 1


EDITS = {
    "leaf": "leaf = convert_to(replace(convert_from(leaf, 'UTF8'), 'sale', 'salt'), 'UTF8')",
    "time": "at = at + interval '1 microsecond'",
    "transaction": "xact = '1'",
    "epoch": "epoch = 2",
    "link": "link = sha256(link)",
    "id": "id = gen_random_uuid()",
}


@pytest.mark.parametrize("what", EDITS)
def test_i4_a_changed_entry_is_named(
    found: Callable[[str], Report], chain: list[LogEntry], what: str
) -> None:
    report = found(f"update log.entry set {EDITS[what]} where id = '{chain[1].id}'")
    problems = [problem for problem in report.problems if "was changed after" in problem.what]
    assert problems[0].seq == chain[1].seq
    assert problems[0].writer == str(chain[1].writer)


COLUMNS = {
    "actor": "gen_random_uuid()",
    "on_behalf_of": "gen_random_uuid()",
    "session": "null",
    "request": "gen_random_uuid()",
    "action": "'a.b'",
    "purpose": "'other'",
    "reason": "''",
    "result": "'failed'",
    "object_type": "'page'",
    "object_id": "null",
    "subjects": "'{}'",
    "deal": "null",
    "fields": "'{name}'",
    "keys": "'{2,1}'",
    "network": "'10.0.0.0/8'",
}


@pytest.mark.parametrize("column", COLUMNS)
def test_i4_a_changed_column_is_named(
    found: Callable[[str], Report], chain: list[LogEntry], column: str
) -> None:
    report = found(f"update log.entry set {column} = {COLUMNS[column]} where id = '{chain[1].id}'")
    assert named(report) == [(chain[1].id, f"the columns {column} differ from the leaf")]


def test_i4_a_changed_detail_is_named(found: Callable[[str], Report], chain: list[LogEntry]) -> None:
    report = found(f"update log.entry set detail = 'other' where id = '{chain[2].id}'")
    assert named(report) == [(chain[2].id, "the sealed detail was changed")]


def test_i4_a_missing_entry_in_the_middle_is_found(
    found: Callable[[str], Report], chain: list[LogEntry]
) -> None:
    report = found(f"delete from log.entry where id in ('{chain[1].id}', '{chain[2].id}')")
    assert named(report) == [(chain[3].id, "2 entries before this one are gone")]


def test_i4_a_cut_end_is_found(found: Callable[[str], Report], chain: list[LogEntry]) -> None:
    report = found(f"delete from log.entry where id in ('{chain[3].id}', '{chain[4].id}')")
    assert named(report) == [
        (None, "the end of the chain was cut: 2 entries were noted outside and are gone")
    ]


def test_i4_a_cut_chain_is_found(found: Callable[[str], Report], chain: list[LogEntry]) -> None:
    report = found(f"delete from log.entry where writer = '{chain[0].writer}'")
    gone = chain[4].seq
    assert named(report) == [
        (None, f"the end of the chain was cut: {gone} entries were noted outside and are gone")
    ]


def test_i4_swapped_entries_are_found(found: Callable[[str], Report], chain: list[LogEntry]) -> None:
    one, other = chain[1], chain[2]
    report = found(
        "drop index log.{month}_chain; update log.entry set seq = case seq when {a} then {b} else {a} end"
        " where writer = '{writer}' and seq in ({a}, {b})".format(
            month=f"entry_{one.at:%Y%m}", a=one.seq, b=other.seq, writer=one.writer
        )
    )
    assert {entry_id for entry_id, _ in named(report)} >= {one.id, other.id}


def test_i4_an_entry_forged_into_a_chain_is_found(
    found: Callable[[str], Report], chain: list[LogEntry]
) -> None:
    columns = "action, purpose, reason, result, object_type, subjects, fields, keys, leaf"
    report = found(
        "alter table log.entry disable trigger chain;"
        f" insert into log.entry (id, writer, seq, link, epoch, {columns})"
        f" select gen_random_uuid(), writer, seq + 1, link, epoch, {columns} from log.entry"
        f" where id = '{chain[4].id}';"
        " alter table log.entry enable always trigger chain"
    )
    problems = [problem for problem in report.problems if problem.seq == chain[4].seq + 1]
    assert any("changed after it was written" in problem.what for problem in problems)


def test_i4_a_fork_is_found(found: Callable[[str], Report], chain: list[LogEntry]) -> None:
    columns = "id, action, purpose, reason, result, object_type, subjects, fields, keys, leaf"
    report = found(
        f"drop index log.entry_{chain[0].at:%Y%m}_chain;"
        f" select set_config('sealroom.chain', concat_ws(' ', writer, seq, epoch, encode(link, 'hex')), true)"
        f" from log.entry where id = '{chain[1].id}';"
        f" insert into log.entry ({columns}) select {columns} from log.entry where id = '{chain[4].id}'"
    )
    assert any("a second entry claims" in problem.what for problem in report.problems)


def test_i4_a_chain_rewritten_with_new_links_contradicts_its_head(
    found: Callable[[str], Report], chain: list[LogEntry]
) -> None:
    edit = f"update log.entry set {EDITS['leaf']}, purpose = 'salt' where id = '{chain[1].id}';"
    report = found(edit + RELINK.replace("{writer}", str(chain[0].writer)))
    assert named(report) == [(chain[4].id, "the entry is not the one that was noted outside the database")]


def test_i4_a_chain_of_its_own_is_counted_as_unvouched(
    found: Callable[[str], Report], chain: list[LogEntry]
) -> None:
    before = found("select 1").unvouched
    columns = "action, purpose, reason, result, object_type, subjects, fields, keys, leaf"
    report = found(
        f"insert into log.entry (id, {columns}) select gen_random_uuid(), {columns}"
        f" from log.entry where id = '{chain[4].id}'"
    )
    assert report.unvouched == before + 1


def test_i4_a_trigger_taken_away_is_found(tampering: Cursor, noted: dict[str, list[Head]]) -> None:
    report = verify(tampering.connection, noted)
    assert any("refuse_change" in fault for fault in report.state)


def test_the_command_says_that_all_is_well_and_what_is_not(chain: list[LogEntry], tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(json.dumps({"v": 1, "heads": []}))
    printed = StringIO()
    call_command("verify_log", heads=tmp_path, stdout=printed)
    assert "Nothing wrong was found." in printed.getvalue()

    writer = str(chain[4].writer)
    (tmp_path / "two.json").write_text(json.dumps({"v": 1, "heads": [[writer, 10**9, "00" * 32]]}))
    printed = StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command("verify_log", heads=tmp_path, json=True, stdout=printed)
    said: dict[str, Any] = json.loads(printed.getvalue())
    assert caught.value.code == 1
    assert (said["sound"], said["first"]["writer"], said["heads"]) == (False, writer, 1)


def test_the_command_speaks_the_language_of_the_house_and_json_english(
    chain: list[LogEntry], settings: Any, tmp_path: Path
) -> None:
    writer = str(chain[4].writer)
    file = tmp_path / "one.json"

    def said(**options: bool) -> str:
        printed = StringIO()
        with override(settings.LANGUAGE_CODE), pytest.raises(SystemExit):  # as manage.py runs
            call_command("verify_log", heads=tmp_path, stdout=printed, **options)
        return printed.getvalue()

    noted = [writer, chain[4].seq, "00" * 32], [writer, 10**9, "00" * 32]
    file.write_text(json.dumps({"v": 1, "heads": noted}))
    words = said()
    assert f"日志链 {writer} 第 {chain[4].seq} 条" in words
    assert "此条日志与数据库之外留存的记录不符。" in words
    assert "（已不在）" in words
    assert words.endswith("日志被改动过，或未受保护。\n")
    assert not any(word in words for word in ("WRONG", "entries", "chain ", "noted"))
    told = [problem["what"] for problem in json.loads(said(json=True))["problems"]]
    assert "the entry is not the one that was noted outside the database" in told
    assert any(what.startswith("the end of the chain was cut: 99") for what in told)
    file.write_text("{}")
    with override(settings.LANGUAGE_CODE), pytest.raises(CommandError, match="不是链尾文件"):
        call_command("verify_log", heads=tmp_path)


def test_the_heads_of_this_process_agree_with_the_log(
    chain: list[LogEntry], settings: Any, tmp_path: Path
) -> None:
    """Only this chain's head: others come from tests that ran commit callbacks and then rolled back."""
    heads.close()
    writer = str(chain[4].writer)
    [head] = {max(heads.read(Path(settings.HEADS_DIR))[writer])}
    assert head.seq >= chain[4].seq
    (tmp_path / "one.json").write_text(json.dumps({"v": 1, "heads": [head]}))
    call_command("verify_log", heads=tmp_path, stdout=StringIO())
