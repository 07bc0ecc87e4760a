"""The URLs of purposes, notices, consents, sources and alerts."""

from uuid import uuid4

from tests.access_matrix import NOBODY, Row, World, who
from tests.access_matrix.vault import MEMBERS, client, of
from tests.cast import NAMES
from tests.vault.purposes.makers import MARKETING, PROVING, given_nearby, link_path, reveal, said, told_book
from tests.vault.records.makers import acting
from tests.vault.records.uploads import source_of
from vault.purposes.alerts.models import PurposeAlert
from vault.purposes.lawfulness import NotLawful
from vault.purposes.uploads import Proof

OFFICERS = who("olivia", "otto")
_OK, _FORM, _MOVED, _NONE = frozenset({200}), frozenset({422}), frozenset({302}), frozenset({404})
_PNG = "iVBORw0KGgo="


def told(world: World) -> None:
    client(world)
    world.notice = told_book(world.olivia, world.book)


def linked(world: World) -> None:
    told(world)
    world.token = link_path(world.client).strip("/").split("/")[-1]


def proved(world: World) -> None:
    told(world)
    world.event = said(world.client, proof=Proof("口头", "image/png", _PNG))


def waits(world: World) -> None:
    told(world)
    world.event = given_nearby(world.client)


def sourced(world: World) -> None:
    client(world)
    with acting(world.ming):
        world.source = source_of(world.book, evidence=Proof("合同", "image/png", _PNG))


def alerted(world: World) -> None:
    client(world)
    try:
        reveal(world.client)
    except NotLawful:
        world.alert = PurposeAlert.objects.get(book=world.book)


def word(world: World) -> list[object]:
    return [world.client.pk, MARKETING]


ROWS: list[Row] = [
    Row(url="vault:notice", who=who(NOBODY, *NAMES), build=linked, args=lambda w: [w.token], status=_OK),
    Row(url="vault:notice", who=who(NOBODY), state="no such token", args=lambda _: ["x"], status=_NONE),
    Row(url="vault:purposes", who=OFFICERS, build=told, status=_OK),
    Row(url="vault:basis", who=OFFICERS, build=client, args=of("book", "service"), status=_OK),
    Row(url="vault:basis", who=who(), state="not of this book", build=client, args=of("book", "deal")),
    Row(url="vault:needs", who=OFFICERS, build=client, args=of("book"), status=_OK),
    Row(
        url="vault:needs",
        who=OFFICERS,
        state="a purpose that needs less",
        build=client,
        args=of("book"),
        method="post",
        data=lambda _: {"service": ["name", "phone"], "why": "basis.review"},
        status=_MOVED,
    ),
    Row(url="vault:needs", who=who(), state="no such book", args=lambda _: [uuid4()]),
    Row(url="vault:ledger", who=OFFICERS, build=proved, status=_OK),
    Row(url="vault:purpose_alerts", who=OFFICERS, build=alerted, status=_OK),
    Row(
        url="vault:purpose_alert",
        who=OFFICERS,
        build=alerted,
        args=of("alert"),
        method="post",
        data=lambda _: {"outcome": "alert.seen"},
        status=_MOVED,
    ),
    Row(url="vault:consents_waiting", who=OFFICERS, build=waits, status=_OK),
    Row(
        url="vault:consent_settle",
        who=OFFICERS,
        build=waits,
        args=of("event"),
        method="post",
        data=lambda _: {"verdict": "confirm", "words": "电话核实"},
        status=_MOVED,
    ),
    Row(
        url="vault:consent_settle",
        who=who(),
        state="no consent that waits",
        build=proved,
        args=of("event"),
        method="post",
        data=lambda _: {"verdict": "confirm", "words": "电话核实"},
    ),
    Row(url="vault:notice_publish", who=OFFICERS, build=client, args=of("book"), status=_OK),
    Row(
        url="vault:notice_version",
        who=OFFICERS | MEMBERS,
        build=told,
        args=lambda world: [world.book.pk, 1],
        status=_OK,
    ),
    Row(url="vault:notice_link", who=MEMBERS, build=told, args=of("client"), method="post", status=_OK),
    Row(url="vault:notice_told", who=MEMBERS, build=told, args=of("client"), method="post", status=_MOVED),
    Row(url="vault:consent_give", who=MEMBERS, build=told, args=word, status=_OK),
    Row(
        url="vault:consent_give",
        who=MEMBERS,
        build=told,
        args=word,
        method="post",
        data=lambda _: {"channel": "paper"},
        status=_FORM,
    ),
    Row(url="vault:consent_withdraw", who=MEMBERS, build=proved, args=word, status=_OK),
    Row(url="vault:consent_proof", who=MEMBERS, build=proved, args=of("event"), status=_OK),
    Row(
        url="vault:consent_proof",
        who=MEMBERS,
        state="told why",
        build=proved,
        args=of("event"),
        method="post",
        data=lambda _: PROVING,
        status=_OK,
    ),
    Row(url="vault:consent_proof_file", who=MEMBERS, build=proved, args=of("event"), status=_OK),
    Row(
        url="vault:consent_proof_file",
        who=MEMBERS,
        state="told why",
        build=proved,
        args=of("event"),
        method="post",
        data=lambda _: PROVING,
        status=_OK,
    ),
    Row(url="vault:source_add", who=MEMBERS, build=client, args=of("book"), status=_OK),
    Row(url="vault:source", who=MEMBERS, build=sourced, args=of("source"), status=_OK),
    Row(url="vault:source_file", who=MEMBERS, build=sourced, args=of("source"), status=_OK),
]
