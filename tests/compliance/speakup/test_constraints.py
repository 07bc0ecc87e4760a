"""What the database refuses, whoever writes."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import psycopg2
import pytest
from django.db import connection
from psycopg2.extensions import connection as Connection

from compliance.speakup.codes import State
from compliance.speakup.models import Accused, SpeakUpCase, SpeakUpKeys, SpeakUpPolicy
from compliance.speakup.shields import Protection, ShieldedAct
from tests.compliance.audits.test_attacks import deleted, stopped
from tests.compliance.speakup import making

pytestmark = pytest.mark.django_db


def test_a_report_takes_its_steps_and_keeps_its_days(people: SimpleNamespace) -> None:
    case, _code = making.reported()
    rows = SpeakUpCase.objects.filter(pk=case.pk)
    stopped("speakup_step_known", lambda: rows.update(state="investigating", acknowledged_on=case.made_on))
    stopped("speakup_acknowledged_has_day", lambda: rows.update(state="acknowledged"))
    stopped("speakup_case_stays", lambda: rows.update(code=b"x" * 16))
    stopped("speakup_case_stays", lambda: rows.update(made_on=date(2020, 1, 1)))
    stopped("speakup_case_stays", lambda: rows.update(apart=True))
    stopped("speakup_destroyed_has_no_code", lambda: rows.update(destroyed_on=case.made_on, code=None))
    stopped("speakup_closed_with_an_outcome", lambda: rows.update(outcome="speakup.confirmed"))
    stopped("speakup_case_is_kept", lambda: deleted(case))
    making.at(case, State.ACKNOWLEDGED, people.olivia)
    closing = {"state": "closed", "closed_on": case.made_on, "outcome": "speakup.confirmed"}
    stopped("speakup_closed_with_an_outcome", lambda: rows.update(**closing))
    stopped("speakup_case_stays", lambda: rows.update(acknowledged_on=date(2999, 1, 1)))
    begun = {"pk": uuid4(), "compartment": uuid4(), "key_id": 1, "code": uuid4().bytes, "category": "data"}
    wrong = begun | {"state": "acknowledged", "made_on": case.made_on, "acknowledged_on": case.made_on}
    stopped("speakup_step_known", lambda: SpeakUpCase.objects.create(**wrong))
    wrong = begun | {"category": "rumour", "made_on": case.made_on}
    stopped("speakup_category_known", lambda: SpeakUpCase.objects.create(**wrong))


def test_no_other_state_even_without_the_trigger(superuser: Connection) -> None:
    columns = "id, compartment, key_id, code, category, state, apart, waits, made_on, outcome"
    values = "gen_random_uuid(), gen_random_uuid(), 1, 'x', 'data', 'gone', false, true, now(), ''"
    with superuser.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        with pytest.raises(psycopg2.IntegrityError, match="speakup_state_known"):
            cursor.execute(
                f"insert into compliance_speakupcase ({columns}, acknowledged_on) values ({values}, now())"
            )


def test_what_was_written_stays(people: SimpleNamespace) -> None:
    case, _code = making.reported()
    first = case.texts.order_by("number")[0]
    stopped("speakup_text_stays", lambda: deleted(first))
    stopped("speakup_text_stays", lambda: case.texts.filter(pk=first.pk).update(day=date(2020, 1, 1)))
    stopped("speakup_text_once", _text(case, 1, "message", b"x", None))
    stopped("speakup_text_kind_known", _text(case, 9, "rumour", b"x", people.olivia.pk))
    stopped("speakup_text_says_something", _text(case, 9, "message", None, None))
    stopped("speakup_reporter_has_no_account", _text(case, 9, "message", b"x", people.ming.pk))
    stopped("speakup_reporter_has_no_account", _text(case, 9, "answer", b"x", None))


def _text(case: SpeakUpCase, number: int, says: str, words: bytes | None, by: Any) -> Callable[[], None]:
    columns = "id, key_id, number, says, day, words, words_seal, case_id, by_id"

    def put() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"insert into compliance_speakuptext ({columns})"
                " values (gen_random_uuid(), 1, %s, %s, now(), %s, 1, %s, %s)",
                [number, says, words, case.pk, by],
            )

    return put


def test_one_rule_one_channel_one_mark(people: SimpleNamespace) -> None:
    case, _code = making.reported()
    making.accused(case, people.otto, people.olivia)
    again = Accused(case=case, user=people.otto, by=people.olivia)
    stopped("speakup_accused_once", lambda: again.save(force_insert=True))
    for months in (5, 121):
        rule = SpeakUpPolicy(months=months)
        stopped("speakup_policy_months", lambda rule=rule: rule.save(force_insert=True))
    stopped("speakup_policy_one_row", lambda: SpeakUpPolicy(one_row=False).save(force_insert=True))
    keys = SpeakUpKeys(one_row=False, compartment=case.pk, key_id=1, index_key_id=2)
    stopped("speakup_keys_one_row", lambda: keys.save(force_insert=True))


def test_a_protection_and_what_was_done_against_it(people: SimpleNamespace) -> None:
    case, _code = making.reported()
    shield = making.protected(case, people.lin, people.olivia)
    plain = {"case": case, "user": people.lin, "by": people.olivia, "shielding": "wait"}
    rows = Protection.objects.filter(pk=shield.pk)
    stopped("speakup_protected_once", lambda: Protection.objects.create(**plain))
    stopped("speakup_shielding_known", lambda: rows.update(shielding="pray"))
    stopped("speakup_protection_ended_by_somebody", lambda: rows.update(ended_on=shield.on))
    stopped("speakup_protection_ended_by_somebody", lambda: rows.update(ended_by=people.olivia))
    act = {"protection": shield, "by": people.ada, "act": "role.revoke"}
    stopped("speakup_act_known", lambda: ShieldedAct.objects.create(**act | {"act": "stare"}))
    done = ShieldedAct.objects.filter(pk=ShieldedAct.objects.create(**act).pk)
    stopped("speakup_act_settled_by_somebody", lambda: done.update(settled_on=shield.on))
    stopped("speakup_act_settled_by_somebody", lambda: done.update(settled_by=people.olivia))
    settled = {"settled_on": shield.on, "settled_by": people.ada}
    stopped("speakup_act_settled_by_another", lambda: done.update(**settled))
