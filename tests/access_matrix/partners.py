"""Who gets in where among partner firms: leads and officers; the firm's contact by a link of its own."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from people.partners import subprocessing
from people.partners.agreements import record_agreement
from people.partners.subprocessing import Named
from people.partners.texts import SHIPPED
from tests.access_matrix import NOBODY, Row, World, who
from tests.people.partners.making import (
    PDF,
    answered,
    asked,
    belongs,
    in_force,
    recorded,
    signed,
    suspended,
    with_contact,
)

SEEING = who("olivia", "otto", "lea")
OFFICERS = who("olivia", "otto")


def _firm(world: World) -> None:
    world.firm = recorded(world)


def _reached(world: World) -> None:
    _firm(world)
    with_contact(world, world.firm)


def _agreement(world: World) -> None:
    _firm(world)
    world.agreement = record_agreement(actor=world.lea, partner_id=world.firm.pk, signed=signed(), data=PDF)


def _paper(world: World) -> None:
    _firm(world)
    world.paper = asked(world, world.firm)


def _handed_in(world: World) -> None:
    _firm(world)
    world.paper = answered(world, world.firm)


def _sub(world: World) -> None:
    _firm(world)
    named = Named(name="Cloud Box", does="keeps files", abroad=False)
    world.sub = subprocessing.name_one(partner=world.firm, named=named, by=None)


def _working(world: World) -> None:
    world.firm = in_force(world)
    belongs(world, world.bo, world.firm)


def _suspended(world: World) -> None:
    world.firm = in_force(world)  # of nobody: their session would be over
    suspended(world, world.firm)


def _id(world: World) -> list[Any]:
    return [world.firm.pk]


def _sub_id(world: World) -> list[Any]:
    return [world.sub.pk]


def _paper_id(world: World) -> list[Any]:
    return [world.paper.pk]


def _signed(world: World) -> dict[str, Any]:
    typed = signed()
    return {
        "kind": typed.kind.value,
        "signed_on": typed.signed_on.isoformat(),
        "until": typed.until.isoformat(),
        "clauses": [clause.value for clause in typed.clauses],
        "paper": SimpleUploadedFile("a.pdf", PDF, content_type="application/pdf"),
    }


_REASON = {"reason": "known to us"}

ROWS = [
    Row(url="people:partners", who=SEEING),
    Row(url="people:partner_new", who=SEEING),
    Row(
        url="people:partner_new",
        who=SEEING,
        method="post",
        data=lambda _: {"name": "Cedar Law", "kind": "law"},
    ),
    Row(url="people:partner", who=SEEING, build=_firm, args=_id),
    Row(url="people:partner_agreement", who=SEEING, build=_firm, args=_id),
    Row(url="people:partner_agreement", who=SEEING, build=_firm, args=_id, method="post", data=_signed),
    Row(
        url="people:partner_agreement_check",
        who=SEEING,
        build=_agreement,
        args=lambda world: [world.firm.pk, world.agreement.pk],
        method="post",
    ),
    Row(
        url="people:partner_file",
        who=SEEING,
        build=_agreement,
        args=lambda world: [world.agreement.file_id],
    ),
    Row(url="people:partner_contact", who=SEEING, build=_reached, args=_id),
    Row(
        url="people:partner_contact",
        who=SEEING,
        build=_firm,
        args=_id,
        method="post",
        data=lambda _: {"name": "Chen", "phone": "13800138000", "mail": "chen@cedar.example"},
    ),
    Row(url="people:partner_contact_test", who=SEEING, build=_reached, args=_id, method="post"),
    Row(
        url="people:partner_ask",
        who=SEEING,
        build=_reached,
        args=_id,
        method="post",
        data=lambda _: {"by_firm": "yes"},
    ),
    Row(url="people:partner_assessment", state="open", who=SEEING, build=_paper, args=_paper_id),
    Row(
        url="people:partner_assessment",
        state="open",
        who=SEEING,
        build=_paper,
        args=_paper_id,
        method="post",
        data=lambda _: {"a-1": "yes", "act": "keep"},
    ),
    Row(url="people:partner_assessment", state="handed in", who=SEEING, build=_handed_in, args=_paper_id),
    Row(url="people:partner_take", who=SEEING, build=_handed_in, args=_paper_id, method="post"),
    Row(
        url="people:partner_subprocessor",
        who=SEEING,
        build=_firm,
        args=_id,
        method="post",
        data=lambda _: {"name": "Cloud Box", "does": "keeps files"},
    ),
    Row(
        url="people:partner_subprocessor_ask",
        who=SEEING,
        build=_sub,
        args=_sub_id,
        method="post",
        data=lambda _: _REASON,
    ),
    Row(url="people:partner_subprocessor_end", who=SEEING, build=_sub, args=_sub_id, method="post"),
    Row(url="people:partner_review", who=SEEING, build=_firm, args=_id),
    Row(
        url="people:partner_review",
        who=SEEING,
        build=_working,
        args=_id,
        method="post",
        data=lambda _: {"note": "in order"},
    ),
    Row(url="people:partner_suspend", who=SEEING, build=_firm, args=_id),
    Row(
        url="people:partner_suspend",
        who=SEEING,
        build=_working,
        args=_id,
        method="post",
        data=lambda _: {"why": "firm.incident", **_REASON},
    ),
    Row(
        url="people:partner_reinstate",
        who=SEEING,
        build=_suspended,
        args=_id,
        method="post",
        data=lambda _: _REASON,
    ),
    Row(
        url="people:partner_leave",
        who=OFFICERS,
        build=_working,
        args=lambda world: [world.firm.pk, world.bo.pk],
        method="post",
    ),
    Row(url="people:partner_questions", who=OFFICERS),
    Row(url="people:partner_questions", who=OFFICERS, method="post", data=lambda _: _weights()),
    Row(url="people:partner_questions_ask", who=OFFICERS, method="post", data=lambda _: _REASON),
    Row(url="people:my_firm", who=who("bo"), build=_working),
    Row(url="people:my_firm", state="of nobody", who=who()),
    Row(
        url="people:partner_arrive",
        state="no such token",
        who=who("ada", "olivia", "otto", "ming", "lin", "lea", "bo", "ben", "sam", "aud", NOBODY),
        args=lambda _: ["x" * 43],
        status=frozenset({410}),
    ),
    Row(
        url="people:partner_link",
        state="no link in the session",
        who=who("ada", "olivia", "otto", "ming", "lin", "lea", "bo", "ben", "sam", "aud", NOBODY),
        status=frozenset({410}),
    ),
    Row(url="compliance:partner_register", who=SEEING, build=_firm, args=_id),
    Row(
        url="compliance:partner_recall",
        state="a deal that is none: officers are told, its lead it has not",
        who=OFFICERS,
        build=_firm,
        args=_id,
        method="post",
        data=lambda world: {"deal": str(world.firm.pk)},
    ),
    Row(
        url="compliance:partner_recall_check",
        state="nobody's id",
        who=who(),
        args=lambda world: [world.lea.pk],
        method="post",
    ),
]


def _weights() -> dict[str, Any]:
    counted = {f"w-{place}": "3" for place in range(1, len(SHIPPED) + 1)}
    return {"threshold": "80", "weight": "3", **counted}
