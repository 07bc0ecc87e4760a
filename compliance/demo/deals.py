"""The demo's deals: rooms with folders, files, groups, rights; a buyer who signed and a rival who did not."""

from collections.abc import Mapping, Sequence

from django.http import HttpRequest

from audit.actions import Action
from audit.origin import Origin, acting_as
from compliance.demo import documents
from compliance.demo.deciding import agree, some_hours_ago
from compliance.demo.logins import BUYER, LEAD, OFFICERS, RIVAL, SELLER
from deals.details.choice import Details
from deals.files.uploading import keep, receiving
from deals.pipeline.models import Deal, DealType, Stage
from deals.pipeline.services import open_deal
from deals.pipeline.stages import request_stage
from deals.rooms.access import get_staff_room
from deals.rooms.grants import set_folder_right
from deals.rooms.groups import create_group, invite_to_group
from deals.rooms.levels import Level
from deals.rooms.models import Folder, GroupKind, RoomGroup
from deals.rooms.services import create_folder
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.duties.services import sign_nda
from people.duties.templates import in_force
from people.invitations.services import accept

FIRST, SECOND = "青松", "远帆"
LANGUAGE = "zh-hans"
_FOLDERS = (
    ("公司概况", Stage.SUMMARY),
    ("证照与章程", Stage.DILIGENCE),
    ("财务与税务", Stage.DILIGENCE),
    ("合同与客户", Stage.NEGOTIATION),
    ("人员与资产", Stage.NEGOTIATION),
)
_OVERVIEW = (
    (
        "标的公司为有限责任公司，成立于二〇一六年，注册资本五百万元，已全部实缴。",
        "主营智能仓储设备的销售与维护，客户集中在华南地区。",
        "股东两名，拟转让全部股权；转让后原团队留任六个月。",
    ),
    ("经营场所为租赁，租期至二〇二八年。", "无对外担保，无未结诉讼（以尽调结果为准）。"),
)
_ARTICLES = (
    (
        "股权转让须书面通知其他股东，三十日内未答复视为放弃优先购买权。",
        "公司不设董事会，设执行董事一名。",
    ),
)
_FIGURES = (
    ("年度", "营业收入（万元）", "净利润（万元）", "员工人数"),
    (2023, 1860, 214, 38),
    (2024, 2105, 262, 41),
    (2025, 2340, 301, 43),
)


def make_deals(people: Mapping[str, User]) -> Deal:
    """Both deals; those that are there already stay as they are. Returns the first."""
    lead = people[LEAD.username]
    first = Deal.objects.filter(code_name=FIRST).first()
    if first is None:
        with acting_as(Origin(actor=lead.pk)):
            first = open_deal(actor=lead, code_name=FIRST, deal_type=DealType.SHARES, lead=lead)
            folders = _folders(lead, first)
            _fill(lead, first, folders)
        _let_in(people, first, folders)
        _approve(_ask_to_move(lead, first, Stage.DILIGENCE), people[OFFICERS[0].username])
    if not Deal.objects.filter(code_name=SECOND).exists():
        with acting_as(Origin(actor=lead.pk)):
            second = open_deal(actor=lead, code_name=SECOND, deal_type=DealType.ASSETS, lead=lead)
            [overview, *_rest] = _folders(lead, second)
            _upload(lead, second, overview, "资产清单摘要.pdf", documents.pdf("资产清单摘要", _OVERVIEW[1:]))
        _ask_to_move(lead, second, Stage.KYC)
    return first


def _ask_to_move(lead: User, deal: Deal, stage: Stage) -> ApprovalRequest:
    with some_hours_ago(), acting_as(Origin(actor=lead.pk)):
        return request_stage(actor=lead, deal_id=deal.pk, stage=stage, reason="本阶段清单已完成。")


def _approve(request: ApprovalRequest, officer: User) -> None:
    agree(officer, request, "材料齐备。")


def _folders(lead: User, deal: Deal) -> list[Folder]:
    return [
        create_folder(actor=lead, deal_id=deal.pk, title=title, opens_at=stage) for title, stage in _FOLDERS
    ]


def _fill(lead: User, deal: Deal, folders: Sequence[Folder]) -> None:
    overview, licences, finance, *_rest = folders
    _upload(lead, deal, overview, "公司概况.pdf", documents.pdf("公司概况", _OVERVIEW))
    _upload(lead, deal, overview, "场地平面图.png", documents.picture("场地平面图"))
    _upload(lead, deal, licences, "章程摘要.pdf", documents.pdf("章程摘要", _ARTICLES))
    _upload(lead, deal, finance, "近三年经营数据.xlsx", documents.sheet(_FIGURES))


def _upload(lead: User, deal: Deal, folder: Folder, name: str, content: bytes) -> None:
    """Through the very handler that a browser's upload goes through."""
    room = get_staff_room(lead, deal.pk, Action.FILE_UPLOAD)
    with receiving(HttpRequest(), room) as handler:
        handler.new_file("file", name, "application/octet-stream", len(content))
        handler.receive_data_chunk(content, 0)
        handler.file_complete(len(content))
        keep(actor=lead, deal_id=deal.pk, folder_id=folder.pk, handler=handler, details=Details.REMOVED)


def _let_in(people: Mapping[str, User], deal: Deal, folders: Sequence[Folder]) -> None:
    """The seller and two buyers who may not know of each other; one of them has not signed."""
    lead = people[LEAD.username]
    overview, licences, finance, *_rest = folders
    for username, title, kind, rights, signs in (
        (SELLER.username, "转让方", GroupKind.SELLER, [(folder, Level.UPLOAD) for folder in folders], True),
        (
            BUYER.username,
            "意向受让方一",
            GroupKind.BUYER,
            [(overview, Level.VIEW), (licences, Level.VIEW), (finance, Level.ORIGINAL)],
            True,
        ),
        (RIVAL.username, "意向受让方二", GroupKind.BUYER, [(overview, Level.VIEW)], False),
    ):
        with acting_as(Origin(actor=lead.pk)):
            group = create_group(actor=lead, deal_id=deal.pk, title=title, kind=kind, stage=Stage.DILIGENCE)
            for folder, level in rights:
                set_folder_right(
                    actor=lead, deal_id=deal.pk, group_id=group.pk, folder_id=folder.pk, level=level
                )
        _invite(lead, people[username], deal, group, signs=signs)


def _invite(lead: User, person: User, deal: Deal, group: RoomGroup, *, signs: bool) -> None:
    with acting_as(Origin(actor=lead.pk)):
        invitation = invite_to_group(
            actor=lead,
            deal_id=deal.pk,
            group_id=group.pk,
            email=person.email,
            display_name=person.display_name,
            language=LANGUAGE,
        )
    with acting_as(Origin(actor=person.pk)):
        accept(invitation=invitation, password=None)
        template = in_force(invitation.nda_kind)
        if signs and template is not None:
            sign_nda(
                actor=person,
                template=template,
                deal_id=deal.pk,
                typed_name=person.display_name,
                language=LANGUAGE,
            )
