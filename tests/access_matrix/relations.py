"""What is known of clients beside their records: who gets to it."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.access_matrix import Row, World, who
from tests.access_matrix.vault import AGENTS, MEMBERS, book, client, of, stored
from tests.vault.records.makers import acting
from tests.vault.relations.makers import company_in, followup_of, person_in, said_to, share
from vault.relations.service.services import record_transaction

OFFICERS = who("olivia", "otto")
_OK, _FORM, _MOVED = frozenset({200}), frozenset({422}), frozenset({302})


def followup(world: World) -> None:
    """Ming's follow-up in a book in which Lea works too."""
    client(world)
    world.followup = followup_of(world.client, world.ming)


def said(world: World) -> None:
    client(world)
    world.said = said_to(world.client, world.ming)


def company(world: World) -> None:
    book(world)
    world.company = company_in(world.book)
    world.position = share(world.company, person_in(world.book), world.ming, "30")


def paid(world: World) -> None:
    client(world)
    with acting(world.ming):
        world.paid = record_transaction(
            actor=world.ming, client_id=world.client.pk, kind="fee", amount="1", on=timezone.localdate()
        )


def why(prefix: str, purpose: str = "service") -> Any:
    return lambda _: {f"{prefix}-purpose": purpose, f"{prefix}-reason": "verify"}


_SHARES = why("SHARE", "mandate")


def _due(_: World) -> dict[str, str]:
    return {
        "due_at": f"{timezone.localtime() + timedelta(days=1):%Y-%m-%dT%H:%M}",
        "purpose": "service",
        "reason": "call",
        "repeat": "0",
    }


def _post(name: str, **row: Any) -> Row:
    return Row(url=f"vault:{name}", method="post", **row)


_SAID = {"outcome": "reached", "channel": "call", "direction": "out"}
_MINE = who("ming")

ROWS: list[Row] = [
    Row(url="vault:figures", who=AGENTS | OFFICERS, status=_OK),
    Row(url="vault:followups", who=AGENTS, status=_OK),
    Row(url="vault:followup", who=_MINE, state="Ming's", build=followup, args=of("followup"), status=_OK),
    Row(url="vault:followup_number", who=_MINE, build=followup, args=of("followup"), status=_MOVED),
    _post("followup_call", who=_MINE, state="Ming's", build=followup, args=of("followup"), status=_OK),
    _post("followup_note", who=_MINE, build=followup, args=of("followup"), status=_FORM),
    _post("followup_put_off", who=_MINE, build=followup, args=of("followup"), status=_MOVED),
    _post("followup_drop", who=_MINE, build=followup, args=of("followup"), status=_MOVED),
    Row(url="vault:followup_hand_over", who=_MINE, build=followup, args=of("followup"), status=_OK),
    Row(url="vault:client_followups", who=MEMBERS, build=client, args=of("client"), status=_OK),
    _post("client_followups", who=MEMBERS, build=client, args=of("client"), data=_due, status=_MOVED),
    _post(
        "client_followups",
        who=who(),
        state="storage only",
        build=stored,
        args=of("client"),
        data=_due,
    ),
    Row(url="vault:communications", who=MEMBERS, build=client, args=of("client"), status=_OK),
    _post(
        "communications",
        who=MEMBERS,
        build=client,
        args=of("client"),
        data=lambda _: _SAID,
        status=_MOVED,
    ),
    Row(url="vault:communication", who=MEMBERS, build=said, args=of("said"), status=_OK),
    _post("communication_reveal", who=MEMBERS, build=said, args=of("said"), data=why("TEXT"), status=_OK),
    Row(url="vault:people", who=MEMBERS, build=company, args=of("company"), status=_OK),
    Row(url="vault:people_add", who=MEMBERS, build=company, args=of("company"), status=_OK),
    Row(url="vault:people_add", who=who(), state="a person", build=client, args=of("client")),
    _post(
        "people_reveal",
        who=MEMBERS,
        build=company,
        args=of("company"),
        data=_SHARES,
        status=_OK,
    ),
    _post("position_end", who=MEMBERS, build=company, args=of("position"), status=_MOVED),
    Row(url="vault:service", who=MEMBERS, build=client, args=of("client"), status=_OK),
    _post("rating_add", who=MEMBERS, build=client, args=of("client"), status=_FORM),
    _post("transaction_add", who=MEMBERS, build=client, args=of("client"), status=_FORM),
    _post("preference_add", who=MEMBERS, build=client, args=of("client"), status=_FORM),
    _post(
        "service_reveal",
        who=MEMBERS,
        build=paid,
        args=of("client", "money"),
        data=lambda _: {"MONEY-purpose": "mandate", "MONEY-reason": "verify"},
        status=frozenset({200}),  # the form that asks who one is
    ),
    _post("service_reveal", who=who(), state="no such part", build=paid, args=of("client", "all")),
    _post("transaction_strike", who=MEMBERS, build=paid, args=of("paid"), status=_MOVED),
]
