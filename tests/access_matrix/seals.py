"""Who gets in where, among undertakings of companies: bo's company is to seal, ben's nobody asks."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from audit.origin import Origin, acting_as
from deals.models import SealDemand
from deals.rooms.models import GroupKind
from deals.seals import services
from tests.access_matrix import NOBODY, Row, World, who
from tests.access_matrix.deals import deal
from tests.cast import NAMES
from tests.deals.seals.making import CODE, COMPANY, bound, drawn_up, scan, sent_in

OFFICERS, LEAD, STAFF, _BO = who("olivia", "otto"), who("lea"), who("ming", "lea"), who("bo")
_OK, _MOVED = frozenset({200}), frozenset({302})


def waiting(world: World) -> None:
    deal(world)
    world.undertaking = drawn_up(world)


def returned(world: World) -> None:
    waiting(world)
    sent_in(world, world.undertaking)


def accepted(world: World) -> None:
    deal(world)
    world.undertaking = bound(world)


def of_the_house(world: World) -> None:
    deal(world)
    with acting_as(Origin(actor=world.olivia.pk)):
        world.demand = services.demand_of_side(actor=world.olivia, kind=GroupKind.BUYER)


def of_a_lead(world: World) -> None:
    waiting(world)
    world.demand = SealDemand.objects.get()


def of(*names: str) -> Callable[[World], list[Any]]:
    return lambda world: [getattr(world, name).pk for name in names]


def _copy(_: World) -> dict[str, Any]:
    return {"power": "legal", "sealer": "Wang Hai", "copy": SimpleUploadedFile("a.pdf", scan())}


def _company(_: World) -> dict[str, Any]:
    return {"company": COMPANY, "code": CODE, "language": "en"}


_ROOM = of("deal")
_GROUP = of("deal", "buyers")
_ONE = of("undertaking")


def _page(world: World) -> list[Any]:
    return [world.undertaking.pk, 1]


ROWS = [
    Row(url="deals:company", state="the seal is to come", who=STAFF | _BO, build=waiting, args=_ROOM),
    Row(url="deals:company", state="bound", who=STAFF | _BO, build=accepted, args=_ROOM),
    Row(
        url="deals:company",
        state="demanded by the house",
        who=STAFF | _BO | {"ben"},
        build=of_the_house,
        args=_ROOM,
    ),
    Row(url="deals:company", state="nothing is demanded", who=STAFF, build=deal, args=_ROOM),
    Row(
        url="deals:company",
        state="sent in",
        who=STAFF | _BO,
        build=waiting,
        args=_ROOM,
        method="post",
        data=_copy,
        status=_MOVED,
    ),
    Row(url="deals:room", state="the seal is to come", who=STAFF | {"bo", "ben"}, build=waiting, args=_ROOM),
    Row(
        url="deals:file",
        state="bo's company is bound",
        who=STAFF | _BO,
        build=accepted,
        args=of("deal", "file"),
    ),
    Row(url="deals:seal_paper", who=STAFF | OFFICERS | _BO, build=waiting, args=_ONE, status=_OK),
    Row(url="deals:seal_paper_page", who=STAFF | OFFICERS | _BO, build=waiting, args=_page, status=_OK),
    Row(url="deals:seals", who=STAFF, build=waiting, args=_ROOM, status=_OK),
    Row(url="deals:seal_draw_up", who=LEAD, build=waiting, args=_GROUP, status=_OK),
    Row(
        url="deals:seal_draw_up",
        state="drawn up",
        who=LEAD,
        build=deal,
        args=_GROUP,
        method="post",
        data=_company,
        status=_MOVED,
    ),
    Row(url="deals:seal_lift", who=LEAD, build=waiting, args=_GROUP, method="post", status=_MOVED),
    Row(
        url="deals:seal_envelope",
        state="no authority is set up",
        who=frozenset(),
        build=waiting,
        args=_GROUP,
        method="post",
    ),
    Row(
        url="deals:seal_answer",
        state="not genuine",
        who=who(NOBODY, *NAMES),
        method="post",
        status=frozenset({404}),
    ),
    Row(url="deals:seals_all", who=OFFICERS, build=returned, status=_OK),
    Row(url="deals:seal_compare", who=OFFICERS, build=returned, args=_ONE, status=_OK),
    Row(url="deals:seal_compare", state="nothing came back", who=frozenset(), build=waiting, args=_ONE),
    Row(url="deals:seal_copy_page", who=OFFICERS, build=returned, args=_ONE, status=_OK),
    Row(url="deals:seal_accept", who=OFFICERS, build=returned, args=_ONE, method="post", status=_MOVED),
    Row(
        url="deals:seal_send_back",
        who=OFFICERS,
        build=returned,
        args=_ONE,
        method="post",
        data=lambda _: {"reason": "no seal"},
        status=_MOVED,
    ),
    Row(url="deals:seal_revoke", who=OFFICERS, build=accepted, args=_ONE),
    Row(url="deals:seal_side", who=OFFICERS, method="post", data=lambda _: {"kind": "buyer"}),
    Row(url="deals:seal_demand_end", who=OFFICERS, build=of_a_lead, args=of("demand"), method="post"),
    Row(url="compliance:company_evidence", who=OFFICERS, build=accepted, args=_ONE, status=_OK),
    Row(url="compliance:company_bundle", who=OFFICERS, build=accepted, args=_ONE, status=_OK),
    Row(url="compliance:company_evidence", state="not bound yet", who=frozenset(), build=waiting, args=_ONE),
    Row(url="compliance:company_evidence", state="nobody's", who=frozenset(), args=lambda _: [UUID(int=1)]),
]
