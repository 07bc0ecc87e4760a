"""Every path by which a client's data reach somebody goes through the one door of the counts, once."""

import re
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from people.accounts.services import disable_person
from tests.cast import client_of
from tests.people.helpers import confirm_identity
from tests.vault.disclosures.makers import fill, made, ready
from tests.vault.intake.makers import owned
from tests.vault.purposes.makers import PROVING, said, told_book
from tests.vault.records.makers import acting, add, let_in
from tests.vault.relations.makers import company_in, followup_of, said_to, share
from vault.disclosures.categories import Category
from vault.disclosures.counting import OfficerNeeded, count_disclosure
from vault.disclosures.models import Agreement, Channel, Disclosure, DisclosureTotal, RecipientKind, Scope
from vault.disclosures.recipients import create_recipient
from vault.disclosures.services import Wanted, request_export
from vault.intake.handover import hand_over
from vault.purposes.catalogue import Reason
from vault.purposes.consents.proofs import open_proof
from vault.records.labels import Field, Group
from vault.records.models import Client, ClientBook
from vault.records.reading import reveal_group
from vault.relations.communications.reading import reveal_text
from vault.relations.followups.services import call
from vault.relations.people.reading import reveal_shares

pytestmark = pytest.mark.django_db

# Modules that open clients' plaintext, and why each is counted or need not be.
OPENS = {
    "vault/records/reading.py": "every reveal: counted in _take_leave",
    "vault/disclosures/building.py": "an approved export: counted when it was approved",
    "vault/disclosures/lookups.py": "compared for a trace, shown to nobody",
    "vault/disclosures/recipients.py": "names of recipients, no client's",
    "vault/records/search.py": "compared for a search, shown masked",
    "vault/records/rotating.py": "indexed anew, shown to nobody",
    "vault/intake/rebuilding.py": "indexed anew, shown to nobody",
    "vault/purposes/sources/opening.py": "who gave a list, no client's",
    "vault/access.py": "an example in its docstring",
    "deals/rooms/naming.py": "names of rooms; exported lists in their files: tests/deals/test_lists.py",
    "compliance/audits/texts.py": "the words of an audit, under its own key; of clients it holds no field",
    "compliance/conduct/texts.py": "the words of a conduct case, under its own key; of clients it holds none",
    "compliance/outside/texts.py": "the words of an outside audit, under its own key; of no client",
    "compliance/speakup/texts.py": "the words of a report, under its own key; of clients it holds no field",
    "compliance/review/reasons.py": "the words beside a reason, for officers",
}


def counted(**only: object) -> list[tuple[str, int]]:
    rows = Disclosure.objects.filter(**only).order_by("id")
    return [(row.channel, row.category) for row in rows]


def test_no_module_opens_plaintext_that_was_not_thought_of_here() -> None:
    root = Path(settings.BASE_DIR)
    opening = re.compile(r"Mode\.OPEN\b")
    found = {
        str(path.relative_to(root))
        for part in ("vault", "deals", "compliance", "people")
        for path in (root / part).rglob("*.py")
        if opening.search(path.read_text())
    }
    assert found == set(OPENS)


