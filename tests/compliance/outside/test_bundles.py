"""Evidence ZIPs: made by the worker, checked by an outsider with no help of ours."""

import io
import json
import re
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from psycopg2.extensions import connection as Connection

from audit.actions import Action
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from audit.refusals import Refused
from compliance.outside import bundles, zipping
from compliance.outside.codes import BundleState
from compliance.outside.ends import discard_over, end_bundles
from compliance.outside.evidence import EvidenceBundle
from compliance.outside.models import OutsideSeat
from compliance.outside.tasks import build_bundle
from compliance.proofs.access import key_lines
from tests.audit.checkpoints.conftest import folders
from tests.cast import cast, client_of
from tests.compliance.outside import making
from tests.compliance.proofs.signed import lasting_keys, signed
from tests.databases import as_worker
from tests.vault.records.makers import acting
from vault.files.store import file_path

PROGRAM = Path(__file__).parents[3] / "tools" / "verify_evidence.py"

__all__ = ["folders", "lasting_keys"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("lasting_keys")]


@pytest.fixture
def people(db: None) -> SimpleNamespace:
    with acting_as(Origin()):
        return SimpleNamespace(**cast())


@pytest.fixture
def seat(people: SimpleNamespace, superuser: Connection, monkeypatch: pytest.MonkeyPatch) -> OutsideSeat:
    """With an answered request, and all of it in a signed checkpoint."""
    found = making.seated(people)
    making.answered(people, found)
    signed(superuser, monkeypatch)
    return found


def made(seat: OutsideSeat) -> EvidenceBundle:
    with acting(seat.person):
        bundle = bundles.ask(actor=seat.person, audit_id=seat.audit_id)
    with as_worker():
        build_bundle(str(bundle.pk))
    bundle.refresh_from_db()
    assert bundle.state == BundleState.READY
    return bundle


def taken(seat: OutsideSeat, bundle: EvidenceBundle) -> bytes:
    address = reverse("compliance:seat_bundle_file", args=[seat.audit_id, bundle.pk])
    answer: Any = client_of(seat.person).get(address)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def verify(*arguments: object) -> tuple[int, dict[str, Any]]:
    """As an outsider runs it: another process, no Django, no network, no environment."""
    command = [sys.executable, "-I", str(PROGRAM), *map(str, arguments), "--json"]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd="/", env={"PYTHONUTF8": "1"}, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, json.loads(done.stdout) if done.stdout else {}


