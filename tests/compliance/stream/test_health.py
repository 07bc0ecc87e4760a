"""What officers see of the streams, and when it cannot wait."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from psycopg2.extensions import connection as Connection

from audit.origin import Origin, acting_as
from compliance.stream.health import LATE, Health, healths
from compliance.stream.models import Kind, StreamPlace
from compliance.stream.tasks import push
from tests.cast import cast, client_of
from tests.compliance.stream.conftest import Made
from tests.compliance.stream.receivers import webhook as receiving

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "compliance:streams"


@pytest.fixture
def people(transactional_db: None) -> SimpleNamespace:
    with acting_as(Origin()):
        return SimpleNamespace(**cast())


def test_without_a_receiver_the_page_says_how_to_name_one(people: SimpleNamespace) -> None:
    assert "SIEM_WEBHOOK_URL" in client_of(people.olivia).get(reverse(PAGE)).content.decode()


def test_a_stream_that_fails_is_on_the_page_at_once(
    people: SimpleNamespace, made: Made, settings: Any
) -> None:
    with receiving() as web:
        settings.SIEM_WEBHOOK_URL = web.url
        made(2)
        push()
        [well] = healths()
        assert (well.lag, well.trouble, well.is_late) == (0, "", False)
    officer = client_of(people.olivia)
    made(3)
    push()
    shown = officer.get(reverse(PAGE)).content.decode()
    assert "Not reachable" in shown
    assert "127.0.0.1" in shown
    assert "token=t" not in shown
    [ill] = healths()
    assert ill.lag >= 3
    assert reverse(PAGE) not in officer.get("/").content.decode()
    assert client_of(people.ming).get(reverse(PAGE)).status_code == 404


def test_a_late_stream_is_in_today(
    people: SimpleNamespace, made: Made, settings: Any, superuser: Connection
) -> None:
    settings.SIEM_SYSLOG = "127.0.0.1:1"
    made(1)
    push()
    long_ago = timezone.now() - 2 * LATE
    StreamPlace.objects.update(begun_at=long_ago)
    with superuser.cursor() as cursor:  # as if the entry had waited
        cursor.execute("alter table log.leaf disable trigger user")
        cursor.execute("update log.leaf set at = %s where index = %s", [long_ago, _next()])
        cursor.execute("alter table log.leaf enable always trigger refuse_change")
        cursor.execute("alter table log.leaf enable always trigger refuse_truncate")
    assert reverse(PAGE) in client_of(people.olivia).get("/").content.decode()


def _next() -> int:
    return StreamPlace.objects.get().next_index


def test_late_is_what_has_waited_and_was_not_acknowledged_for_ten_minutes() -> None:
    now = timezone.now()
    old, fresh = now - 2 * LATE, now - timedelta(seconds=5)

    def late(begun: object, acknowledged: object, waiting: object) -> bool:
        place = StreamPlace(begun_at=begun, acknowledged_at=acknowledged)
        return Health(Kind.WEBHOOK, "siem", place, 1, waiting).is_late  # type: ignore[arg-type]

    assert late(old, old, old)
    assert late(old, None, old)
    assert not late(old, fresh, old)  # it catches up
    assert not late(fresh, None, old)  # it has only begun
    assert not late(old, old, fresh)  # a quiet house
    assert not late(old, old, None)
