"""Evidence as it is taken out and as an outsider verifies it: the commands, the one-file program, the
words.
"""

import json
import subprocess
import sys
import zipfile
from datetime import UTC
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from django.core.management import CommandError, call_command
from psycopg2.extensions import connection as Connection

from audit.actions import Action, Result
from audit.checkpoints import keys
from audit.models import LogEntry
from audit.refusals import Refused
from compliance.proofs.access import key_lines
from tests.cast import cast
from tests.compliance.conduct.making import opened
from tests.compliance.proofs.signed import DEALS, SUBJECT, lasting_keys, signed, written

PROGRAM = Path(__file__).parents[3] / "tools" / "verify_evidence.py"

__all__ = ["lasting_keys"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("lasting_keys")]


@pytest.fixture
def people() -> dict[str, Any]:
    return cast()


def verify(*arguments: object) -> tuple[int, dict[str, Any]]:
    """The program as an outsider runs it: no Django, no network, no environment."""
    command = [sys.executable, "-I", str(PROGRAM), *map(str, arguments), "--json"]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd="/", env={"PYTHONUTF8": "1"}, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, json.loads(done.stdout) if done.stdout else {}


def taken(tmp_path: Path, command: str, *arguments: str, name: str = "evidence", who: str = "olivia") -> Path:
    path = tmp_path / name
    call_command(command, *arguments, "--as", who, "--out", str(path), "--json")
    return path


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return tmp_path / "key.txt"


def give(key: Path) -> Path:
    key.write_text("# the log of the house\n" + key_lines())
    return key


def test_one_entry_is_proved_to_who_has_the_key(
    people: dict[str, Any], superuser: Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: Path
) -> None:
    entry = written(5)[3]
    checkpoint = signed(superuser, monkeypatch)
    proof = taken(tmp_path, "prove_entry", str(entry))
    code, told = verify(proof, "--key", give(key))
    assert code == 0
    assert told["facts"]["signed"]["size"] == checkpoint.size
    assert "both" in told["facts"]
    assert {"not_true", "not_time", "not_one"} <= told["facts"].keys()
    assert told["entry"]["id"] == str(entry)
    assert proof.stat().st_mode & 0o777 == 0o600
    left = LogEntry.objects.get(action=Action.LOG_PROVE, object_id=entry)
    assert left.actor == people["olivia"].pk
    assert left.deal == DEALS[1]


def test_the_history_of_a_deal_and_of_a_person_is_proved(
    people: dict[str, Any], superuser: Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: Path
) -> None:
    written(9)
    signed(superuser, monkeypatch)
    for kind, about in (("deal", DEALS[0]), ("subject", SUBJECT)):
        bundle = taken(tmp_path, "export_evidence", f"--{kind}", str(about), name=f"{kind}.zip")
        code, told = verify(bundle, "--key", give(key))
        assert code == 0, told
        assert told["facts"]["history"]["about"] == str(about)
        assert "claimed" in told["facts"]
        with zipfile.ZipFile(bundle) as files:
            lines = files.read("entries.jsonl").splitlines()
            assert {"GUIDE.en.txt", "说明.zh.txt", "checkpoint", "keys.txt"} <= set(files.namelist())
        column = "deal" if kind == "deal" else "subjects"
        assert told["facts"]["history"]["count"] == len(lines) > 2
        assert all(str(about) in json.loads(line)[column] for line in lines)
        left = LogEntry.objects.filter(action=Action.LOG_EXPORT).latest("at")
        assert f"count.{len(lines)}" in left.fields
        assert left.deal == (about if kind == "deal" else None)


def test_a_month_is_proved_to_be_whole(
    people: dict[str, Any], superuser: Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: Path
) -> None:
    entries = written(4)
    checkpoint = signed(superuser, monkeypatch)
    month = LogEntry.objects.get(pk=entries[0]).at.strftime("%Y-%m")
    bundle = taken(tmp_path, "export_evidence", "--month", month)
    code, told = verify(bundle, "--key", give(key))
    assert code == 0, told
    assert told["facts"]["range"]["last"] < checkpoint.size
    with zipfile.ZipFile(bundle) as files:
        assert {str(one) for one in entries} <= {
            json.loads(line)["id"] for line in files.read("entries.jsonl").splitlines()
        }
        files.extractall(tmp_path / "folder")
    assert verify(tmp_path / "folder", "--key", key)[0] == 0


def test_attack_who_has_a_case_takes_all_entries_of_a_time_or_of_themselves(
    people: dict[str, Any], superuser: Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: Path
) -> None:
    """Nothing can be left out of what says that it is whole, so they get none of it; others do."""
    case = opened(SimpleNamespace(**people), **case_about_otto(people))
    signed(superuser, monkeypatch)
    month = case.opened_at.astimezone(UTC).strftime("%Y-%m")
    for wanted in (("--month", month), ("--subject", str(people["otto"].pk))):
        with pytest.raises((CommandError, Refused)):
            taken(tmp_path, "export_evidence", *wanted, who="otto")
        assert not (tmp_path / "evidence").exists()
        assert verify(taken(tmp_path, "export_evidence", *wanted), "--key", give(key))[0] == 0
        (tmp_path / "evidence").unlink()
    written(1)
    signed(superuser, monkeypatch)
    taken(tmp_path, "export_evidence", "--subject", str(SUBJECT), who="otto")


