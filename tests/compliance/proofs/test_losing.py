"""Declaring a loss of history: by two officers, and carried out where the keys are."""

import json
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg2.extensions import connection as Connection

from audit import heads, lost_heads
from audit.actions import Action
from audit.checkpoints import keys, publishing, signing, store
from audit.checkpoints.losing import NothingLost
from audit.checkpoints.sinks import configured
from audit.heads import Head
from audit.merkle.body import Body
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from audit.refusals import Refused
from compliance.proofs import losing
from people.approvals.models import ApprovalRequest, State
from people.approvals.services import NotDecidable
from tests.audit.checkpoints.conftest import folders
from tests.cast import cast, client_of
from tests.compliance.proofs.signed import signed, written
from tests.compliance.sequenced import emptied
from tests.people.helpers import approve

__all__ = ["folders"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(superuser: Connection) -> Any:
    """With keys and a tree of this test's own."""
    emptied(superuser)
    with acting_as(Origin()):
        yield SimpleNamespace(**cast())
    emptied(superuser)


@pytest.fixture
def lost(people: SimpleNamespace, superuser: Connection, monkeypatch: pytest.MonkeyPatch) -> store.Checkpoint:
    """A checkpoint outside of 20 entries that the database has no more, behind one that it has."""
    written(20)
    agreed = signed(superuser, monkeypatch)
    publishing.publish()
    log = keys.load()
    note = log.sign(Body(log.origin, agreed.size + 20, bytes(32)).text()).encoded()
    newest = store.Checkpoint(agreed.size + 20, note, agreed.at)
    next(sink for sink in configured() if sink.name == "file").put(newest)
    written(3)
    with pytest.raises(signing.NotSigned):
        signed(superuser, monkeypatch)
    return newest


def test_two_officers_declare_a_loss_and_the_log_goes_on(
    lost: store.Checkpoint,
    people: SimpleNamespace,
    superuser: Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    origin = keys.load().origin
    request = losing.ask(actor=people.olivia, why=losing.Why.RESTORE)
    assert request.params["size"] == lost.size
    with pytest.raises(losing.NotDeclared):
        losing.go_on(actor=people.olivia)
    assert approve(people.otto, request).state == State.CARRIED_OUT
    former = losing.go_on(actor=people.olivia)
    assert (former.origin, former.size, former.note) == (origin, lost.size, lost.note.decode())
    assert (former.asked_by, former.decided_by) == (str(people.olivia.pk), str(people.otto.pk))
    assert former.request == str(request.pk)
    for action in (Action.LOG_LOST, Action.LOG_ANEW):
        entry = LogEntry.objects.filter(action=action).latest("at")
        assert {f"size-{lost.size}", f"lost-{former.lost}", "why-restore"} <= set(entry.fields)
    assert former.lost == 20
    made = signed(superuser, monkeypatch)
    assert made.body.origin == f"{origin}/generation-2"
    assert made.size > former.agreed
    with pytest.raises(NothingLost):
        losing.ask(actor=people.olivia, why=losing.Why.RESTORE)


def test_attack_who_asked_does_not_decide(lost: store.Checkpoint, people: SimpleNamespace) -> None:
    request = losing.ask(actor=people.olivia, why=losing.Why.DAMAGE)
    with pytest.raises(NotDecidable):
        approve(people.olivia, request)
    with pytest.raises(losing.NotDeclared):
        losing.go_on(actor=people.olivia)


def test_attack_who_is_no_officer_neither_asks_nor_begins(
    lost: store.Checkpoint, people: SimpleNamespace
) -> None:
    for person in (people.ming, people.ada):
        with pytest.raises(Refused):
            losing.ask(actor=person, why=losing.Why.RESTORE)
        with pytest.raises(Refused):
            losing.go_on(actor=person)


def test_nothing_is_declared_where_nothing_was_lost(
    people: SimpleNamespace, superuser: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(3)
    signed(superuser, monkeypatch)
    publishing.publish()
    with pytest.raises(NothingLost):
        losing.ask(actor=people.olivia, why=losing.Why.RESTORE)
    assert not ApprovalRequest.objects.filter(action=losing.DeclareLoss.code).exists()


def test_attack_an_approval_of_another_loss_lets_nothing_begin(
    lost: store.Checkpoint, people: SimpleNamespace, folders: Path
) -> None:
    """What was approved is looked at again: here the sink shows a larger checkpoint by then."""
    request = losing.ask(actor=people.olivia, why=losing.Why.RESTORE)
    approve(people.otto, request)
    log = keys.load()
    larger = log.sign(Body(log.origin, lost.size + 5, bytes(32)).text()).encoded()
    [copy] = (folders / "checkpoints").rglob(f"{lost.size:020d}.checkpoint")
    copy.with_name(f"{lost.size + 5:020d}.checkpoint").write_bytes(larger)
    with pytest.raises(losing.NotDeclared):
        losing.go_on(actor=people.olivia)


def test_attack_an_approval_in_the_database_alone_lets_nothing_be_signed(
    lost: store.Checkpoint,
    people: SimpleNamespace,
    superuser: Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its rows are all that a superuser of the database could forge."""
    approve(people.otto, losing.ask(actor=people.olivia, why=losing.Why.RESTORE))
    assert keys.load().formers == ()
    with pytest.raises(signing.NotSigned):
        signed(superuser, monkeypatch)


def test_the_heads_of_what_is_lost_are_put_aside_and_the_rest_stays(
    lost: store.Checkpoint, people: SimpleNamespace, tmp_path: Path
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select writer::text, seq, encode(link, 'hex') from log.entry order by at limit 1")
        here = Head(*cursor.fetchone())
    gone = Head("11111111-1111-4111-8111-111111111111", 4, "00" * 32)
    changed = here._replace(seq=here.seq + 1000)
    (tmp_path / "a.json").write_text(json.dumps({"v": 1, "heads": [here, gone]}))
    (tmp_path / "b.json").write_text(json.dumps({"v": 1, "heads": [changed]}))
    (tmp_path / "c.json").write_text(json.dumps({"v": 1, "heads": [here]}))
    assert lost_heads.put_aside(tmp_path, "lost-1") == 2
    assert heads.read(tmp_path) == {here.writer: [here, here]}
    assert heads.read(tmp_path / "lost-1") == {gone.writer: [gone], changed.writer: [changed]}
    assert lost_heads.put_aside(tmp_path, "lost-1") == 0


def run(*arguments: str, who: str = "olivia") -> dict[str, Any]:
    said = StringIO()
    call_command("lost_history", *arguments, "--as", who, "--json", stdout=said)
    return json.loads(said.getvalue())


def test_the_command_shows_asks_and_begins(lost: store.Checkpoint, people: SimpleNamespace) -> None:
    shown = run("--show")
    assert shown["size"] == lost.size
    assert shown["lost"] == shown["size"] - shown["agreed"]
    asked = run("--declare", "restore")
    with pytest.raises(CommandError):
        run("--begin")
    approve(people.otto, ApprovalRequest.objects.get(pk=asked["approval"]))
    begun = run("--begin", who="otto")
    assert begun["origin"] == f"{begun['former']}/generation-2"
    with pytest.raises(CommandError):
        run("--show")


def test_the_page_shows_the_former_log_with_its_whole_note(
    lost: store.Checkpoint, people: SimpleNamespace
) -> None:
    approve(people.otto, losing.ask(actor=people.olivia, why=losing.Why.FAILOVER))
    former = losing.go_on(actor=people.olivia)
    page = client_of(people.olivia).get("/compliance/checkpoints/").content.decode()
    assert "A former log" in page
    assert former.note.splitlines()[-1] in page
    assert "The server that took over had not received them" in page
    assert f"/approvals/{former.request}/" in page
