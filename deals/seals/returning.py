"""A sealed copy that comes back: taken in, looked at by an officer page by page, accepted or sent back.

What is uploaded is a stranger's: its type is told from its bytes, its pages are counted by the process
without keys, files and network that draws the pages of rooms, and nothing of it is ever given to a browser
as it came except to officers, as evidence, to be saved and not to be shown.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from audit.refusals import Refused
from deals.errors import NotPossible
from deals.files.sniffing import MediaType
from deals.seals import keeping
from deals.seals.access import has_a_part_in, my_groups, waiting_return
from deals.seals.models import (
    LARGEST,
    MOST_FILES,
    MOST_PAGES,
    CompanyUndertaking,
    Method,
    Part,
    Power,
    SealedPaper,
    SealedReturn,
)
from deals.seals.telling import officers, people_of
from deals.viewer.rendering import Unshowable, count_pages
from people.accounts.models import User
from people.duties.services import clean_name
from people.notices.services import notify
from people.uploads import media_type_of

WORD_LENGTH = 500


def send_in(
    *,
    actor: User,
    undertaking: CompanyUndertaking,
    power: Power,
    sealer: str,
    copy: Sequence[bytes],
    authority: Sequence[bytes],
) -> SealedReturn:
    """The sealed copy, and the power of attorney where an agent sealed. Not inside a transaction.

    Raises Refused for whoever is not of the company; NotPossible: nothing waits for a copy, the files;
    ValidationError: the sealer's name.
    """
    deal_id = undertaking.group.room.deal_id
    if not my_groups(actor, deal_id).filter(pk=undertaking.group_id).exists():
        raise Refused(ObjectType.COMPANY_UNDERTAKING, undertaking.pk, Action.SEAL_RETURN, deal=deal_id)
    name = clean_name(sealer)
    if power == Power.ATTORNEY and not authority:
        raise NotPossible(_("Add the power of attorney of whoever sealed."))
    papers = _looked_at(copy, Part.COPY) + (
        _looked_at(authority, Part.AUTHORITY) if power == Power.ATTORNEY else []
    )
    if sum(pages for _part, _data, _kind, pages in papers) > MOST_PAGES:
        raise NotPossible(_("At most %(count)d pages.") % {"count": MOST_PAGES})
    held = keeping.hold(undertaking, Action.SEAL_KEEP)
    files = [held.write_file(data) for _part, data, _kind, _pages in papers]
    try:
        with transaction.atomic():
            _still_waits(undertaking)
            keeping.enter(files)
            made = SealedReturn(undertaking=undertaking, power=power, uploaded_by=actor)
            made.facts = held.seal(keeping.SEALER, made.pk, {"sealer": name})
            made.save()
            for position, (file, (part, _data, kind, pages)) in enumerate(zip(files, papers, strict=True), 1):
                SealedPaper.objects.create(
                    id=file.id,
                    returned=made,
                    part=part,
                    position=position,
                    media_type=kind,
                    size=file.size,
                    pages=pages,
                    sha256=file.sha256,
                    file_key_id=file.key_id,
                )
            _log(made, Action.SEAL_RETURN, tuple(file.sha256.hex() for file in files))
            notify("seal.returned", officers(), object_id=undertaking.pk, key=str(made.pk))
    except BaseException:
        keeping.drop(files)
        raise
    return made


@transaction.atomic
def accept(*, actor: User, returned: SealedReturn) -> CompanyUndertaking:
    """The copy is the very document, sealed: the company is bound from now on. The caller has seen to it that
    the actor is an officer to whom each page was shown.

    Raises NotPossible: decided already, or not for this officer to say.
    """
    undertaking = _to_decide(actor, returned)
    now = timezone.now()
    SealedReturn.objects.filter(pk=returned.pk).update(decided_at=now, decided_by=actor, accepted=True)
    template = undertaking.template
    undertaking.method, undertaking.accepted_by, undertaking.accepted_at = Method.COPY, actor, now
    undertaking.access_expires_at = now + timedelta(days=template.access_days)
    undertaking.duty_expires_at = now + timedelta(days=template.duty_days)
    undertaking.save()
    papers = SealedPaper.objects.filter(returned=returned).order_by("position")
    hashes = [bytes(one).hex() for one in papers.values_list("sha256", flat=True)]
    # Text, document, method and the copy stand in the entry: the log proves this very paper.
    said = (bytes(undertaking.text_hash).hex(), bytes(undertaking.document_hash).hex(), Method.COPY.value)
    _log(returned, Action.SEAL_ACCEPT, (*said, *hashes))
    deal = undertaking.group.room.deal
    notify("seal.bound", [*people_of(undertaking.group), deal.lead], deal_id=deal.pk, key=str(undertaking.pk))
    return undertaking


def send_back(*, actor: User, returned: SealedReturn, reason: str) -> None:
    """It is not: the company is told why, and sends another. Raises as `accept`."""
    held = keeping.hold(returned.undertaking, Action.SEAL_KEEP)
    with transaction.atomic():
        undertaking = _to_decide(actor, returned)
        word = held.seal(keeping.WORD, returned.pk, {"reason": reason[:WORD_LENGTH]})
        SealedReturn.objects.filter(pk=returned.pk).update(
            decided_at=timezone.now(), decided_by=actor, accepted=False, word=word
        )
        _log(returned, Action.SEAL_SEND_BACK)
        deal = undertaking.group.room.deal_id
        notify("seal.sent_back", people_of(undertaking.group), deal_id=deal, key=str(returned.pk))


def _looked_at(files: Sequence[bytes], part: Part) -> list[tuple[Part, bytes, str, int]]:
    """Part, bytes, type and pages of each. Raises NotPossible."""
    if not 1 <= len(files) <= MOST_FILES:
        raise NotPossible(_("From one to %(count)d files.") % {"count": MOST_FILES})
    return [(part, data, *_kind_and_pages(data)) for data in files]


def _kind_and_pages(data: bytes) -> tuple[str, int]:
    kind = media_type_of(data)
    if not 0 < len(data) <= LARGEST:
        raise NotPossible(_("A file has at most %(count)d MB.") % {"count": LARGEST // 1024**2})
    if not kind:
        raise NotPossible(_("Only PDF files and JPEG or PNG pictures."))
    try:
        pages = count_pages([data], MediaType(kind))
    except Unshowable:
        raise NotPossible(_("A file is damaged or cannot be shown as pages.")) from None
    if pages > MOST_PAGES:
        raise NotPossible(_("At most %(count)d pages.") % {"count": MOST_PAGES})
    return kind, pages


def _still_waits(undertaking: CompanyUndertaking) -> None:
    locked = CompanyUndertaking.objects.select_for_update(of=("self",)).get(pk=undertaking.pk)
    if not locked.is_waiting:
        raise NotPossible(_("This document waits for no seal any more: open the page again."))
    if waiting_return(locked) is not None:
        raise NotPossible(_("A sealed copy is with an officer already."))


def _to_decide(actor: User, returned: SealedReturn) -> CompanyUndertaking:
    locked = SealedReturn.objects.select_for_update().get(pk=returned.pk)
    undertaking = (
        CompanyUndertaking.objects.select_for_update(of=("self",))
        .select_related("template", "group__room__deal__lead")
        .get(pk=locked.undertaking_id)
    )
    if locked.decided_at is not None or not undertaking.is_waiting:
        raise NotPossible(_("This copy is decided already."))
    if has_a_part_in(actor, undertaking):
        raise NotPossible(_("Another officer decides: you have a part in this one."))
    return undertaking


def _log(returned: SealedReturn, action: Action, fields: tuple[str, ...] = ()) -> None:
    undertaking = returned.undertaking
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.COMPANY_UNDERTAKING,
            object_id=undertaking.pk,
            subjects=(undertaking.pk,),
            deal=undertaking.group.room.deal_id,
            fields=fields,
        )
    )
