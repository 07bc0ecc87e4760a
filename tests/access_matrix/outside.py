"""Who gets in where in outside audits: officers, who answers a request, and the seat itself."""

from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from compliance.outside.codes import BundleState
from compliance.outside.evidence import EvidenceBundle
from compliance.outside.planning import Auditor
from compliance.outside.scope import entries_of
from tests.access_matrix import Row, World, who
from tests.cast import client_of
from tests.compliance.outside import making

OFFICERS, NONE, BEN = who("olivia", "otto"), who(), who("ben")
LEAD = Auditor(name="Ben", email="ben@example.test", language="en")


def _planned(world: World) -> None:
    world.outside = making.planned(world, lead=LEAD)


def _seated(world: World) -> None:
    world.seat = making.seated(world, lead=LEAD)
    world.outside = world.seat.audit
    world.browsers["ben"] = client_of(world.ben)  # with the second factor that a seat asks for


def _requested(world: World) -> None:
    _seated(world)
    world.request = making.requested(world.seat)


def _owned(world: World) -> None:
    _seated(world)
    world.request = making.owned(world, world.seat)


def _answered(world: World) -> None:
    _seated(world)
    world.request = making.answered(world, world.seat)
    world.file = world.request.files.get()


def _uploaded(world: World) -> None:
    _seated(world)
    making.uploaded(world.seat)


def _reported(world: World) -> None:
    _seated(world)
    making.reported(world.seat, "Fewer exports.")


def _expired(world: World) -> None:
    _seated(world)
    now = timezone.now()
    world.bundle = EvidenceBundle.objects.create(
        seat=world.seat, size=1, state=BundleState.OVER, expires_at=now + making.DAY, file_id=uuid4()
    )


def _audit(world: World) -> list[Any]:
    return [world.outside.pk]


def _request(world: World) -> list[Any]:
    return [world.request.pk]


def _seat_request(world: World) -> list[Any]:
    return [world.outside.pk, world.request.pk]


def _entry(world: World) -> list[Any]:
    return [world.outside.pk, entries_of(world.outside).order_by("-at")[0].pk]


def _asking(world: World) -> dict[str, Any]:
    return {"words": "The register of approvals.", "due": timezone.localdate().isoformat()}


def _plan(world: World) -> dict[str, Any]:
    now, today = timezone.localtime(), timezone.localdate()
    return {
        "firm": "Hengxin",
        "firm_code": making.firm_code(),
        "basis": "audit.regular",
        "method": "outside.remote",
        "areas": ["log"],
        "period_from": (today - making.DAY).isoformat(),
        "period_to": today.isoformat(),
        "opens_at": f"{now:%Y-%m-%dT%H:%M}",
        "ends_at": f"{now + making.DAY:%Y-%m-%dT%H:%M}",
        "name": "Zhou",
        "email": "zhou@x.example.test",
        "language": "en",
    }


