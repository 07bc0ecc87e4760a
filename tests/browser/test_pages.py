"""Every page of the demo that links lead to, as every role: opens, fits, is accessible, in one language."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from psycopg2.extensions import connection as Connection

from compliance.accessreviews.models import ReviewedAccess
from compliance.audits.codes import Scope
from compliance.audits.models import Audit, AuditItem
from compliance.demo import logins
from compliance.demo.audits import WRITTEN
from compliance.demo.conduct import WRITTEN as CONDUCT
from compliance.demo.outside import WRITTEN as OUTSIDE
from compliance.demo.partners import WRITTEN as PARTNERS
from compliance.demo.seals import WRITTEN as SEALED
from compliance.demo.seeding import seed
from compliance.demo.speakup import WRITTEN as REPORTED
from compliance.demo.staffing import JOBS
from compliance.retention.models import RetentionRule
from deals.pipeline.models import Deal
from people.accounts.models import User
from people.approvals.models import ApprovalDecision, ApprovalRequest
from people.locks.codes import Kind as LockKind
from people.locks.models import Lock
from people.policies.models import PolicyVersion
from people.posts.models import Appointment
from people.staffing.models import StaffChange
from people.staffsessions.models import StaffSession
from tests.browser.chromium import Language, axe_violations, overflow
from tests.browser.conftest import Site
from tests.browser.crawling import crawl
from tests.browser.words import foreign_words
from tests.cast import NOTE, fixed_rows
from tests.compliance.anomalies.making import caught_up, watched
from tests.compliance.containment.making import locked
from vault.records.models import ClientBook

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_PAGES = 50  # of one role
ROLES = {
    "admin": logins.ADMIN,
    "officer": logins.OFFICERS[0],
    "lead": logins.LEAD,
    "agent": logins.AGENT,
    "auditor": logins.AUDITOR,
    "buyer": logins.BUYER,
    "unsigned buyer": logins.RIVAL,
    "seller": logins.SELLER,
    "adviser": logins.ADVISER,
    "seat": logins.SITTER,
}
# What the demo's people named in its room, where it lies sealed.
SEALED_NAMES = (
    *("公司概况", "证照与章程", "财务与税务", "合同与客户", "人员与资产"),
    *("场地平面图", "章程摘要", "近三年经营数据", "资产清单摘要"),
    *("转让方", "意向受让方一", "意向受让方二"),
)
LANGUAGES = ("简体中文", "English")  # offered by their own names


@pytest.fixture
def demo(transactional_db: None, settings: Any, tmp_path: Path, superuser: Connection) -> None:
    settings.DEMO_MODE, settings.HOME_DIR = True, tmp_path
    fixed_rows()
    caught_up(superuser)
    seed(tmp_path)
    watched(superuser)
    officer, other = (
        User.objects.get(username=one.username) for one in (logins.OFFICERS[1], logins.OTHER_AGENT)
    )
    locked(officer, LockKind.PERSON, other)  # so that there is a case


@pytest.mark.parametrize(
    ("language", "phone"), [("zh-hans", True), ("en", False)], ids=["zh-phone", "en-desktop"]
)
def test_i9_every_page(
    demo: None, live_site: Site, sign_in: Callable[..., Page], language: Language, phone: bool
) -> None:
    told, problems = _told(), []
    for role, login in ROLES.items():
        page = sign_in(User.objects.get(username=login.username), language=language, phone=phone)
        for address, status in crawl(page, live_site.url, most=MOST_PAGES):
            found = [] if status == 200 else [f"status {status}"]
            found += axe_violations(page)
            found += [f"{overflow(page)} px wider than the window"] if overflow(page) > 0 else []
            found += [f"not in {language}: {text!r}" for text in foreign_words(page, language, told)]
            problems += [f"{role} {address}: {problem}" for problem in found]
        page.close()
    assert not problems, "\n".join(problems)


def _jobs() -> list[str]:
    reasons = StaffChange.objects.values_list("reason", flat=True)
    return [*reasons, *(name for zh, en, *_ in JOBS for name in (zh, en))]


def _told() -> list[str]:
    """What people wrote or are called: it stays as it is in every language."""
    stored = (
        User.objects.values_list("username", "display_name", "email"),
        ClientBook.objects.values_list("name"),
        Deal.objects.values_list("code_name"),
        RetentionRule.objects.values_list("name", "note"),
        Audit.objects.values_list("title"),
        AuditItem.objects.filter(audit__scope=Scope.OUTSIDE).values_list("text_zh", "text_en"),  # as demanded
        ApprovalRequest.objects.values_list("reason"),
        ApprovalDecision.objects.values_list("reason"),
        Lock.objects.values_list("note"),
        StaffSession.objects.values_list("note"),
        ReviewedAccess.objects.values_list("reason"),
        Appointment.objects.values_list("shown_name", "contact"),
    )
    words = {text for rows in stored for row in rows for text in row if text}
    for version in PolicyVersion.objects.all():  # an approval shows both languages side by side
        texts = (version.title_zh, version.title_en, version.text_zh, version.text_en)
        words |= {line.removeprefix("# ") for text in texts for line in text.splitlines() if line}
    written = [*WRITTEN, *CONDUCT, *REPORTED, *SEALED, *OUTSIDE, *PARTNERS]
    return [*words, *written, *SEALED_NAMES, *LANGUAGES, *_jobs(), NOTE]