def test_an_outsider_checks_it_offline(
    seat: OutsideSeat, superuser: Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bundle = made(seat)
    data = taken(seat, bundle)
    assert sha256(data).digest() == bytes(bundle.digest or b"")
    path, key = tmp_path / "evidence.zip", tmp_path / "key.txt"
    path.write_bytes(data)
    key.write_text(key_lines())
    code, told = verify(path, "--key", key)
    assert code == 0, told
    assert told["facts"]["scope"]["count"] > 3
    folder = tmp_path / "unpacked"
    zipfile.ZipFile(path).extractall(folder)
    summed = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert summed.returncode == 0, summed.stdout
    # The making of it, with the digest of its manifest, is in the log; the proof of that is checked alike.
    signed(superuser, monkeypatch)
    entry = LogEntry.objects.get(action=Action.OUTSIDE_BUNDLE_MADE, object_id=bundle.pk)
    proof = tmp_path / "made.tlog-proof"
    answer = client_of(seat.person).get(reverse("compliance:seat_proof", args=[seat.audit_id, entry.pk]))
    proof.write_bytes(answer.content)
    code, told = verify(proof, "--key", key)
    assert code == 0
    fields = dict(one.split(".", 1) for one in told["entry"]["fields"])
    digest = sha256((folder / "manifest.note").read_bytes()).hexdigest()
    assert fields["manifest"] + fields["manifest_end"] == digest


def test_attack_one_byte_changed_is_found(seat: OutsideSeat, tmp_path: Path) -> None:
    data, key = taken(seat, made(seat)), tmp_path / "key.txt"
    key.write_text(key_lines())
    with zipfile.ZipFile(io.BytesIO(data)) as whole:
        files = {name: whole.read(name) for name in whole.namelist()}
    for name in ("registers/approvals.csv", "entries.jsonl", "SHA256SUMS"):
        forged = dict(files)
        forged[name] = files[name][:-3] + bytes([files[name][-3] ^ 1]) + files[name][-2:]
        path = tmp_path / "forged.zip"
        with path.open("wb") as file:
            zipping.write(file, forged)
        code, told = verify(path, "--key", key)
        assert code == 1, (name, told)


def test_it_names_nobody_and_bears_the_mark_of_its_seat(seat: OutsideSeat) -> None:
    with zipfile.ZipFile(io.BytesIO(taken(seat, made(seat)))) as whole:
        files = {name: whole.read(name).decode(errors="replace") for name in whole.namelist()}
    assert str(seat.pk)[-8:] in files["MARK.txt"]
    assert all(str(seat.pk)[-8:] in text for name, text in files.items() if name.startswith("registers/"))
    for name in ("Zhou", "zhou@", "Ming", "Olivia", "olivia"):
        # As a word: of four letters, one stands in the base64 of many proofs by chance.
        word = re.compile(rf"(?<![A-Za-z0-9+/]){name}(?![A-Za-z0-9+/])")
        assert not [place for place, text in files.items() if word.search(text)], name
    assert {"registers/log.csv", "requests/001-01-extract.csv", "GUIDE.zh.txt"} <= files.keys()


def test_the_same_rows_make_the_same_bytes(seat: OutsideSeat) -> None:
    bundle = made(seat)
    with acting(seat.person):
        again = [bundles.contents(bundle) for _ in range(2)]
    one, other = io.BytesIO(), io.BytesIO()
    zipping.write(one, again[0])
    zipping.write(other, dict(reversed(again[1].items())))
    assert one.getvalue() == other.getvalue()


def test_made_twice_it_is_made_once(seat: OutsideSeat) -> None:
    bundle = made(seat)
    with as_worker():
        build_bundle(str(bundle.pk))
    kept = EvidenceBundle.objects.get(pk=bundle.pk)
    assert kept.file_id == bundle.file_id
    assert LogEntry.objects.filter(action=Action.OUTSIDE_BUNDLE_MADE, object_id=bundle.pk).count() == 1


def test_attack_it_is_made_for_a_seat_that_closed_meanwhile(
    people: SimpleNamespace, seat: OutsideSeat
) -> None:
    from compliance.outside import planning

    with acting(seat.person):
        bundle = bundles.ask(actor=seat.person, audit_id=seat.audit_id)
    with acting(people.olivia):
        planning.end(actor=people.olivia, audit_id=seat.audit_id)
    with as_worker():
        build_bundle(str(bundle.pk))
    bundle.refresh_from_db()
    assert (bundle.state, bundle.file_id) == (BundleState.OVER, None)


def test_it_expires_and_its_file_goes(seat: OutsideSeat, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = made(seat)
    file_id = bundle.file_id
    assert file_id is not None
    assert file_path(file_id).exists()
    later = bundle.expires_at
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: later)
        with pytest.raises(Refused), acting(seat.person):
            bundles.take(actor=seat.person, audit_id=seat.audit_id, bundle_id=bundle.pk)
        with as_worker(), acting(seat.person):
            assert end_bundles() == 1
    with as_worker(), acting(seat.person):
        assert discard_over() == 1
        assert discard_over() == 0
    assert not file_path(file_id).exists()


def test_attack_somebody_elses_bundle_of_the_same_audit(people: SimpleNamespace, seat: OutsideSeat) -> None:
    bundle = made(seat)
    address = reverse("compliance:seat_bundle_file", args=[seat.audit_id, bundle.pk])
    for who in (people.olivia, people.aud, people.bo):
        assert client_of(who).get(address).status_code == 404


NAMES = st.text(st.sampled_from("ab/.\\:\0é中 -_"), min_size=1, max_size=12)


@given(NAMES)
def test_attack_a_name_leads_out_of_the_folder(name: str) -> None:
    made = io.BytesIO()
    try:
        zipping.write(made, {name: b"x"})
    except ValueError:
        return
    assert not name.startswith("/")
    assert ".." not in name
    assert re.fullmatch(r"[^\\:\0]+", name)


@pytest.mark.parametrize("name", ["../x", "/x", "a/../x", "C:\\x", "a\\b", "", ".x", "a//b", "a/"])
def test_attack_names_of_zip_slips(name: str) -> None:
    with pytest.raises(ValueError, match="plain parts"):
        zipping.write(io.BytesIO(), {name: b"x"})
