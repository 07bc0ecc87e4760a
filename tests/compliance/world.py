"""Clients, rules and people for the tests of retention and destruction."""

import itertools
import random
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from audit.actions import Action
from audit.origin import Origin, acting_as
from compliance.destruction import services
from compliance.destruction.models import DestructionRun
from compliance.retention.models import Basis, RetentionRule, Trigger
from compliance.retention.services import create_rule
from people.accounts.models import User
from people.approvals.models import Verdict
from people.approvals.services import decide, open_preview
from people.roles.builtin import RoleCode
from tests.cast import cast, person
from vault.access import Mode, access
from vault.demo.people import make_person
from vault.purposes.catalogue import Holding
from vault.records.books import create_book
from vault.records.drafts import ClientDraft
from vault.records.entries import client_entry
from vault.records.models import Client, ClientBook, ClientKind
from vault.records.services import create_clients

_seeds = itertools.count(1)
FIELDS = ("name", "id_number", "phone", "email", "address", "bank_account", "birth_date")
LONG_AGO = timedelta(days=400)


def people() -> dict[str, User]:
    """The cast and a third officer, oscar: one asks, two others approve."""
    everybody = cast()
    everybody["oscar"] = person("oscar", role=RoleCode.COMPLIANCE_OFFICER)
    return everybody


def book_of(agent: User, name: str = "Walk-ins") -> ClientBook:
    with acting_as(Origin(actor=agent.pk)):
        return create_book(actor=agent, name=name, holding=Holding.OWN)


def clients_in(
    book: ClientBook, agent: User, count: int, *, age: timedelta = timedelta()
) -> dict[UUID, dict[str, str]]:
    """`count` invented people in the book, made `age` ago: id → what is sealed."""
    rng = random.Random(next(_seeds))
    known = [
        {name: value for name, value in make_person(rng).items() if name in FIELDS} for _ in range(count)
    ]
    with acting_as(Origin(actor=agent.pk)):
        ids = create_clients(
            actor=agent,
            book_id=book.pk,
            drafts=[ClientDraft(kind=ClientKind.PERSON, values=values) for values in known],
        )
    made = {pk: values for pk, values in zip(ids, known, strict=True) if pk is not None}
    Client.objects.filter(pk__in=made).update(
        created_at=timezone.now() - age, updated_at=timezone.now() - age
    )
    return made


def rule_of(officer: User, **values: object) -> RetentionRule:
    """A year from the day a record was made, unless told otherwise."""
    rule = {
        "name": f"Rule {next(_seeds)}",
        "trigger": Trigger.CREATED,
        "period_days": 365,
        "basis": Basis.PURPOSE,
        "next_review": timezone.localdate() + timedelta(days=365),
    }
    with acting_as(Origin(actor=officer.pk)):
        return create_rule(actor=officer, values=rule | values)


def proposed(officer: User) -> DestructionRun:
    with acting_as(Origin(actor=officer.pk)):
        run = services.propose_due(actor=officer)
    assert run is not None
    return run


def asked(run: DestructionRun, officer: User):
    with acting_as(Origin(actor=officer.pk)):
        return services.ask_for_approval(
            actor=officer, run=run, seen_digest=services.list_digest(run), reason="The purpose has ended."
        )


def approve(request, officer: User):
    with acting_as(Origin(actor=officer.pk)):
        open_preview(actor=officer, request=request)
        return decide(actor=officer, request=request, verdict=Verdict.APPROVE, reason="The list is right.")


def ordered(everybody: dict[str, User]) -> DestructionRun:
    """What is due, proposed, asked for by olivia, approved by otto and oscar."""
    run = proposed(everybody["olivia"])
    request = asked(run, everybody["olivia"])
    approve(request, everybody["otto"])
    approve(request, everybody["oscar"])
    run.refresh_from_db()
    return run


def plaintext(client_id: UUID, agent: User) -> dict[str, str]:
    """What the client's fields say, opened as the agent."""
    return opened(Client.objects.select_related("book").get(pk=client_id), agent)


def opened(client: Client, agent: User) -> dict[str, str]:
    """The same from a row that is in hand."""
    with acting_as(Origin(actor=agent.pk)), access(Mode.OPEN, client_entry(client, Action.CLIENT_REVEAL)):
        return {name: getattr(client, name) for name in FIELDS}
