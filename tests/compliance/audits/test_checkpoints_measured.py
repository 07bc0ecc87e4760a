"""Checkpoints outside the database, measured on a log that is signed and on one that is not."""

from pathlib import Path
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection

from audit.checkpoints.publishing import publish
from compliance.audits.measures import MEASURES
from tests.audit.checkpoints.conftest import folders
from tests.compliance.audits.test_measures import period
from tests.compliance.proofs.signed import lasting_keys, signed, written

__all__ = ["folders", "lasting_keys"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_checkpoints(
    folders: Path, lasting_keys: None, superuser: Connection, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    written(3)
    signed(superuser, monkeypatch)
    publish()
    assert MEASURES["checkpoints"].measured(period()).passed
