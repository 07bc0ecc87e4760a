"""A withdrawal through the client's own link stops the next use of every kind, says why, and is put before
the officers. The client and the agent are in different sessions; nothing is told from one to the other."""

import re
from base64 import b64encode
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from audit.models import LogEntry
from tests.cast import PASSWORD, client_of
from tests.people.helpers import confirm_identity
from tests.vault.disclosures.makers import CONTACT, WHY, approve, ask, ready, taken
from tests.vault.purposes.makers import link_path, said, told_book
from tests.vault.records.makers import ZHANG, acting, add, book_of, let_in
from tests.vault.relations.makers import followup_of, mandate_of, said_to, share
from vault.disclosures.building import build
from vault.disclosures.models import Export, ExportState
from vault.disclosures.services import Wanted, request_export
from vault.purposes.alerts.models import PurposeAlert
from vault.purposes.catalogue import Basis, Purpose
from vault.purposes.codes import Act, Unlawful
from vault.purposes.uploads import Proof
from vault.records.errors import NotPossible
from vault.records.grading.rules import GradeRule
from vault.records.labels import HELD
from vault.records.models import ClientBook
from vault.relations.service.services import record_preference, record_rating, record_transaction

WITHDRAWN = "The client has withdrawn the consent. Leave it. Only the client can give consent again."
SPACED = "<span>0013</span><span>8000</span>"  # in groups, as a called number stands
WORDS = "办得很快也很稳妥"
WANG = {"name": "王五", "phone": "+8613700137000", "email": "wang@qq.com"}
Page = Callable[[], str]


class Consenting:
    """A client of Ming's book, served by consent alone, who withdraws through a link of their own."""

    def __init__(
        self, book: ClientBook, values: dict[str, str] | None = None, *, kind: str = "person"
    ) -> None:
        self.client = add(book, values, kind=kind)
        self.path = link_path(self.client)
        self.give("use", "sensitive")

    def give(self, *codes: str) -> None:
        """On paper: what is given through a link waits until an officer has asked the client."""
        for code in codes:
            said(self.client, f"service.{code}")

    def withdraw(self) -> None:
        answered = Browser().post(self.path, {"answer": "withdraw:service.use"})
        assert answered.status_code == 302


@pytest.fixture
def world(people: SimpleNamespace) -> SimpleNamespace:
    people.browsers = {name: client_of(getattr(people, name)) for name in ("ming", "olivia")}
    return settled(people)


def settled(house: SimpleNamespace) -> SimpleNamespace:
    """Zhang has consented; the book's second person is Lea."""
    house.book = book_of(house.ming)
    let_in(house.book, house.lea)
    told_book(house.olivia, house.book, purpose=Purpose.SERVICE, basis=Basis.CONSENT, needs=HELD)
    # The second person whom the highest grade asks for besides is tried where permits are.
    GradeRule.objects.create(grade=4, step_up=True, second_person=0, weight=5, watermark=True)
    house.zhang = Consenting(house.book)
    return house


def confirmed(world: SimpleNamespace) -> None:
    """Ming has just typed the password, by the hasher that one test has."""
    world.ming.set_password(PASSWORD)
    world.ming.save()
    world.browsers["ming"] = client_of(world.ming)
    confirm_identity(world.browsers["ming"])


def revealed_by(world: SimpleNamespace, name: str, *args: object, prefix: str = "") -> Page:
    """The page that answers Ming's reveal, without the forms' choices."""
    told = {f"{prefix}-purpose": "service", f"{prefix}-reason": "call"} if prefix else {}
    address = reverse(f"vault:{name}", args=args)

    def page() -> str:
        answer = world.browsers["ming"].post(address, told, follow=True).content.decode()
        return re.sub(r"<option.*?</option>", "", answer, flags=re.DOTALL)

    return page


def contact(world: SimpleNamespace) -> tuple[Page, str]:
    return revealed_by(world, "client_reveal", world.zhang.client.pk, "contact", prefix="CONTACT"), SPACED


