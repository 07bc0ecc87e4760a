"""The evidence that a company is bound: complete, checked offline by the tool, for officers alone."""

import io
import json
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.urls import reverse
from psycopg2.extensions import connection as Connection

from audit.actions import Action
from audit.models import LogEntry
from deals.models import CompanyUndertaking
from tests.cast import client_of
from tests.compliance.proofs.signed import lasting_keys
from tests.compliance.proofs.signed import signed as checkpoint
from tests.deals.scene import scene
from tests.deals.seals.making import CODE, COMPANY, bound, revoked

__all__ = ["lasting_keys"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("lasting_keys")]
PROGRAM = Path(__file__).parents[3] / "tools" / "verify_evidence.py"


@pytest.fixture
def world() -> SimpleNamespace:
    return scene()


def _bundle(world: SimpleNamespace, undertaking: CompanyUndertaking) -> zipfile.ZipFile:
    answer = client_of(world.olivia).get(reverse("compliance:company_bundle", args=[undertaking.pk]))
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(answer.content))


def test_the_bundle_is_checked_offline(
    world: SimpleNamespace, superuser: Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    undertaking = bound(world)
    checkpoint(superuser, monkeypatch)
    bundle = _bundle(world, undertaking)
    bundle.extractall(tmp_path)
    said = subprocess.run(
        [
            sys.executable,
            str(PROGRAM),
            str(tmp_path / "entry.tlog-proof"),
            "--key",
            str(tmp_path / "keys.txt"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout + said.stderr
    facts = json.loads(bundle.read("signature.json"))
    assert (facts["company"], facts["credit_code"], facts["method"]) == (COMPANY, CODE, "copy")
    assert facts["sealer"] == {"name": "Wang Hai", "power": "legal"}
    assert [one["person"] for one in facts["people"]] == [str(world.bo.pk)]
    assert facts["access_ends"] < facts["duty_ends"]
    # What lies in the bundle is what the log's entry names.
    entry = LogEntry.objects.get(action=Action.SEAL_ACCEPT, object_id=undertaking.pk)
    [paper] = facts["papers"]
    assert sha256(bundle.read(paper["file"])).hexdigest() == paper["sha256"]
    assert {facts["text_sha256"], facts["document_hash"], paper["sha256"], "copy"} <= set(entry.fields)
    assert sha256(bundle.read("document.pdf")).hexdigest() == facts["document_sha256"]


def test_it_survives_revoking_and_says_so(world: SimpleNamespace) -> None:
    undertaking = bound(world)
    revoked(world, undertaking)
    page = client_of(world.otto).get(reverse("compliance:company_evidence", args=[undertaking.pk]))
    assert "Olivia" in page.content.decode()
    assert json.loads(_bundle(world, undertaking).read("signature.json"))["revoked_at"]
    opened = LogEntry.objects.filter(action=Action.SEAL_EVIDENCE, object_id=undertaking.pk)
    assert sorted(entry.fields[0] for entry in opened) == ["bundle", "page"]


def test_attack_a_changed_document_is_told(world: SimpleNamespace, superuser: Connection) -> None:
    undertaking = bound(world)
    with superuser.cursor() as cursor:
        cursor.execute("alter table deals_companyundertaking disable trigger user")
        cursor.execute("update deals_companyundertaking set number = 'another'")
        cursor.execute("alter table deals_companyundertaking enable trigger user")
    superuser.commit()
    page = client_of(world.olivia).get(reverse("compliance:company_evidence", args=[undertaking.pk]))
    assert "its fingerprint differs" in page.content.decode()