def test_a_call_its_note_and_a_reveal_count_one_person_once(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client = add(book)
    followup = followup_of(client, people.ming, purpose="service")
    with acting(people.ming):
        call(actor=people.ming, followup_id=followup.pk)
        call(actor=people.ming, followup_id=followup.pk)
        reveal_group(
            actor=people.ming,
            client_id=client.pk,
            group=Group.CONTACT,
            purpose="service",
            reason=Reason.CALL,
        )
    assert counted(subject_id=client.pk) == [(Channel.REVEAL, Category.TRANSACTION)]


def test_what_was_said_and_who_holds_what_count_as_well(people: SimpleNamespace, book: ClientBook) -> None:
    company, holder = company_in(book), add(book)
    words = said_to(holder, people.ming)
    share(company, holder, people.ming, "30")
    why = {"purpose": "service", "reason": Reason.VERIFY, "confirmed": True}
    with acting(people.ming):
        reveal_text(actor=people.ming, communication_id=words.pk, **why)  # type: ignore[arg-type]
        why["purpose"] = "mandate"
        reveal_shares(actor=people.ming, client_id=company.pk, **why)  # type: ignore[arg-type]
    # What was said is content of communications; a shareholding is counted with the identity that holds it.
    assert sorted(counted(subject_id=holder.pk)) == [
        (Channel.REVEAL, Category.PROPERTY),
        (Channel.REVEAL, Category.TRANSACTION),
    ]
    assert counted(subject_id=company.pk) == [(Channel.REVEAL, Category.OTHER)]


def test_the_proof_of_a_consent_counts_and_stops(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    told_book(people.olivia, book)
    event = said(client)
    address = reverse("vault:consent_proof", args=[event.pk])
    browser = client_of(people.ming)
    assert [browser.post(address, PROVING).status_code for _ in range(2)] == [200, 200]
    assert counted() == [(Channel.REVEAL, Category.TRANSACTION)]
    count_disclosure(
        person=people.ming,
        recipient=people.ming.pk,
        purpose="service",
        channel=Channel.REVEAL,
        subjects={uuid4(): Category.PROPERTY for _ in range(25)},
    )
    other = said(add(book, {"name": "李四", "phone": "+8613900139000"}))
    with acting(people.ming), pytest.raises(OfficerNeeded):
        open_proof(actor=people.ming, event_id=other.pk, reason=Reason.VERIFY)
    stopped = browser.post(reverse("vault:consent_proof", args=[other.pk]), PROVING)
    assert (stopped.status_code, stopped["Location"].split("?")[0]) == (303, reverse("vault:count_review"))
    asking = browser.get(stopped["Location"])
    assert asking.context["waiting"] is None
    assert browser.post(stopped["Location"], {"reason": "Files of this week."}).status_code == 302
    asked = browser.get(stopped["Location"])
    assert reverse("people:approval", args=[asked.context["waiting"].pk]) in asked.content.decode()
    assert "<textarea" not in asked.content.decode()


def test_a_hand_over_shows_nobody_and_each_new_owner_counts_who_they_open(
    people: SimpleNamespace, book: ClientBook
) -> None:
    for user in (people.lin, people.lea):
        let_in(book, user)
    client = owned(book, by=people.lin)
    with acting(people.ada):
        disable_person(actor=people.ada, person=people.lin)
    with acting(people.ming):
        hand_over(actor=people.ming, leaver_id=people.lin.pk, book_id=book.pk, to=[people.lea])
    assert counted() == []
    browser = client_of(people.lea)
    confirm_identity(browser)
    assert browser.get(reverse("vault:client", args=[client.pk])).status_code == 200
    assert counted() == []  # masks
    with acting(people.lea):
        reveal_group(
            actor=people.lea, client_id=client.pk, group=Group.CONTACT, purpose="service", reason=Reason.CALL
        )
    assert counted(person=people.lea) == [(Channel.REVEAL, Category.TRANSACTION)]


def test_what_goes_outside_is_a_share_and_adds_to_what_a_colleague_was_given(
    people: SimpleNamespace, book: ClientBook
) -> None:
    fill(book, 6)
    ready(people, people.lin)
    with acting(people.ming):
        outsider = create_recipient(
            actor=people.ming,
            name="某评估事务所",
            kind=RecipientKind.ADVISER,
            agreement=Agreement.ENTRUSTMENT,
            agreed_on=timezone.localdate(),
            agreed_until=None,
            abroad=False,
        )
        wanted = Wanted(
            purpose="service",
            fields=(Field.NAME, Field.PHONE),
            format="csv",
            masked=False,
            priced=False,
            outsider=outsider,
        )
        export = request_export(actor=people.ming, wanted=wanted, reason="评估需要核对客户")
    made(export, people.lea)
    assert {channel for channel, _ in counted(recipient_id=outsider.pk)} == {Channel.SHARE}
    assert {channel for channel, _ in counted(recipient_id=people.lin.pk)} == {Channel.EXPORT}
    whole = DisclosureTotal.objects.filter(scope=Scope.PERSON, person_id=people.ming.pk)
    assert sum(row.count for row in whole) == 2 * Client.objects.count()