def account(world: SimpleNamespace) -> tuple[Page, str]:
    confirmed(world)
    page = revealed_by(world, "client_reveal", world.zhang.client.pk, "financial", prefix="FINANCIAL")
    return page, ZHANG["bank_account"]


def followup(world: SimpleNamespace) -> tuple[Page, str]:
    row = followup_of(world.zhang.client, world.ming, purpose=Purpose.SERVICE)
    return revealed_by(world, "followup_call", row.pk), SPACED


def communication(world: SimpleNamespace) -> tuple[Page, str]:
    row = said_to(world.zhang.client, world.ming, WORDS)
    return revealed_by(world, "communication_reveal", row.pk, prefix="TEXT"), WORDS


def shares(world: SimpleNamespace) -> tuple[Page, str]:
    """The holder withdraws; the company, on whose page the share stands, does not."""
    company = Consenting(world.book, {"name": "深圳瑞鑫贸易有限公司"}, kind="company").client
    share(company, world.zhang.client, world.ming, "31.75")
    return revealed_by(world, "people_reveal", company.pk, prefix="SHARE"), "31.75"


def ratings(world: SimpleNamespace) -> tuple[Page, str]:
    with acting(world.ming):
        record_rating(actor=world.ming, client_id=world.zhang.client.pk, score=4, words=WORDS)
    return revealed_by(world, "service_reveal", world.zhang.client.pk, "ratings", prefix="RATINGS"), WORDS


def money(world: SimpleNamespace) -> tuple[Page, str]:
    confirmed(world)
    paid = {"kind": "deposit", "amount": "30,000.50", "on": timezone.localdate()}
    with acting(world.ming):
        record_transaction(actor=world.ming, client_id=world.zhang.client.pk, **paid)
    return revealed_by(world, "service_reveal", world.zhang.client.pk, "money", prefix="MONEY"), "30,000.50"


def wishes(world: SimpleNamespace) -> tuple[Page, str]:
    wished = {"channel": "wechat", "hours": "evening", "industry": "building", "price_band": "to_200"}
    with acting(world.ming):
        record_preference(actor=world.ming, client_id=world.zhang.client.pk, **wished)
    page = revealed_by(world, "service_reveal", world.zhang.client.pk, "wishes", prefix="WISHES")
    return page, "50,000 to 200,000"


def mandate(world: SimpleNamespace) -> tuple[Page, str]:
    row = mandate_of(world.zhang.client, fee=WORDS)
    return revealed_by(world, "mandate_terms", row.pk, prefix="MANDATE"), WORDS


def document(world: SimpleNamespace) -> tuple[Page, str]:
    """The bytes themselves, which are saved; a refusal is a page."""
    row = mandate_of(
        world.zhang.client,
        document=Proof("", "application/pdf", b64encode(f"%PDF-{WORDS}".encode()).decode()),
    )
    return revealed_by(world, "mandate_document", row.pk, prefix="MANDATE"), WORDS


USES = [
    contact,
    account,
    followup,
    communication,
    shares,
    ratings,
    money,
    wishes,
    mandate,
    document,
]


def alerts(world: SimpleNamespace, act: Act) -> list[PurposeAlert]:
    """Those of the book, each checked to stand for its log entry about the client who withdrew."""
    found = list(PurposeAlert.objects.using("audit").filter(book=world.book.pk))
    for alert in found:
        entry = LogEntry.objects.using("audit").get(pk=alert.pk)
        assert entry.subjects == [world.zhang.client.pk]
        assert (alert.act, alert.purpose, alert.outcome) == (act.value, "service", "")
        assert (alert.actor_id, alert.clients) == (world.ming.pk, 1)
    return found


@pytest.mark.parametrize("use", USES, ids=lambda use: use.__name__)
def test_the_very_next_request_shows_nothing_and_says_why(
    world: SimpleNamespace, use: Callable[[SimpleNamespace], tuple[Page, str]]
) -> None:
    page, secret = use(world)
    assert secret in page()
    assert alerts(world, Act.REVEAL) == []
    world.zhang.withdraw()
    refused = page()
    assert secret not in refused
    assert WITHDRAWN in refused
    [alert] = alerts(world, Act.REVEAL)
    assert alert.reason == Unlawful.WITHDRAWN
    assert reverse("vault:purpose_alerts") in world.browsers["olivia"].get("/").content.decode()
    world.zhang.give("use")
    assert secret in page()


