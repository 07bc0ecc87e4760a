"""Redactions: the draft is its maker's, the start is for who may upload, giving out for the deal's staff."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from audit.origin import Origin, acting_as
from deals.files.services import note_page_count
from deals.models import DealMember, FileVersion, Redaction
from deals.pipeline.models import Stage
from deals.redaction.models import State, Why
from deals.redaction.services import start
from deals.rooms.levels import Level
from tests.access_matrix import Row, World, who
from tests.access_matrix.deals import STAFF, deal, of
from tests.deals.scene import at_stage, grant, stored

MING = who("ming")
_OK, _MOVED = frozenset({200}), frozenset({302})


def paper(world: World) -> None:
    """A PDF of one page in folder 1, which bo may view."""
    deal(world)
    world.version = stored(world, world.one, "a.pdf", b"%PDF-1.7")
    note_page_count(world.version, 1)
    world.file = world.version.file


def uploading(world: World) -> None:
    paper(world)
    grant(world, world.buyers, world.one, Level.UPLOAD)


def closed(world: World) -> None:
    uploading(world)
    at_stage(world.deal, Stage.CLOSED)


def draft(world: World) -> None:
    """ming's; bo may upload there, too."""
    uploading(world)
    with acting_as(Origin(actor=world.ming.pk)):
        world.redaction = start(actor=world.ming, deal_id=world.deal.pk, version_id=world.version.pk)


def draft_left(world: World) -> None:
    draft(world)
    DealMember.objects.filter(user=world.ming).delete()


def made(world: World) -> None:
    """As if the worker had made the copy."""
    draft(world)
    copy: FileVersion = stored(world, world.one, "b.pdf", b"%PDF-1.7")
    Redaction.objects.filter(pk=world.redaction.pk).update(
        state=State.DONE, reason=Why.PERSONAL, copy=copy, ended_at=timezone.now(), work=None
    )


def made_and_closed(world: World) -> None:
    made(world)
    at_stage(world.deal, Stage.CLOSED)


def _step(name: str, **more: Any) -> Row:
    options: dict[str, Any] = {"who": MING, "build": draft, "method": "post", "status": _MOVED, **more}
    return Row(url=f"deals:redaction_{name}", args=of("redaction"), **options)


def _start(people: frozenset[str], state: str, build: Callable[[World], None]) -> Row:
    return Row(
        url="deals:redact",
        who=people,
        state=state,
        build=build,
        args=of("version"),
        method="post",
        status=_MOVED,
    )


ROWS: list[Row] = [
    _start(STAFF, "bo may view", paper),
    _start(STAFF | {"bo"}, "bo may upload", uploading),
    _start(who(), "the deal is closed", closed),
    Row(url="deals:redaction", who=MING, build=draft, args=of("redaction"), status=_OK),
    Row(
        url="deals:redaction",
        who=who(),
        state="ming was taken off",
        build=draft_left,
        args=of("redaction"),
    ),
    Row(url="deals:redaction_progress", who=MING, build=draft, args=of("redaction"), status=_OK),
    *(_step(name) for name in ("mark", "unmark", "settle", "search", "apply", "stop", "drop")),
    _step("drop", who=(STAFF | {"bo"}) - MING, state="ming was taken off", build=draft_left),
    _step("give", who=STAFF, build=made, method="get", status=_OK),
    _step("give", who=STAFF, build=made, state="copy made", status=_OK),
    _step("give", who=who(), build=draft, method="get", state="no copy yet"),
    _step("give", who=who(), build=made_and_closed, method="get", state="the deal is closed"),
]
