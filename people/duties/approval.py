"""Another officer's word, by which a new text of an undertaking comes into force."""

from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.accounts.models import User
from people.approvals.about import about
from people.approvals.models import ApprovalRequest
from people.approvals.registry import ApprovableAction, CannotCarryOut, Params, Preview
from people.duties.drafts import ADOPT, PIECES, adopt
from people.duties.models import NdaDraft, NdaKind
from people.duties.templates import parts, text_hash
from people.posts.codes import Post
from people.roles.permissions import Permission


class AdoptNda(ApprovableAction):
    """The whole text, in both languages, stands in the preview: what is agreed to is what was shown."""

    code = ADOPT
    label = gettext_lazy("Bring a new text of an undertaking into force")
    permission = Permission.APPROVAL_DECIDE
    asked_by = (Permission.DUTY_MANAGE,)
    post = Post.CONFIDENTIALITY
    for_counsel = True
    grave = True

    def preview(self, params: Params) -> Preview:
        draft = _draft(params)
        return Preview(
            facts={
                "draft": str(draft.pk),
                "kind": draft.kind,
                "author": str(draft.written_by_id),
                "text": text_hash(draft).hex(),
                "days": [draft.access_days, draft.duty_days],
                "effective": draft.effective_on.isoformat(),
                "again": draft.resign_on.isoformat() if draft.resign_on else "",
            },
            lines=[
                _("A new text of the undertaking for: %(kind)s.") % {"kind": NdaKind(draft.kind).label},
                _("Written by %(author)s.") % {"author": draft.written_by},
                _("From %(day)s on, at the earliest with your decision.") % {"day": draft.effective_on},
                again_words(draft),
            ],
            counts=[
                (_("Days that access lasts"), draft.access_days),
                (_("Days that the duty lasts"), draft.duty_days),
            ],
            columns=["简体中文", "English"],
            rows=_side_by_side(draft),
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        adopt(actor=actor, draft=_draft(request.params), approval=request)

    def concerned(self, request: ApprovalRequest) -> frozenset[UUID]:
        """Nobody agrees to what they wrote themselves."""
        found = NdaDraft.objects.filter(pk=str(request.params["draft"]))
        return frozenset(found.values_list("written_by", flat=True))

    def concerning(self, user: User) -> Q:
        """Nobody agrees to what they wrote themselves."""
        return about("draft", NdaDraft.objects.filter(written_by=user))


def again_words(draft: NdaDraft) -> str:
    """What becomes of the signatures that there are."""
    if draft.resign_on is None:
        return _("Whoever signed an older version keeps that one until their access ends.")
    return _("Whoever signed an older version signs this one; from %(day)s on the older opens nothing.") % {
        "day": draft.resign_on
    }


def _side_by_side(draft: NdaDraft) -> list[tuple[str, str]]:
    chinese, english = (parts(draft, language) for language in ("zh", "en"))
    pairs = zip(chinese, english, strict=True)
    return [(draft.title_zh, draft.title_en), *((one.text, other.text) for one, other in pairs)]


def _draft(params: Params) -> NdaDraft:
    found = NdaDraft.objects.select_related("written_by").filter(pk=str(params["draft"])).first()
    if found is None or not all(getattr(found, name) for name in PIECES):
        raise CannotCarryOut
    return found
