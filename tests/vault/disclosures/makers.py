"""Exports for the tests, asked for, approved and made by the services themselves."""

import io
from collections.abc import Sequence
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from django.utils import translation

from people.accounts.models import User
from people.approvals.models import ApprovalRequest, Verdict
from people.approvals.services import NotDecidable, decide, open_preview
from tests.vault.records.makers import acting
from vault.demo.people import make_customer_rows
from vault.disclosures.building import build
from vault.disclosures.categories import CATEGORY_OF_GROUP, Category
from vault.disclosures.counting import count_disclosure, count_shown
from vault.disclosures.models import Channel, Export
from vault.disclosures.services import Wanted, request_export, take_export
from vault.purposes.catalogue import Reason
from vault.records.drafts import ClientDraft
from vault.records.labels import Field, Group
from vault.records.models import Client, ClientBook, ClientKind
from vault.records.normalising import NORMALISE
from vault.records.reading import reveal_group
from vault.records.services import BATCH, create_clients

CONTACT = (Field.NAME, Field.PHONE, Field.EMAIL, Field.ADDRESS)
WHY = "客户要求转交资料"


def fill(book: ClientBook, count: int, *, seed: int = 1) -> list[UUID]:
    """Invented clients with every field."""
    drafts = [
        ClientDraft(
            ClientKind.COMPANY if row["credit_code"] else ClientKind.PERSON,
            {one.value: NORMALISE[one](row[one.value]).value for one in Field if row.get(one.value)},
        )
        for row in make_customer_rows(count, seed)
    ]
    with acting(book.lead):
        return [
            made
            for at in range(0, count, BATCH)
            for made in create_clients(actor=book.lead, book_id=book.pk, drafts=drafts[at : at + BATCH])
            if made
        ]


def ask(
    user: User,
    recipient: User,
    *,
    fields: Sequence[Field] = CONTACT,
    purpose: str = "service",
    ids: Sequence[UUID] | None = None,
    masked: bool = False,
    priced: bool = False,
    form: str = "csv",
) -> Export:
    wanted = Wanted(
        purpose=purpose,
        fields=fields,
        format=form,
        masked=masked,
        priced=priced,
        colleague=recipient,
        ids=ids,
    )
    with acting(user), translation.override("zh-hans"):
        return request_export(actor=user, wanted=wanted, reason=WHY)


def approve(export: Export, *deciders: User) -> ApprovalRequest:
    """Each opens the preview and approves; the request as it then is."""
    request = ApprovalRequest.objects.get(pk=export.approval_id)
    for decider in deciders:
        with acting(decider):
            open_preview(actor=decider, request=request)
            request = decide(actor=decider, request=request, verdict=Verdict.APPROVE, reason="材料齐备")
    return request


def made(export: Export, *deciders: User) -> Export:
    """Approved, and made by the worker."""
    approve(export, *deciders)
    build(export.pk)
    export.refresh_from_db()
    return export


def ready(people: SimpleNamespace, recipient: User, **wanted: object) -> Export:
    """Ming's export for somebody, approved by Lea and an officer as far as needed, never by who gets it."""
    export = ask(people.ming, recipient, **wanted)  # type: ignore[arg-type]
    quorum = ApprovalRequest.objects.get(pk=export.approval_id).quorum
    deciders = [one for one in (people.lea, people.olivia, people.otto) if one != recipient]
    return made(export, *deciders[:quorum])


def taken(export: Export) -> bytes:
    """The file as its requester downloads it."""
    with acting(export.requester):
        answer = take_export(actor=export.requester, export_id=export.pk)
    assert answer is not None
    _export, file = answer
    target = io.BytesIO()
    with file:
        for piece in file:
            target.write(piece)
    return target.getvalue()


def give(
    person: User,
    subjects: int | list[UUID],
    *,
    category: Category = Category.PROPERTY,
    recipient: UUID | None = None,
    purpose: str = "service",
    channel: Channel = Channel.SHARE,
) -> None:
    ids = [uuid4() for _ in range(subjects)] if isinstance(subjects, int) else subjects
    count_disclosure(
        person=person,
        recipient=recipient or person.pk,
        purpose=purpose,
        channel=channel,
        subjects=dict.fromkeys(ids, category),
    )


def look(person: User, client: Client, group: Group = Group.FINANCIAL, purpose: str = "service") -> None:
    """What a reveal does before it opens anything."""
    count_shown(person, [client], CATEGORY_OF_GROUP[group], purpose)


def reveal(person: User, client: Client, purpose: str = "service") -> None:
    with acting(person):
        reveal_group(
            actor=person,
            client_id=client.pk,
            group=Group.CONTACT,
            purpose=purpose,
            reason=Reason.CALL,
            confirmed=True,
        )


def reviewed(request: ApprovalRequest, officer: User) -> None:
    with acting(officer):
        open_preview(actor=officer, request=request)
        decide(actor=officer, request=request, verdict=Verdict.APPROVE, reason="已抽查")


def quorum(export: Export) -> int:
    return ApprovalRequest.objects.get(pk=export.approval_id).quorum


def may_not_decide(person: User, request: ApprovalRequest) -> None:
    """They cannot decide, even with the preview open."""
    with acting(person):
        open_preview(actor=person, request=request)
        with pytest.raises(NotDecidable):
            decide(actor=person, request=request, verdict=Verdict.APPROVE, reason="好")
