"""A conduct case of the demo's house that waits for its deciders, and a commendation."""

from collections.abc import Mapping

from audit.origin import Origin, acting_as
from compliance.conduct import deciding, opening
from compliance.conduct.codes import Measure
from compliance.conduct.models import ConductCase
from compliance.conduct.opening import Charge
from compliance.demo.logins import ADMIN, AGENT, LEAD, OFFICERS, OTHER_AGENT
from people.accounts.models import User
from people.training.models import Track
from people.training.shipped import track_id

CHARGE = "抽查发现，三次查看明文的事由均写为“工作需要”，且无对应跟进。"
REPLY = "当天集中回访，事由填写过于简单，今后会写清楚。"
PRAISE = "及时发现邮件误发并在五分钟内报告。"
WRITTEN = (CHARGE, REPLY, PRAISE)


def make_conduct(people: Mapping[str, User]) -> None:
    """Nothing where there are cases already."""
    if ConductCase.objects.exists():
        return
    officer, other = (people[one.username] for one in OFFICERS[:2])
    subject = people[OTHER_AGENT.username]
    charge = Charge(
        person=subject,
        words=CHARGE,
        proposed=Measure.RETRAINING,
        track=Track.objects.get(pk=track_id("handling")),
        first=other,
        second=people[LEAD.username],
        appeal_by=people[ADMIN.username],
    )
    with acting_as(Origin(actor=officer.pk)):
        case = opening.open_case(actor=officer, charge=charge)
        opening.commend(actor=officer, person=people[AGENT.username], words=PRAISE)
    with acting_as(Origin(actor=subject.pk)):
        deciding.reply(actor=subject, case_id=case.pk, words=REPLY)
