"""The demo's partner firms: one in force with an adviser in a room, one due for review, one suspended after
an incident, which has certified that what it was given is destroyed."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from audit.origin import Origin, acting_as
from compliance.demo.deals import LANGUAGE
from compliance.demo.documents import pdf
from compliance.demo.logins import ADVISER, LEAD, OFFICERS
from deals.files.models import FileVersion
from deals.files.reading import open_original
from deals.pipeline.models import Deal, Stage
from deals.rooms.grants import set_folder_right
from deals.rooms.groups import create_group, invite_to_group
from deals.rooms.levels import Level
from deals.rooms.models import Folder, GroupKind
from deals.viewer.pages import page_image
from people.accounts.models import User
from people.duties.services import sign_nda
from people.duties.templates import in_force
from people.invitations.services import accept
from people.partners import (
    agreements,
    assessing,
    contacts,
    firms,
    recalling,
    reviewing,
    subprocessing,
    suspending,
)
from people.partners.agreements import Signed
from people.partners.assessing import Given
from people.partners.codes import ASKED, AgreementKind, FirmKind, How, LinkFor, SuspendedFor
from people.partners.contacts import Reached
from people.partners.models import Partner
from people.partners.records import PartnerLink, PartnerReview
from people.partners.reviewing import Found
from people.partners.scoring import Answer
from people.partners.standing import house_today
from people.partners.subprocessing import Named

_LAW, _ACCOUNTS, _FILING = "青柏律师事务所", "钧衡会计师事务所", "捷办工商服务中心"
_NOTE = "查看了问卷佐证、权限清单和备份恢复记录，未发现问题。"
_CLOUD, _DOES = "云栈数据服务", "存放审计工作底稿的备份"
_WHY, _FIRST_NOTE = "该机构一名经办人的邮箱被盗用，查清之前停用。", "首次评估。"
_COUNSEL, _CLERKS, _CLERK = "法律顾问", "工商代办", "罗嘉禾"
_CONTACTS = ("唐予宁", "邵清岚", "孟书言")  # whom to reach at each
WRITTEN = (
    *(_LAW, _ACCOUNTS, _FILING, _NOTE, _CLOUD, _DOES, _WHY, _FIRST_NOTE),
    *(_COUNSEL, _CLERKS, _CLERK, *_CONTACTS),
)
_PARTLY = (6, 9, 18)  # questions that a firm answers less well


def make_partners(people: Mapping[str, User], deal: Deal) -> None:
    """Firms that are there already stay as they are."""
    if Partner.objects.filter(name=_LAW).exists():
        return
    lead, officer = people[LEAD.username], people[OFFICERS[0].username]
    law = _in_force(lead, officer, _LAW, FirmKind.LAW, _CONTACTS[0])
    if ADVISER.username in people:  # a home from before has nobody to be one
        lawyer = people[ADVISER.username]
        _let_in(lead, deal, _COUNSEL, law, email=lawyer.email, name=lawyer.display_name)
    accounts = _in_force(lead, officer, _ACCOUNTS, FirmKind.ACCOUNTING, _CONTACTS[1])
    _due_soon(lead, accounts)
    with acting_as(Origin(actor=lead.pk)):
        cloud = Named(name=_CLOUD, does=_DOES, abroad=False)
        subprocessing.name_one(partner=accounts, named=cloud, by=lead)
    filing = _in_force(lead, officer, _FILING, FirmKind.FILING, _CONTACTS[2])
    _let_in(lead, deal, _CLERKS, filing, email="luo.jiahe@example.test", name=_CLERK)
    with acting_as(Origin(actor=officer.pk)):
        suspending.suspend(actor=officer, partner_id=filing.pk, reason=SuspendedFor.INCIDENT, words=_WHY)
        recalling.ask_back(partner=filing, deal_id=deal.pk)
    with acting_as(Origin()):
        recalling.certify(
            link=PartnerLink.objects.get(partner=filing, purpose=LinkFor.RECALL),
            how=How.DESTROYED,
            signed_as=_CONTACTS[2],
            evidence=pdf("销毁记录", (("两份下载文件及其备份已删除，删除操作由两人在场完成。",),)),
        )


def _in_force(lead: User, officer: User, name: str, kind: FirmKind, contact: str) -> Partner:
    with acting_as(Origin(actor=lead.pk)):
        partner = firms.record_partner(actor=lead, name=name, kind=kind)
        _reach(lead, partner, contact)
        paper = assessing.ask(actor=lead, partner_id=partner.pk, by_firm=False)
        given = [
            Given(one.pk, Answer.PARTLY if one.position in _PARTLY else Answer.YES)
            for one in paper.questionnaire.questions.all()
        ]
        assessing.keep_answers(assessment=paper, given=given)
        assessing.hand_in(assessment=paper, by=lead)
        today = house_today()
        made = agreements.record_agreement(
            actor=lead,
            partner_id=partner.pk,
            signed=Signed(
                kind=AgreementKind.ENTRUSTMENT,
                signed_on=today - timedelta(days=20),
                until=today + timedelta(days=700),
                clauses=frozenset(ASKED[AgreementKind.ENTRUSTMENT]),
            ),
            data=pdf("委托处理协议", (("双方约定委托处理个人信息的目的、期限、方式、种类和保护措施。",),)),
        )
    with acting_as(Origin(actor=officer.pk)):
        assessing.take(actor=officer, assessment=paper)
        agreements.check_agreement(actor=officer, partner_id=partner.pk, agreement_id=made.pk)
        found = Found(note=_NOTE, drill_on=today - timedelta(days=12), training_on=today - timedelta(days=40))
        reviewing.record_review(actor=officer, partner_id=partner.pk, found=found)
    partner.refresh_from_db()
    return partner


def _reach(lead: User, partner: Partner, name: str) -> None:
    """The contact, who has answered the test."""
    reached = Reached(name=name, phone="+8613800138000", mail=f"contact-{partner.pk.hex[:6]}@example.test")
    contact = contacts.record_contact(actor=lead, partner_id=partner.pk, reached=reached)
    contacts.test_contact(contact)
    contacts.answer_test(PartnerLink.objects.get(object_id=contact.pk, used_at=None, cancelled_at=None))


def _due_soon(lead: User, partner: Partner) -> None:
    """As if the last review had been held almost a year ago."""
    last = partner.reviews.get()
    due = house_today() + timedelta(days=12)
    PartnerReview.objects.create(
        partner=partner,
        assessment=last.assessment,
        contact_answered_at=last.contact_answered_at,
        held_on=due - reviewing.EACH,
        next_due_on=due,
        note=_FIRST_NOTE,
        by=lead,
    )
    Partner.objects.filter(pk=partner.pk).update(review_due_on=due)


def _let_in(lead: User, deal: Deal, title: str, firm: Partner, *, email: str, name: str) -> None:
    """Somebody of the firm is invited into the room, comes, signs, reads and takes a file."""
    with acting_as(Origin(actor=lead.pk)):
        group = create_group(
            actor=lead, deal_id=deal.pk, title=title, kind=GroupKind.ADVISER, stage=Stage.DILIGENCE
        )
        for folder in Folder.objects.filter(room__deal=deal):
            set_folder_right(
                actor=lead, deal_id=deal.pk, group_id=group.pk, folder_id=folder.pk, level=Level.ORIGINAL
            )
        invitation = invite_to_group(
            actor=lead,
            deal_id=deal.pk,
            group_id=group.pk,
            email=email,
            display_name=name,
            language=LANGUAGE,
            firm=firm.pk,
        )
    person = invitation.person
    password = None if person.has_usable_password() else secrets.token_urlsafe(12)
    template = in_force(invitation.nda_kind)
    assert template is not None
    with acting_as(Origin(actor=person.pk)):
        accept(invitation=invitation, password=password)
        sign_nda(actor=person, template=template, deal_id=deal.pk, typed_name=name, language=LANGUAGE)
        _read(person, deal.pk)


def _read(person: User, deal_id: UUID) -> None:
    """Through what the pages go through, so that the log has it."""
    shown = FileVersion.objects.filter(file__room__deal=deal_id, media_type="application/pdf")
    for version in shown.order_by("file__folder", "file__position")[:2]:
        page_image(version, 1, person)
        _name, content = open_original(version, person)
        with content:
            pass
