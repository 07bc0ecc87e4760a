"""It bites: an overdue corrective action stops a book's lists, and comes into people's days."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action, Reason
from audit.models import LogEntry
from compliance.audits.codes import Result
from compliance.audits.due import next_audit
from compliance.audits.models import Audit
from compliance.audits.settings import set_policy
from compliance.audits.today import due as due_of
from people.accounts.models import User
from people.accounts.system import SYSTEM_ID
from people.today import due_for
from tests.cast import client_of
from tests.compliance.audits import making
from tests.vault.disclosures.conftest import book
from tests.vault.disclosures.makers import ask, fill, made, taken
from tests.vault.disclosures.test_pages import FORM
from tests.vault.records.makers import acting, let_in
from vault.disclosures.building import build
from vault.disclosures.holds import ExportsHeld
from vault.disclosures.models import Export, ExportState, SharedList
from vault.disclosures.sharing import ListWithheld, require_givable, why_withheld
from vault.records.models import ClientBook

__all__ = ["book"]
pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def labels(user: User) -> list[str]:
    return [str(one.label) for one in due_of(user) if one.count]


def test_an_overdue_major_finding_stops_exports_until_it_is_verified(
    people: SimpleNamespace, book: ClientBook
) -> None:
    fill(book, 3)
    ready = made(ask(people.ming, people.lin), people.lea)
    assert taken(ready)
    finding = making.found(making.by_hand(making.running(people)), book=book)
    action = making.to_do(finding, people.lea)
    assert ask(people.ming, people.lin)  # its day has not come
    held = making.late(finding, people.ming)
    before = Export.objects.count()
    with pytest.raises(ExportsHeld):
        ask(people.ming, people.lin)
    assert Export.objects.count() == before
    with pytest.raises(ExportsHeld):
        taken(ready)
    ready.refresh_from_db()
    assert ready.downloads == 1
    entry = LogEntry.objects.filter(action=Action.CLIENT_EXPORT, actor=people.ming.pk).latest("at")
    assert (entry.result, entry.reason) == ("refused", Reason.EXPORTS_HELD)
    making.done(held)  # done is not verified
    with pytest.raises(ExportsHeld):
        ask(people.ming, people.lin)
    making.verified(held, people.olivia)
    assert ask(people.ming, people.lin)
    assert taken(ready)
    assert action.state == "open"


def test_the_file_of_an_approved_export_waits(people: SimpleNamespace, book: ClientBook) -> None:
    fill(book, 2)
    finding = making.found(making.by_hand(making.running(people)), book=book)
    export = ask(people.ming, people.lin)
    held = making.late(finding, people.lea)
    export = made(export, people.lea)
    assert (export.state, export.file_id) == (ExportState.APPROVED, None)
    making.verified(making.done(held), people.olivia)
    build(export.pk)
    export.refresh_from_db()
    assert export.state == ExportState.READY


def test_a_list_in_a_room_is_withheld_meanwhile(people: SimpleNamespace, book: ClientBook) -> None:
    fill(book, 2)
    export = made(ask(people.ming, people.lin), people.lea)
    file_id = export.pk
    SharedList.objects.create(file_id=file_id, export=export, by=people.ming)
    require_givable(taker=people.lin, file_id=file_id, sides=[])
    finding = making.found(making.by_hand(making.running(people)), book=book)
    held = making.late(finding, people.lea)
    with pytest.raises(ListWithheld):
        require_givable(taker=people.lin, file_id=file_id, sides=[])
    assert [count for _words, count in why_withheld(file_id=file_id)] == [2]
    making.verified(making.done(held), people.olivia)
    require_givable(taker=people.lin, file_id=file_id, sides=[])


def test_minor_findings_and_other_books_stop_nothing(people: SimpleNamespace, book: ClientBook) -> None:
    fill(book, 2)
    audit = making.running(people)
    hand = list(audit.items.filter(kind="hand").select_related("audit__lead")[:2])
    making.late(making.found(hand[0], Result.MINOR, book=book), people.lea)
    making.late(making.found(hand[1], person=people.lin), people.lea)
    assert ask(people.ming, people.lin)


def test_the_page_says_why(people: SimpleNamespace, book: ClientBook) -> None:
    fill(book, 2)
    export = made(ask(people.ming, people.lin), people.lea)
    making.late(making.found(making.by_hand(making.running(people)), book=book), people.lea)
    browser = client_of(people.ming)
    answer = browser.post(reverse("vault:export_download", args=[export.pk]), follow=True)
    assert "no list of it leaves the house" in answer.content.decode()
    about = browser.get(reverse("vault:export", args=[export.pk])).content.decode()
    assert about.count("no list of it leaves the house") == 1
    assert "Download the file" not in about
    about = reverse("vault:book", args=[book.pk])
    assert "no list of it leaves the house" in browser.get(about).content.decode()
    asked = browser.post(
        f"{reverse('vault:export_new')}?book={book.pk}", FORM | {"recipient": f"c-{people.lin.pk}"}
    )
    assert asked.status_code == 422
    assert "no list of it leaves the house" in asked.content.decode()
    assert Export.objects.count() == 1


def test_a_person_and_their_lead_see_it_first_and_officers_after_days(
    people: SimpleNamespace, book: ClientBook
) -> None:
    let_in(book, people.lin)  # Ming's book
    finding = making.found(making.by_hand(making.running(people)), person=people.lin)
    held = making.late(finding, people.lea, days=3)
    about, lead, officers = "finding about you", "whose lead you are", "did not settle"
    assert about in " ".join(labels(people.lin))
    assert str(due_for(people.lin)[0].label).startswith("An audit finding about you")
    assert lead in " ".join(labels(people.ming))
    address = reverse("compliance:audit_finding", args=[finding.pk])
    for user, status in ((people.lin, 200), (people.ming, 200), (people.ada, 404), (people.sam, 404)):
        assert client_of(user).get(address).status_code == status
        if status == 200:
            assert address in client_of(user).get(reverse("compliance:audit_mine")).content.decode()
    assert officers not in " ".join(labels(people.otto))
    with acting(people.otto):
        set_policy(actor=people.otto, months=12, remind_days=30, escalate_days=2)
    assert officers in " ".join(labels(people.otto))
    making.verified(making.done(held), people.otto)
    for user in (people.lin, people.ming, people.otto):
        assert "finding about" not in " ".join(labels(user))
    assert client_of(people.ming).get(address).status_code == 404  # his no more, once it is settled


def test_the_audit_of_the_house_comes_due_before_the_day_and_after_it(people: SimpleNamespace) -> None:
    house = User.objects.filter(pk=SYSTEM_ID)
    assert "audit of the house" not in " ".join(labels(people.otto))
    house.update(created_at=timezone.now() - 350 * DAY)
    assert next_audit().is_told
    assert "Plan the audit of the house" in " ".join(labels(people.otto))
    assert "audit of the house" not in " ".join(labels(people.ming))
    audit = making.running(people)
    assert "audit of the house" not in " ".join(labels(people.otto))  # one is under way
    house.update(created_at=timezone.now() - 400 * DAY)
    assert "overdue since" in " ".join(labels(people.otto))
    making.all_answered(audit)
    signed = making.signed(people, title="另一次")
    assert "audit of the house" not in " ".join(labels(people.otto))
    assert next_audit().day > timezone.localdate() + 360 * DAY
    assert Audit.objects.filter(pk=signed.pk, state="signed").exists()


def test_owners_verifiers_and_leads_have_it_in_their_day(people: SimpleNamespace) -> None:
    audit = making.running(people)
    action = making.to_do(making.found(making.by_hand(audit)), people.ming)
    assert labels(people.ming) == ["Corrective actions of yours"]
    making.done(action)
    assert labels(people.ming) == ["Corrective actions of yours that somebody looks at"]
    assert "Corrective actions to verify" in labels(people.otto)
    making.late(making.found(making.by_hand(audit)), people.lin)
    assert labels(people.lin) == ["Corrective actions of yours that are overdue"]
    closed = making.closed(people, title="已关闭")
    assert "Audit reports to sign off" in labels(people.otto)
    assert closed.lead != people.otto
