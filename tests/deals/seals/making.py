"""Undertakings of companies as tests need them: lea draws up, bo sends in, olivia or otto decide."""

import io
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from audit.origin import Origin, acting_as
from deals.models import CompanyUndertaking, RoomGroup, SealedReturn
from deals.redaction.painting import picture_of
from deals.seals import returning, services
from deals.seals.drawing import Form
from deals.seals.models import Method, Power
from deals.viewer.stamping import QUALITY
from people.accounts.models import User
from vault.formats.credit_code import check_character

COMPANY = "深圳橡果控股有限公司"


def credit_code(body: str = "91440300MA5G1F2X0") -> str:
    """A code whose last character fits the others."""
    return body + check_character(body + "0")


CODE = credit_code()


def drawn_up(world: Any, group: RoomGroup | None = None, **changed: str) -> CompanyUndertaking:
    said = {"company": COMPANY, "code": CODE, "language": "en"} | changed
    with acting_as(Origin(actor=world.lea.pk)):
        return services.draw_up(
            actor=world.lea, deal_id=world.deal.pk, group_id=(group or world.buyers).pk, **said
        )


def photograph(shade: int = 200, kind: str = "JPEG") -> bytes:
    """A picture of a page, as a phone makes one."""
    made = io.BytesIO()
    Image.new("RGB", (600, 840), (shade, shade, 255)).save(made, kind, quality=QUALITY)
    return made.getvalue()


def scan(pages: int = 2) -> bytes:
    """A PDF of so many pages."""
    paper = Form()
    pieces = [paper.begin()]
    for number in range(pages):
        pieces += paper.page(picture_of(Image.new("RGB", (60, 84), (0, 0, 10 * number)), []), 595, 842)
    return b"".join([*pieces, paper.end()])


def sent_in(
    world: Any, undertaking: CompanyUndertaking, who: User | None = None, **changed: Any
) -> SealedReturn:
    actor = who or world.bo
    said = {"power": Power.LEGAL, "sealer": "Wang Hai", "copy": [scan()], "authority": []} | changed
    with acting_as(Origin(actor=actor.pk)):
        return returning.send_in(actor=actor, undertaking=undertaking, **said)


def accepted(world: Any, undertaking: CompanyUndertaking) -> CompanyUndertaking:
    returned = sent_in(world, undertaking)
    with acting_as(Origin(actor=world.olivia.pk)):
        return returning.accept(actor=world.olivia, returned=returned)


def bound(world: Any, group: RoomGroup | None = None, **changed: str) -> CompanyUndertaking:
    """The company of the group is bound, as of now."""
    return accepted(world, drawn_up(world, group, **changed))


def bound_since(world: Any, began: datetime, until: datetime) -> CompanyUndertaking:
    """As if olivia had accepted it then, of a text that opens so long."""
    undertaking = drawn_up(world)
    returned = sent_in(world, undertaking)
    SealedReturn.objects.filter(pk=returned.pk).update(
        decided_at=began, decided_by=world.olivia, accepted=True
    )
    CompanyUndertaking.objects.filter(pk=undertaking.pk).update(
        method=Method.COPY,
        accepted_by=world.olivia,
        accepted_at=began,
        access_expires_at=until,
        duty_expires_at=until + timedelta(days=900),
    )
    undertaking.refresh_from_db()
    return undertaking


def expired(world: Any) -> CompanyUndertaking:
    now = timezone.now()
    return bound_since(world, now - timedelta(days=9), now - timedelta(days=1))


def revoked(world: Any, undertaking: CompanyUndertaking) -> None:
    with acting_as(Origin(actor=world.olivia.pk)):
        services.revoke(actor=world.olivia, undertaking=undertaking)


def looked_through(browser: Client, undertaking: CompanyUndertaking, pages: int) -> None:
    """Each page of the copy, one after another, as the comparison shows them."""
    for number in range(1, pages + 1):
        answer = browser.get(reverse("deals:seal_copy_page", args=[undertaking.pk]), {"part": number})
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "image/jpeg"


def room_of(world: SimpleNamespace) -> str:
    return reverse("deals:room", args=[world.deal.pk])
