"""Conduct cases for the tests: about ming, opened by olivia, decided by otto and lea, an appeal by lin."""

from types import SimpleNamespace
from typing import Any

from compliance.conduct import deciding, opening
from compliance.conduct.codes import Measure
from compliance.conduct.models import ConductCase
from compliance.conduct.opening import Charge
from people.accounts.models import User
from tests.vault.records.makers import acting

SAID = "把客户名单发到了自己的手机。"


def charge(people: SimpleNamespace, **other: Any) -> Charge:
    usual: dict[str, Any] = {
        "person": people.ming,
        "words": SAID,
        "proposed": Measure.WARNING,
        "first": people.otto,
        "second": people.lea,
        "appeal_by": people.lin,
    }
    return Charge(**usual | other)


def opened(people: SimpleNamespace, **other: Any) -> ConductCase:
    with acting(people.olivia):
        return opening.open_case(actor=people.olivia, charge=charge(people, **other))


def replied(people: SimpleNamespace, **other: Any) -> ConductCase:
    case = opened(people, **other)
    with acting(people.ming):
        deciding.reply(actor=people.ming, case_id=case.pk, words="是为了核对。")
    return case


def voted(by: User, case: ConductCase, measure: Measure) -> ConductCase:
    with acting(by):
        return deciding.vote(actor=by, case_id=case.pk, measure=measure, words="事实清楚。")


def decided(people: SimpleNamespace, measure: Measure = Measure.WARNING, **other: Any) -> ConductCase:
    case = replied(people, **other)
    voted(people.otto, case, measure)
    voted(people.lea, case, measure)
    case.refresh_from_db()
    return case


def appealed(people: SimpleNamespace, measure: Measure = Measure.WARNING) -> ConductCase:
    case = decided(people, measure)
    with acting(people.ming):
        deciding.appeal(actor=people.ming, case_id=case.pk, words="处理过重。")
    case.refresh_from_db()
    return case
