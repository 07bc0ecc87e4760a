"""Mandates: who gets to them."""

from typing import Any

from tests.access_matrix import Row, World, who
from tests.access_matrix.vault import AGENTS, MEMBERS, client, of, stored
from tests.vault.relations.makers import draft_of, mandate_of, past_mandate
from vault.purposes.uploads import Proof

_OK, _FORM, _MOVED = frozenset({200}), frozenset({422}), frozenset({302})


def draft(world: World) -> None:
    client(world)
    world.mandate = draft_of(world.client)


def signed(world: World) -> None:
    client(world)
    world.mandate = mandate_of(world.client, document=Proof("", "application/pdf", "JVBERi0="))


def ended(world: World) -> None:
    client(world)
    world.mandate = past_mandate(world.client)


def _row(name: str, build: Any, **more: Any) -> Row:
    row = {"who": MEMBERS, "build": build, "args": of("mandate"), "status": _OK}
    return Row(url=f"vault:{name}", **row | more)


_WHY = {"MANDATE-purpose": "mandate", "MANDATE-reason": "verify"}

ROWS: list[Row] = [
    Row(url="vault:mandates", who=AGENTS, status=_OK),
    Row(url="vault:client_mandates", who=MEMBERS, build=client, args=of("client"), status=_OK),
    Row(url="vault:mandate_add", who=MEMBERS, build=client, args=of("client"), status=_OK),
    Row(url="vault:mandate_add", who=who(), state="storage only", build=stored, args=of("client")),
    _row("mandate_renew", ended),
    _row("mandate_renew", draft, who=who(), state="a draft"),
    _row("mandate_sign", draft),
    _row("mandate_end", signed),
    _row("mandate_end", signed, state="no reason", method="post", status=_FORM),
    _row("mandate_discard", draft, method="post", status=_MOVED),
    _row("mandate_keep", ended, method="post", data=lambda _: {"keep": "keep.duty"}, status=_MOVED),
    _row("mandate_terms", signed),
    _row("mandate_terms", signed, state="told why", method="post", data=lambda _: _WHY),
    _row("mandate_document", signed),
    _row("mandate_document", draft, who=who(), state="none there"),
]
