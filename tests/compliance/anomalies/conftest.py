"""People, and a detector that stands at the end of the log."""

from types import SimpleNamespace

import pytest
from psycopg2.extensions import connection as Connection

from audit.origin import Origin, acting_as
from people.accounts.models import User
from tests.cast import cast
from tests.compliance.anomalies.making import caught_up


@pytest.fixture
def people(transactional_db: None, superuser: Connection) -> SimpleNamespace:
    with acting_as(Origin()):
        everybody: dict[str, User] = cast()
    caught_up(superuser)
    return SimpleNamespace(**everybody)
