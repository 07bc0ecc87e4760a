"""The demo's jobs, and a colleague who is to come to another one."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from audit.origin import Origin, acting_as
from compliance.demo.logins import LEAD, OFFICERS, OTHER_AGENT
from people.accounts.models import User
from people.accounts.system import system_account
from people.roles.models import Role, RoleCode
from people.staffing.jobs import make_job
from people.staffing.models import Job, StaffChange
from people.staffing.planning import plan_move

JOBS = (
    ("经纪人", "Broker", RoleCode.AGENT, False),
    ("项目经理", "Deal manager", RoleCode.DEAL_LEAD, True),
    ("合规专员岗", "Compliance desk", RoleCode.COMPLIANCE_OFFICER, True),
    ("系统管理岗", "System desk", RoleCode.ADMIN, True),
)


def make_staffing(people: Mapping[str, User]) -> None:
    """Those that are there already stay as they are."""
    house, officer = system_account(), people[OFFICERS[0].username]
    if not Job.objects.exists():
        with acting_as(Origin(actor=house.pk)):
            for name_zh, name_en, role, signs_anew in JOBS:
                make_job(
                    actor=house,
                    name_zh=name_zh,
                    name_en=name_en,
                    roles=Role.objects.filter(pk=role),
                    signs_anew=signs_anew,
                )
    if not StaffChange.objects.exists():
        with acting_as(Origin(actor=officer.pk)):
            plan_move(
                actor=officer,
                person=people[OTHER_AGENT.username],
                lead=people[LEAD.username],
                job=Job.objects.get(name_en="Deal manager"),
                reason="季度考核后转为项目经理，原有客户交由同事跟进。",
                at=timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0)
                + timedelta(days=14),
            )
