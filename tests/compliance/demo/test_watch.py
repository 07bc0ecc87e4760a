"""What the watch finds in the demo's house, by its rules and from its log alone."""

from pathlib import Path
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection

from compliance.anomalies.models import Finding
from compliance.demo import logins
from compliance.demo.seeding import seed
from people.accounts.models import User
from tests.cast import fixed_rows
from tests.compliance.anomalies.making import caught_up, watched


@pytest.mark.django_db(transaction=True)
def test_the_watch_finds_the_unusual_day(tmp_path: Path, settings: Any, superuser: Connection) -> None:
    settings.DEMO_MODE, settings.HOME_DIR = True, tmp_path
    fixed_rows()
    caught_up(superuser)
    seed(tmp_path)
    watched(superuser)
    names = dict(User.objects.values_list("pk", "username"))
    found = {(one.rule, names.get(one.person_id)) for one in Finding.objects.all()}
    agent, colleague = logins.AGENT.username, logins.OTHER_AGENT.username
    assert {("mass_opening", agent), ("denied_burst", colleague), ("after_notice", colleague)} <= found
    # On a day of rest or at night the rule about hours finds the agent, too, and rightly.
    assert found <= {
        ("mass_opening", agent),
        ("denied_burst", colleague),
        ("after_notice", colleague),
        ("off_hours", agent),
        ("reveal_ratio", agent),
    }
