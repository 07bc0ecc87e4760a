"""A redaction under way: a file in folder 1 of the scene, and the steps by the page's own forms."""

from types import SimpleNamespace
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from audit.actions import Action, ObjectType
from audit.origin import Origin, acting_as
from deals.files.services import note_page_count
from deals.models import Redaction
from deals.redaction.running import run_redaction
from deals.redaction.work import Work
from deals.rooms.naming import names_open
from people.accounts.models import User
from tests.cast import client_of
from tests.deals.redaction.papers import hostile
from tests.deals.scene import stored

MARK = {"page": "1", "left": "10", "top": "10", "width": "60", "height": "40"}


def paper(world: Any, name: str = "合同.pdf", data: bytes = b"", pages: int = 1) -> Any:
    """A version in folder 1 whose pages somebody has counted by looking at it."""
    version = stored(world, world.one, name, data or hostile())
    note_page_count(version, pages)
    return version


def begun(world: Any, who: User | None = None, **paper_options: Any) -> SimpleNamespace:
    """`who` (ming unless told) has the desk open on a new file."""
    who = who or world.ming
    world.version = paper(world, **paper_options)
    world.file = world.version.file
    answer = client_of(who).post(reverse("deals:redact", args=[world.deal.pk, world.version.pk]))
    assert answer.status_code == 302, answer.status_code
    world.redaction = Redaction.objects.get(version=world.version, maker=who)
    return world


def step(browser: Client, world: Any, name: str, /, **data: Any) -> HttpResponse:
    """Send one of the desk's forms; the name of the copy is the one that is proposed for 合同.pdf."""
    if name == "apply":
        data = {"name": "合同 (redacted).pdf", **data}
    return browser.post(at(world, name), data)


def at(world: Any, name: str) -> str:
    return reverse(f"deals:redaction{'_' + name if name else ''}", args=[world.deal.pk, world.redaction.pk])


def worked(world: Any) -> Redaction:
    """The worker has been at it."""
    run_redaction(world.redaction.pk)
    world.redaction.refresh_from_db()
    return world.redaction


def copied(world: Any, who: User | None = None) -> Redaction:
    """Marked, and the copy made."""
    browser = client_of(who or world.ming)
    step(browser, world, "mark", **MARK)
    step(browser, world, "apply", reason="redact.personal")
    redaction = worked(world)
    assert redaction.state == "done"
    return redaction


def given_out(world: Any, **choices: str) -> None:
    """The copy is given out; groups that are attributes of the world get `choices`, all others the copy."""
    fields = {f"group-{group.pk.hex}": "copy" for group in (world.buyers, world.rivals)}
    fields |= {f"group-{getattr(world, name).pk.hex}": what for name, what in choices.items()}
    assert step(client_of(world.lea), world, "give", **fields).status_code == 302


def work_of(world: Any) -> Work:
    redaction = Redaction.objects.get(pk=world.redaction.pk)
    with (
        acting_as(Origin(actor=world.ming.pk)),
        names_open(world.room, Action.REDACTION_OPEN, ObjectType.FILE, world.version.file_id),
    ):
        return Work.read(redaction.marked)
