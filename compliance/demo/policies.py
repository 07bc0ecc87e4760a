"""The demo's policies: the texts that the house comes with, put in force by two officers. Everybody has
accepted all but one, for which there is still time."""

from collections.abc import Mapping

from audit.origin import Origin, acting_as
from compliance.demo.deciding import agree, some_hours_ago
from compliance.demo.logins import OFFICERS
from people.accounts.models import User
from people.policies.access import asked_of
from people.policies.models import PolicyVersion
from people.policies.services import accept, ask
from people.policies.texts import ensure_first_policies

LANGUAGE = "zh-hans"
STILL_OPEN = "reporting-incidents"


def make_policies(people: Mapping[str, User]) -> None:
    """Those that are in force already stay as they are."""
    ensure_first_policies()
    author, other = (people[one.username] for one in OFFICERS[:2])
    drafts = PolicyVersion.objects.filter(agreed_at__isnull=True, number=1).exclude(policy__code="")
    first_time = drafts.exists()
    for draft in drafts.order_by("policy__code"):
        _put_in_force(author, other, draft)
    for person in people.values() if first_time else ():
        for due in asked_of(person).filter(accepted_at__isnull=True).exclude(policy__code=STILL_OPEN):
            with acting_as(Origin(actor=person.pk)):
                text_hash = bytes(due.version.text_hash)
                accept(actor=person, version=due.version, text_hash=text_hash, language=LANGUAGE)


def _put_in_force(author: User, other: User, draft: PolicyVersion) -> None:
    with some_hours_ago(), acting_as(Origin(actor=author.pk)):
        asked = ask(actor=author, version=draft, reason="经律师审阅，按本机构岗位设置适用。")
    agree(other, asked, "通读全文，内容与现行做法一致。")