SEAT = "ben sits"
HOUSE = [
    Row(url="compliance:outside_audits", who=OFFICERS),
    Row(url="compliance:outside_audit_new", who=OFFICERS),
    Row(url="compliance:outside_audit_new", who=OFFICERS, method="post", data=_plan),
    Row(url="compliance:outside_audit", state="draft", who=OFFICERS, build=_planned, args=_audit),
    Row(url="compliance:outside_audit", state="report handed in", who=OFFICERS, build=_reported, args=_audit),
    Row(url="compliance:outside_audit", state=SEAT, who=OFFICERS, build=_seated, args=_audit),
    Row(url="compliance:outside_audit", state="nobody's id", who=NONE, args=lambda world: [UUID(int=1)]),
    Row(
        url="compliance:outside_seat_add",
        who=OFFICERS,
        build=_planned,
        args=_audit,
        method="post",
        data=lambda world: {"name": "Wu", "email": "wu@x.example.test", "language": "en"},
    ),
    Row(
        url="compliance:outside_ask",
        who=OFFICERS,
        build=_planned,
        args=_audit,
        method="post",
        data=lambda world: {"reason": "yearly"},
    ),
    Row(url="compliance:outside_cancel", who=OFFICERS, build=_planned, args=_audit, method="post"),
    Row(url="compliance:outside_end", who=OFFICERS, build=_seated, args=_audit, method="post"),
    Row(url="compliance:outside_acknowledge", who=OFFICERS, build=_reported, args=_audit, method="post"),
    Row(
        url="compliance:outside_request",
        state="nobody answers yet",
        who=OFFICERS,
        build=_requested,
        args=_request,
    ),
    Row(
        url="compliance:outside_request",
        state="ming answers",
        who=OFFICERS | who("ming"),
        build=_owned,
        args=_request,
    ),
    Row(
        url="compliance:outside_request_assign",
        who=OFFICERS,
        build=_requested,
        args=_request,
        method="post",
        data=lambda world: {"owner": str(world.ming.pk)},
    ),
    Row(
        url="compliance:outside_request_answer",
        state="ming answers",
        who=OFFICERS | who("ming"),
        build=_owned,
        args=_request,
        method="post",
        data=lambda world: {"words": "It is in the register."},
    ),
    Row(
        url="compliance:outside_file",
        state="ming answered",
        who=OFFICERS | who("ming"),
        build=_answered,
        args=lambda world: [world.file.pk],
    ),
]
ROWS = [
    *HOUSE,
    Row(url="compliance:seats", state=SEAT, who=BEN, build=_seated),
    Row(url="compliance:seats", state="nobody sits", who=NONE),
    Row(url="compliance:seat", state=SEAT, who=BEN, build=_seated, args=_audit),
    Row(url="compliance:seat", state="still a draft", who=NONE, build=_planned, args=_audit),
    Row(
        url="compliance:seat_register",
        state=SEAT,
        who=BEN,
        build=_seated,
        args=lambda world: [world.outside.pk, "approvals"],
    ),
    Row(url="compliance:seat_log", state=SEAT, who=BEN, build=_seated, args=_audit),
    Row(url="compliance:seat_entry", state=SEAT, who=BEN, build=_seated, args=_entry),
    Row(url="compliance:seat_proof", state=SEAT, who=BEN, build=_seated, args=_entry),
    Row(
        url="compliance:seat_file",
        state=SEAT,
        who=BEN,
        build=_answered,
        args=lambda world: [world.outside.pk, world.file.pk],
    ),
    Row(url="compliance:seat_bundles", state=SEAT, who=BEN, build=_seated, args=_audit),
    Row(url="compliance:seat_bundles", state=SEAT, who=BEN, build=_seated, args=_audit, method="post"),
    Row(
        url="compliance:seat_bundle_file",
        state="expired",
        who=NONE,
        build=_expired,
        args=lambda world: [world.outside.pk, world.bundle.pk],
    ),
    Row(url="compliance:seat_requests", state=SEAT, who=BEN, build=_seated, args=_audit),
    Row(
        url="compliance:seat_requests",
        state=SEAT,
        who=BEN,
        build=_seated,
        args=_audit,
        method="post",
        data=_asking,
    ),
    Row(url="compliance:seat_request", state=SEAT, who=BEN, build=_answered, args=_seat_request),
    Row(
        url="compliance:seat_request_accept",
        state=SEAT,
        who=BEN,
        build=_answered,
        args=_seat_request,
        method="post",
    ),
    Row(
        url="compliance:seat_request_return",
        state=SEAT,
        who=BEN,
        build=_answered,
        args=_seat_request,
        method="post",
        data=lambda world: {"why": "Which quarter?"},
    ),
    Row(url="compliance:seat_report", state=SEAT, who=BEN, build=_uploaded, args=_audit),
    Row(
        url="compliance:seat_report",
        state=SEAT,
        who=BEN,
        build=_seated,
        args=_audit,
        method="post",
        data=lambda world: {"file": making.upload("r.pdf", making.paper())},
    ),
    Row(
        url="compliance:seat_report_recommend",
        state=SEAT,
        who=BEN,
        build=_uploaded,
        args=_audit,
        method="post",
        data=lambda world: {"severity": "audit.major", "words": "Fewer exports."},
    ),
    Row(
        url="compliance:seat_report_hand_in", state=SEAT, who=BEN, build=_uploaded, args=_audit, method="post"
    ),
]
