"""The demo's companies: one sealed on paper and was accepted, one is still to seal."""

from collections.abc import Mapping

from PIL import Image, ImageDraw, ImageFont

from audit.origin import Origin, acting_as
from compliance.demo.logins import BUYER, LEAD, OFFICERS, RIVAL
from deals.files.sniffing import MediaType
from deals.pipeline.models import Deal
from deals.redaction.painting import picture_of
from deals.redaction.paper import Paper
from deals.rooms.models import RoomGroup
from deals.seals import returning, services, showing
from deals.seals.drawing import A4
from deals.seals.models import CompanyUndertaking, Power
from deals.viewer.rendering import draw_page
from deals.viewer.stamping import FONT
from people.accounts.models import User
from vault.formats.credit_code import check_character

_SEALED, _WAITING = "深圳澄海仓储科技有限公司", "广州云帆企业管理有限公司"
_CODES = {_SEALED: "91440300MA5G7K2X1", _WAITING: "91440101MA59U3N4Y"}
WRITTEN = (_SEALED, _WAITING)
_SIGNER, _RED = "江予安", (200, 30, 30)


def make_seals(people: Mapping[str, User], deal: Deal) -> None:
    """Both; those that are there already stay as they are."""
    for username, company, back in ((BUYER.username, _SEALED, True), (RIVAL.username, _WAITING, False)):
        person = people[username]
        group = RoomGroup.objects.filter(room__deal=deal, auth_group__user=person).first()
        if group is None or CompanyUndertaking.objects.filter(group=group).exists():
            continue
        undertaking = _drawn_up(people[LEAD.username], deal, group, company)
        if back:
            _sealed(undertaking, person, people[OFFICERS[0].username])


def _drawn_up(lead: User, deal: Deal, group: RoomGroup, company: str) -> CompanyUndertaking:
    body = _CODES[company]
    with acting_as(Origin(actor=lead.pk)):
        return services.draw_up(
            actor=lead,
            deal_id=deal.pk,
            group_id=group.pk,
            company=company,
            code=body + check_character(body + "0"),
            language="zh-hans",
        )


def _sealed(undertaking: CompanyUndertaking, person: User, officer: User) -> None:
    """As their own people would: the document taken, sealed, scanned and sent in; then accepted."""
    with acting_as(Origin(actor=person.pk)):
        scan = _with_a_seal(showing.pdf_to_seal(undertaking), undertaking.pdf_pages)
        returned = returning.send_in(
            actor=person,
            undertaking=undertaking,
            power=Power.LEGAL,
            sealer=_SIGNER,
            copy=[scan],
            authority=[],
        )
    with acting_as(Origin(actor=officer.pk)):
        returning.accept(actor=officer, returned=returned)


def _with_a_seal(pdf: bytes, pages: int) -> bytes:
    """The pages as a scanner gives them, with a red ring where a seal would be: no legible imprint."""
    paper = Paper()
    pieces = [paper.begin()]
    for number in range(1, pages + 1):
        image = draw_page([pdf], MediaType.PDF, number).image.resize((1000, 1414))
        if number == pages:
            _stamp(image)
        pieces += paper.page(picture_of(image, []), *A4)
    return b"".join([*pieces, paper.end()])


def _stamp(image: Image.Image) -> None:
    draw = ImageDraw.Draw(image)
    draw.ellipse((240, 420, 440, 620), outline=_RED, width=6)
    font = ImageFont.truetype(str(FONT), 40)
    draw.text((340, 520), "样章", font=font, fill=_RED, anchor="mm")
