"""Entries that no stream has sent yet, and an authority for the receivers' certificates."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg2.extensions import connection as Connection

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.origin import Origin, acting_as
from compliance.stream.receivers import receivers
from tests.cast import fixed_rows
from tests.compliance.sequenced import sequenced
from tests.compliance.stream.receivers import SECRET, Authority, authority

Made = Callable[[int], list[UUID]]


@pytest.fixture
def made(transactional_db: None, superuser: Connection, settings: Any) -> Made:
    """Makes so many entries, in the tree; the first call puts every receiver's place before them."""
    fixed_rows()
    settings.SIEM_WEBHOOK_SECRET = SECRET

    def make(count: int) -> list[UUID]:
        start = sequenced(superuser)
        for receiver in receivers():
            place = receiver.place()
            if place.pk is None:
                place.next_index = start
                place.save()
        entry = Entry(action=Action.CLIENT_VIEW, object_type=ObjectType.CLIENT, object_id=uuid4())
        with acting_as(Origin(actor=uuid4(), network="192.0.2.0/24")):
            ids = [record_read(entry) for _ in range(count)]
        sequenced(superuser)
        return ids

    return make


@pytest.fixture
def trusted(tmp_path: Path, settings: Any) -> Authority:
    found = authority(tmp_path)
    settings.SIEM_CA = found.pem
    return found
