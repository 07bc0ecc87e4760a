"""States that the access matrix has no need of, in which a form carries an id."""

from typing import Any

from compliance.review.models import SavedView
from people.roles.models import RoleCode
from tests.access_matrix import Row, World, who
from tests.access_matrix.audits import item_id, running
from tests.access_matrix.deals import deal
from tests.access_matrix.vault import book
from tests.compliance.staffing.making import leaving
from tests.people.partners.making import in_force
from tests.vault.intake.test_intake import FIELDS
from tests.vault.records.makers import ZHANG, add, book_of
from tests.vault.relations.makers import company_in


def _leaves_a_book(world: World) -> None:
    world.book = book_of(world.ming)
    world.change = leaving(world.olivia, world.ming, world.lin)


def _heir(world: World) -> dict[str, Any]:
    return {"thing": f"books-{world.book.pk}", "to": world.lea.pk}


def _company(world: World) -> None:
    book(world)
    world.company, world.found = company_in(world.book), add(world.book)


def _position(world: World) -> dict[str, Any]:
    return {"q": ZHANG["phone"], "client": world.found.pk, "position": "director", "evidence": "registry"}


def _taken_in(world: World) -> dict[str, Any]:
    return {**FIELDS, "book": world.book.pk, "name": "周全", "phone": "13600136000"}


def _with_view(world: World) -> None:
    running(world)
    world.view = SavedView.objects.create(owner=world.olivia, name="Mine", address="result=refused")


def _firm(world: World) -> None:
    world.firm = in_force(world)


def _for_a_deal(world: World) -> dict[str, Any]:
    return {"role": RoleCode.DEAL_LEAD, "deal": world.deal.pk, "reason": "leads it from now on"}


def _post(url: str, name: str, **row: Any) -> Row:
    return Row(url=url, who=who(name), method="post", **row)


STATES = [
    _post(
        "compliance:audit_evidence",
        "olivia",
        build=_with_view,
        args=item_id,
        data=lambda world: {"kind": "view", "object_id": world.view.pk},
    ),
    _post("people:grant_role", "ada", build=deal, args=lambda world: [world.ming.pk], data=_for_a_deal),
    _post("people:staff_heir", "lin", build=_leaves_a_book, args=lambda world: [world.change.pk], data=_heir),
    _post("vault:intake", "ming", build=book, data=_taken_in),
    _post("vault:people_add", "ming", build=_company, args=lambda world: [world.company.pk], data=_position),
    Row(url="vault:recipients", who=who("lea"), build=_firm),
]