def case_about_otto(people: dict[str, Any]) -> dict[str, Any]:
    named = {"person": "otto", "first": "lea", "second": "lin", "appeal_by": "ming"}
    return {role: people[name] for role, name in named.items()}


def test_growth_between_two_checkpoints_is_proved(
    people: dict[str, Any], superuser: Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: Path
) -> None:
    written(3)
    older = tmp_path / "older"
    older.write_bytes(signed(superuser, monkeypatch).note)
    old = int(older.read_text().split("\n")[1])
    written(300)
    newest = signed(superuser, monkeypatch)
    growth = taken(tmp_path, "prove_growth", "--from", str(old))
    code, told = verify(growth, "--key", give(key), "--checkpoint", older)
    assert code == 0
    assert told["facts"]["growth"] == {"size": newest.size, "old": old}
    assert verify(older, "--key", key, "--checkpoint", older)[0] == 0
    (tmp_path / "newest").write_bytes(newest.note)
    assert verify(tmp_path / "newest", "--key", key, "--checkpoint", older) == (
        1,
        {
            "proved": False,
            "code": 1,
            "facts": {"need_growth": {"old": old, "size": newest.size}},
            "entry": None,
        },
    )


def test_attack_a_growth_from_another_history_is_not_proved(
    people: dict[str, Any], superuser: Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: Path
) -> None:
    written(3)
    first = signed(superuser, monkeypatch)
    written(3)
    signed(superuser, monkeypatch)
    growth = taken(tmp_path, "prove_growth", "--from", str(first.size))
    signing = keys.load()
    forged = tmp_path / "forged"
    for size, root in ((first.size, bytes(32)), (first.size - 1, first.body.root)):
        forged.write_bytes(signing.sign(type(first.body)(signing.origin, size, root).text()).encoded())
        code, told = verify(growth, "--key", give(key), "--checkpoint", forged)
        assert (code, list(told["facts"])) == (1, ["bad_growth"])
    (tmp_path / "own").write_bytes(first.note)
    forged.write_bytes(signing.sign(type(first.body)(signing.origin, first.size, bytes(32)).text()).encoded())
    code, told = verify(tmp_path / "own", "--key", key, "--checkpoint", forged)
    assert (code, list(told["facts"])) == (1, ["other_root"])


def test_without_a_key_the_origin_is_said_not_to_be_proved(
    people: dict[str, Any], superuser: Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: Path
) -> None:
    written(4)
    signed(superuser, monkeypatch)
    bundle = taken(tmp_path, "export_evidence", "--deal", str(DEALS[0]))
    code, told = verify(bundle)
    assert code == 3
    assert told["facts"]["no_key"]["vkey"] in key_lines()
    only_classic = key_lines().splitlines()[0]
    code, told = verify(bundle, "--key", only_classic)
    assert code == 0
    assert {"one", "no_quantum"} <= told["facts"].keys()
    another = keys.LogKeys(keys.load().origin, Ed25519PrivateKey.generate(), MLDSA44PrivateKey.generate())
    code, told = verify(bundle, "--key", another.public()[0].vkey())
    assert (code, list(told["facts"])) == (1, ["bad_note"])


def test_it_says_so_in_both_languages(
    people: dict[str, Any], superuser: Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: Path
) -> None:
    entry = written(1)[0]
    signed(superuser, monkeypatch)
    proof = taken(tmp_path, "prove_entry", str(entry))
    command = [sys.executable, "-I", str(PROGRAM), str(proof), "--key", str(give(key))]
    said = subprocess.run(command, capture_output=True, text=True, env={"PYTHONUTF8": "1"}, check=True).stdout
    assert "结论：已证明。" in said
    assert "Result: proved." in said
    assert "NOT proved: that what an entry says is true" in said
    assert str(entry) in said


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("prove_entry", ["33333333-3333-4333-8333-333333333333"]),
        ("prove_growth", ["--from", "1"]),
        ("export_evidence", ["--deal", str(DEALS[0])]),
        ("export_evidence", ["--month", "2026-11"]),
    ],
)
def test_attack_who_may_not_read_the_log_takes_no_evidence(
    people: dict[str, Any], tmp_path: Path, command: str, arguments: list[str]
) -> None:
    for who in ("ming", "ada"):
        with pytest.raises(CommandError):
            call_command(command, *arguments, "--as", who, "--out", str(tmp_path / "none"))
        refused = LogEntry.objects.filter(actor=people[who].pk, result=Result.REFUSED).latest("at")
        assert refused.action in {Action.LOG_PROVE, Action.LOG_EXPORT}
    assert list(tmp_path.iterdir()) == []


def test_what_no_checkpoint_holds_is_not_proved_yet(
    people: dict[str, Any], superuser: Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    signed_before = signed(superuser, monkeypatch)
    entry = written(1)[0]
    for command, arguments in (
        ("prove_entry", [str(entry)]),
        ("prove_growth", ["--from", str(signed_before.size + 100)]),
        ("export_evidence", ["--month", "2020-01"]),
    ):
        with pytest.raises(CommandError):
            call_command(command, *arguments, "--as", "olivia", "--out", str(tmp_path / "none"))
    assert [one.name for one in tmp_path.iterdir()] == ["sinks"]


def test_a_file_that_is_there_is_not_written_over(people: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "there"
    path.write_text("mine")
    with pytest.raises(CommandError):
        call_command("prove_growth", "--from", "1", "--as", "olivia", "--out", str(path))
    assert path.read_text() == "mine"