@pytest.mark.django_db(transaction=True)
def test_a_ready_export_is_made_again_without_who_withdrew(as_worker: None, people: SimpleNamespace) -> None:
    """With the worker's login, which alone may destroy the key of the file that was."""
    world = settled(people)
    Consenting(world.book, WANG)
    export = ready(world, world.lin, purpose="service")
    assert ZHANG["email"].encode() in taken(export)
    world.zhang.withdraw()
    browser = client_of(world.ming)
    address = reverse("vault:export_download", args=[export.pk])
    answer = browser.post(address, follow=True)
    assert answer["Content-Type"].startswith("text/html")  # no file, however it is asked for
    assert "made again" in answer.content.decode()
    [alert] = alerts(world, Act.EXPORT)
    assert alert.reason == Unlawful.WITHDRAWN
    build(export.pk)
    file = b"".join(browser.post(address).streaming_content)  # type: ignore[arg-type]
    assert WANG["email"].encode() in file
    assert ZHANG["email"].encode() not in file
    assert len(alerts(world, Act.EXPORT)) == 1  # one use was refused, once


def test_an_export_approved_and_not_yet_made(world: SimpleNamespace) -> None:
    Consenting(world.book, WANG)
    export = ask(world.ming, world.lin, purpose="service")
    approve(export, world.lea)
    world.zhang.withdraw()
    build(export.pk)
    [alert] = alerts(world, Act.EXPORT)
    assert alert.reason == Unlawful.WITHDRAWN
    export.refresh_from_db()
    assert (export.state, export.size, export.delivered) == (ExportState.READY, 2, 1)
    assert ZHANG["email"].encode() not in taken(export)
    assert len(alerts(world, Act.EXPORT)) == 1


def test_an_export_of_nobody_else_is_not_made(world: SimpleNamespace) -> None:
    export = ask(world.ming, world.lin, purpose="service")
    approve(export, world.lea)
    world.zhang.withdraw()
    build(export.pk)
    export.refresh_from_db()
    assert (export.state, export.file_id) == (ExportState.FAILED, None)
    assert len(alerts(world, Act.EXPORT)) == 1


def test_an_export_that_is_only_asked_for(world: SimpleNamespace) -> None:
    world.zhang.withdraw()
    wanted = Wanted(
        purpose="service",
        fields=CONTACT,
        format="csv",
        masked=False,
        priced=False,
        colleague=world.lin,
    )
    with acting(world.ming), pytest.raises(NotPossible):
        request_export(actor=world.ming, wanted=wanted, reason=WHY)
    assert not Export.objects.exists()
    [alert] = alerts(world, Act.EXPORT)
    assert alert.reason == Unlawful.WITHDRAWN


def test_an_export_without_consent_is_refused_before_the_officers(world: SimpleNamespace) -> None:
    """Who never consented, as who withdrew: not the log alone holds it."""
    silent = add(world.book, WANG)
    world.zhang.withdraw()
    with pytest.raises(NotPossible):
        ask(world.ming, world.lin, purpose="service")
    found = {alert.reason: alert for alert in PurposeAlert.objects.using("audit").filter(book=world.book.pk)}
    assert set(found) == {Unlawful.WITHDRAWN, Unlawful.NO_CONSENT}
    alert = found[Unlawful.NO_CONSENT]
    assert (alert.act, alert.actor_id, alert.clients) == (Act.EXPORT, world.ming.pk, 1)
    assert LogEntry.objects.using("audit").get(pk=alert.pk).subjects == [silent.pk]
    register = world.browsers["olivia"].get(reverse("vault:purpose_alerts")).content.decode()
    assert "The client has not consented to this." in register
