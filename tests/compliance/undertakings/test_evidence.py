"""The evidence of a signature: complete, checked offline by the tool, for its person and officers alone."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.urls import reverse
from psycopg2.extensions import connection as Connection

from audit.actions import Action
from audit.models import LogEntry
from people.duties.models import NdaSignature
from tests.cast import cast, client_of, signed
from tests.compliance.proofs.signed import lasting_keys
from tests.compliance.proofs.signed import signed as checkpoint

__all__ = ["lasting_keys"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("lasting_keys")]
DEAL = UUID(int=11)
PROGRAM = Path(__file__).parents[3] / "tools" / "verify_evidence.py"


@pytest.fixture
def people() -> SimpleNamespace:
    return SimpleNamespace(**cast())


def _bundle(people: SimpleNamespace, signature: NdaSignature, name: str = "bo") -> zipfile.ZipFile:
    answer = client_of(getattr(people, name)).get(reverse("compliance:signature_bundle", args=[signature.pk]))
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(answer.content))


def _verify(folder: Path, name: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(PROGRAM), str(folder / name), "--key", str(folder / "keys.txt")],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_bundle_is_checked_offline(
    people: SimpleNamespace, superuser: Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    signature = signed(people.bo, deal_id=DEAL)
    checkpoint(superuser, monkeypatch)
    bundle = _bundle(people, signature)
    bundle.extractall(tmp_path)
    said = _verify(tmp_path, "entry.tlog-proof")
    assert said.returncode == 0, said.stdout + said.stderr
    facts = json.loads(bundle.read("signature.json"))
    assert facts["typed_name"] == "Bo"
    assert (facts["method"], facts["language"], facts["proof"]) == ("typed", "en", "entry.tlog-proof")
    assert facts["log_entry_names_text"]
    assert facts["text"]["zh"]["term"] == signature.template.term_zh
    page = bundle.read("signature.html").decode()
    assert facts["text_sha256"] in page
    assert "http" not in page  # it loads nothing
    entry = LogEntry.objects.get(action=Action.NDA_SIGN, object_id=signature.pk)
    assert facts["text_sha256"] in bytes(entry.leaf).decode()
    broken = (tmp_path / "entry.tlog-proof").read_text().replace("index ", "index 1")
    (tmp_path / "broken.tlog-proof").write_text(broken)
    assert _verify(tmp_path, "broken.tlog-proof").returncode == 1


def test_before_a_checkpoint_it_says_that_there_is_no_proof_yet(people: SimpleNamespace) -> None:
    signature = signed(people.bo, deal_id=DEAL)
    bundle = _bundle(people, signature)
    assert "entry.tlog-proof" not in bundle.namelist()
    assert json.loads(bundle.read("signature.json"))["proof"] is None


def test_attack_the_evidence_of_somebody_else(people: SimpleNamespace) -> None:
    signature = signed(people.bo, deal_id=DEAL)
    for name, status in (
        ("ben", 404),
        ("ming", 404),
        ("ada", 404),
        ("aud", 404),
        ("bo", 200),
        ("olivia", 200),
    ):
        browser = client_of(getattr(people, name))
        for url in ("compliance:signature", "compliance:signature_bundle"):
            assert browser.get(reverse(url, args=[signature.pk])).status_code == status, (name, url)
    opened = LogEntry.objects.filter(action=Action.NDA_EVIDENCE, object_id=signature.pk, result="done")
    assert opened.count() == 4


def test_its_person_finds_it_under_their_duties_with_both_dates(people: SimpleNamespace) -> None:
    signature = signed(people.bo, deal_id=DEAL)
    browser = client_of(people.bo)
    address = reverse("compliance:signature", args=[signature.pk])
    assert address in browser.get(reverse("people:duties")).content.decode()
    page = browser.get(address).content.decode()
    assert "Access ends" in page
    assert "Duty ends" in page
    assert "not the seal of a company" in page
