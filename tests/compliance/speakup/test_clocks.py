"""The clocks: seven days, three months, the day, and the end of a closed report."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.utils import timezone
from psycopg2.extensions import connection as Connection

from audit.models import LogEntry
from audit.origin import Origin, acting_as
from compliance.speakup import channel, handling, keeping
from compliance.speakup.clocks import answer_by, clock_of
from compliance.speakup.codes import State
from compliance.speakup.models import Accused, SpeakUpCase, SpeakUpText
from compliance.speakup.shields import Protection
from compliance.speakup.tasks import destroy_due
from people.accounts.models import User
from people.accounts.system import SYSTEM_ID
from people.today import due_for
from tests.cast import client_of
from tests.compliance.speakup import making
from tests.compliance.speakup.making import page, reported
from tests.vault.records.makers import acting
from vault.keys import store
from vault.keys.errors import KeyWithheld
from vault.records.errors import NotPossible

TWO_YEARS = 731
Worker = Callable[[], AbstractContextManager[None]]


def labels(user: User) -> list[str]:
    return [str(item.label) for item in due_for(user) if "eport" in str(item.label)]


def committed(people: SimpleNamespace, days: int, superuser: Connection, state: State) -> SpeakUpCase:
    case, _code = reported()
    return making.older(making.at(case, state, people.olivia), days, superuser)


@pytest.mark.django_db(transaction=True)
def test_overdue_clocks_come_into_the_day_of_officers(
    transactional_people: SimpleNamespace, superuser: Connection
) -> None:
    people = transactional_people
    case, _code = reported()
    assert labels(people.olivia) == ["New reports to acknowledge"]
    making.older(case, 7, superuser)
    assert labels(people.olivia) == ["New reports to acknowledge"]
    assert clock_of(case).is_soon
    making.older(case, 1, superuser)
    assert labels(people.olivia) == ["Reports that should have been acknowledged"]
    assert labels(people.ming) == labels(people.ada) == []
    assert "Overdue" in client_of(people.olivia).get(page("_cases")).content.decode()
    making.at(case, State.ACKNOWLEDGED, people.olivia)
    assert labels(people.olivia) == ["Reports whose reporter has written"]
    client_of(people.olivia).get(page("_case", case.pk))
    assert labels(people.olivia) == []
    making.older(case, 93, superuser)
    assert labels(people.olivia) == ["Reports that should have been answered"]
    with acting(people.olivia):
        handling.answer(actor=people.olivia, case_id=case.pk, words="还在查", final=False)
    assert labels(people.olivia) == ["Reports that should have been answered"]
    with acting(people.olivia):
        handling.answer(actor=people.olivia, case_id=case.pk, words="已整改", final=True)
    assert labels(people.olivia) == []


def test_three_months_count_from_the_acknowledgement_or_from_the_end_of_the_seven_days() -> None:
    case = SpeakUpCase(made_on=date(2026, 11, 23))
    assert clock_of(case).day == date(2026, 11, 30)
    assert answer_by(case) == date(2027, 2, 28)
    case.acknowledged_on, case.state = date(2026, 11, 25), State.ACKNOWLEDGED
    assert answer_by(case) == clock_of(case).day == date(2027, 2, 25)


@pytest.mark.django_db
def test_no_step_is_skipped_and_closing_says_how_it_ended(people: SimpleNamespace) -> None:
    case, code = reported()
    olivia = people.olivia
    with acting(olivia):
        with pytest.raises(NotPossible, match="state"):
            handling.investigate(actor=olivia, case_id=case.pk)
        with pytest.raises(NotPossible, match="Acknowledge"):
            handling.answer(actor=olivia, case_id=case.pk, words="您好", final=True)
        with pytest.raises(NotPossible, match="state"):
            handling.close(actor=olivia, case_id=case.pk, outcome="speakup.confirmed", words="结束")  # type: ignore[arg-type]
    making.at(case, State.INVESTIGATING, olivia)
    browser = client_of(olivia)
    for wrong in ({}, {"outcome": "speakup.confirmed"}, {"words": "结束"}, {"outcome": "x", "words": "结束"}):
        browser.post(page("_close", case.pk), wrong)
        case.refresh_from_db()
        assert case.state == State.INVESTIGATING
    browser.post(page("_close", case.pk), {"outcome": "speakup.confirmed", "words": "情况属实，已处理"})
    case.refresh_from_db()
    assert (case.state, case.answered_on) == (State.CLOSED, timezone.localdate())
    found = channel.mailbox(typed=code)
    assert found is not None
    assert found.texts[-1].words == "情况属实，已处理"
    browser.post(page("_investigate", case.pk))  # something new came up
    case.refresh_from_db()
    assert (case.state, case.outcome, case.closed_on) == (State.INVESTIGATING, "", None)


@pytest.mark.django_db(transaction=True)
def test_a_closed_report_is_destroyed_when_its_time_is_over(
    transactional_people: SimpleNamespace, superuser: Connection, as_worker: Worker
) -> None:
    people = transactional_people
    case, code = reported()
    kept, _other = reported()
    making.accused(case, people.otto, people.olivia)
    running = making.protected(case, people.lin, people.olivia)
    making.at(making.at(case, State.ACKNOWLEDGED, people.olivia), State.CLOSED, people.olivia)
    making.at(making.at(kept, State.ACKNOWLEDGED, people.olivia), State.CLOSED, people.olivia)
    making.older(case, TWO_YEARS, superuser)
    making.older(kept, TWO_YEARS - 10, superuser)
    with as_worker():
        destroy_due()
    assert channel.mailbox(typed=code) is not None  # its reporter is protected
    with acting(people.olivia):
        from compliance.speakup.protecting import end_protection

        end_protection(actor=people.olivia, protection_id=running.pk)
    with as_worker():
        destroy_due()
        destroy_due()
    case.refresh_from_db()
    assert case.destroyed_on == timezone.localdate()
    assert channel.mailbox(typed=code) is None
    assert not store.copies([case.pk])[0].live
    assert not SpeakUpText.objects.filter(case=case).exists()
    assert not Accused.objects.exists()
    assert not Protection.objects.exists()
    orders = LogEntry.objects.filter(object_id=case.pk, action__in=["destruction.order", "speakup.destroy"])
    done = orders.order_by("pk").values_list("action", "actor")
    assert list(done) == [("destruction.order", SYSTEM_ID), ("speakup.destroy", SYSTEM_ID)]
    assert client_of(people.olivia).get(page("_case", case.pk)).status_code == 404
    kept.refresh_from_db()
    assert kept.destroyed_on is None
    with superuser.cursor() as cursor:  # a copy of the rows from before opens nothing
        cursor.execute("select count(*) from keyring.key where owner = %s", [str(case.pk)])
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db(transaction=True)
def test_attack_the_web_login_destroys_a_report(
    transactional_people: SimpleNamespace, superuser: Connection
) -> None:
    from django.db.utils import ProgrammingError

    people = transactional_people
    case = committed(people, TWO_YEARS, superuser, State.NEW)
    making.older(
        making.at(making.at(case, State.ACKNOWLEDGED, people.olivia), State.CLOSED, people.olivia),
        TWO_YEARS,
        superuser,
    )
    with acting_as(Origin(actor=SYSTEM_ID)), pytest.raises(ProgrammingError, match="permission denied"):
        keeping.destroy(case.pk)
    case.refresh_from_db()
    assert case.destroyed_on is None


@pytest.mark.django_db(transaction=True)
def test_a_destroyed_key_opens_nothing_of_rows_that_were_kept_elsewhere(
    transactional_people: SimpleNamespace, superuser: Connection, as_worker: Worker
) -> None:
    """As a restored backup has them: the sealed rows, and a keyring without the key."""
    from audit.actions import Action
    from compliance.speakup.codes import Says
    from compliance.speakup.texts import reading, texts_of

    case, _code = reported()
    olivia = transactional_people.olivia
    making.at(making.at(case, State.ACKNOWLEDGED, olivia), State.CLOSED, olivia)
    making.older(case, TWO_YEARS, superuser)
    with superuser.cursor() as cursor:
        cursor.execute("create table public.kept_elsewhere as select * from compliance_speakuptext")
    try:
        with as_worker():
            destroy_due()
        with superuser.cursor() as cursor:
            cursor.execute("set session_replication_role = replica")
            cursor.execute("insert into compliance_speakuptext select * from public.kept_elsewhere")
    finally:
        with superuser.cursor() as cursor:
            cursor.execute("drop table public.kept_elsewhere")
    case.refresh_from_db()
    assert SpeakUpText.objects.filter(case=case).exists()
    with pytest.raises(KeyWithheld), reading(case, Action.SPEAKUP_OPEN):
        texts_of(case, Says)


@pytest.mark.django_db
def test_officers_set_how_long_closed_reports_are_kept(people: SimpleNamespace) -> None:
    browser = client_of(people.olivia)
    for wrong in ("5", "121", "", "x", "-3"):
        assert browser.post(page("_rules"), {"months": wrong}).status_code == 422
    browser.post(page("_rules"), {"months": "36"})
    assert 'value="36"' in browser.get(page("_rules")).content.decode()
    with acting(people.olivia), pytest.raises(NotPossible):
        handling.set_policy(actor=people.olivia, months=1)
    assert LogEntry.objects.filter(action="speakup.policy", fields=["months.36"]).exists()


@pytest.mark.django_db
def test_a_page_costs_the_same_however_much_there_is(people: SimpleNamespace) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    case, code = reported()
    making.accused(case, people.otto, people.olivia)
    making.protected(case, people.lin, people.olivia)
    browser = client_of(people.olivia)

    def costs() -> list[int]:
        found = []
        for address in (page("_cases"), page("_case", case.pk), "/"):
            browser.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(address).status_code == 200
            found.append(len(queries))
        return found

    before = costs()
    for number in range(4):
        channel.write_again(typed=code, words=f"第{number}次补充")
        more, _code = reported()
        making.accused(more, people.otto, people.olivia)
        making.protected(more, people.lin, people.olivia)
    making.accused(case, people.ming, people.olivia)
    with transaction.atomic():
        making.protected(case, people.ming, people.olivia)
    assert costs() == before


@pytest.mark.django_db(transaction=True)
def test_an_administrator_reminds_the_outside_auditor_and_knows_no_more(
    transactional_people: SimpleNamespace, superuser: Connection
) -> None:
    people = transactional_people
    case, _code = reported(apart=True)
    assert labels(people.ada) == labels(people.olivia) == []
    making.older(case, 8, superuser)
    assert labels(people.olivia) == []
    assert labels(people.ada) == ["Reports that wait too long for the outside auditor: remind them"]
    making.at(case, State.ACKNOWLEDGED, people.aud)
    assert labels(people.ada) == []
