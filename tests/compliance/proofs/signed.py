"""A signed log in the tests' ordinary database, where the accounts are.

The sequencer waits for every transaction of the cluster, those of other test processes too; here the
superuser puts the entries into the tree, in the sequencer's order and by the log's own functions.
"""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from psycopg2.extensions import connection as Connection

from audit.actions import Action, ObjectType
from audit.checkpoints import signing, store
from audit.entry import Entry
from audit.ids import uuid7
from audit.log import record_read_many
from audit.origin import Origin, acting_as
from tests.compliance.sequenced import sequenced
from tests.databases import as_worker

KEYS = "keys-of-the-log"
DEALS = (UUID("11111111-1111-4111-8111-111111111111"), UUID("22222222-2222-4222-8222-222222222222"))
SUBJECT = UUID("33333333-3333-4333-8333-333333333333")


@pytest.fixture
def lasting_keys(folders: Path, settings: Any) -> None:
    """The log outlives a test here, and so do the keys that sign it."""
    settings.KEYS_DIR = settings.HOME_DIR / KEYS


def written(count: int) -> list[UUID]:
    """So many entries, of one deal and of the other in turn; every third is about the subject."""
    entries = [
        Entry(
            action=Action.CLIENT_VIEW,
            object_type=ObjectType.CLIENT,
            object_id=uuid7(),
            deal=DEALS[number % 2],
            subjects=(SUBJECT,) if number % 3 == 0 else (),
        )
        for number in range(count)
    ]
    with acting_as(Origin(actor=uuid7())):
        return record_read_many(entries)


def signed(superuser: Connection, monkeypatch: pytest.MonkeyPatch) -> store.Checkpoint:
    """Every entry that there is, in the tree and signed."""
    sequenced(superuser)
    monkeypatch.setattr(signing, "EVERY", signing.timedelta(0))
    with as_worker(), acting_as(Origin(actor=uuid7())):
        made = signing.sign_latest()
    assert made is not None
    return made
