"""Another officer's word, by which a version comes into force."""

from datetime import datetime, time
from itertools import zip_longest
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.approvals.about import about
from people.approvals.models import ApprovalRequest
from people.approvals.registry import ApprovableAction, CannotCarryOut, Params, Preview
from people.policies.models import PolicyVersion
from people.policies.services import ADOPT
from people.policies.texts import hash_of, parts_of
from people.policies.words import audience_words
from people.roles.permissions import Permission


class AdoptPolicy(ApprovableAction):
    """The whole text, in both languages, stands in the preview: what is agreed to is what was shown."""

    code = ADOPT
    label = gettext_lazy("Bring a policy into force")
    permission = Permission.APPROVAL_DECIDE
    asked_by = (Permission.DUTY_MANAGE,)
    for_counsel = True
    grave = True

    def preview(self, params: Params) -> Preview:
        version = _draft(params)
        return Preview(
            facts={
                "version": str(version.pk),
                "number": version.number,
                "author": str(version.written_by_id),
                "text": bytes(version.text_hash).hex(),
                "roles": sorted(version.roles),
                "days": version.days,
                "effective": version.effective_on.isoformat(),
                "review": version.review_on.isoformat(),
            },
            lines=[
                _("“%(title)s”, version %(number)s, comes into force.")
                % {"title": version.title, "number": version.number},
                _("Written by %(author)s.") % {"author": version.written_by},
                _("For: %(audience)s.") % {"audience": audience_words(version)},
                _("From %(day)s on, at the earliest with your decision.") % {"day": version.effective_on},
                _("It is looked through again by %(day)s.") % {"day": version.review_on},
                _("Whoever has not accepted it in time opens no data room and sees no plaintext."),
            ],
            counts=[(_("Days to accept it in"), version.days)],
            columns=["简体中文", "English"],
            rows=_side_by_side(version),
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        version = _draft(request.params)
        begins = datetime.combine(version.effective_on, time.min, tzinfo=ZoneInfo(settings.TIME_ZONE))
        now = timezone.now()
        version.agreed_by, version.agreed_at, version.approval = actor, now, request
        version.in_force_at = max(begins, now)
        version.save(update_fields=["agreed_by", "agreed_at", "approval", "in_force_at"])
        record_change(
            Entry(
                action=Action.POLICY_ADOPT,
                object_type=ObjectType.POLICY_VERSION,
                object_id=version.pk,
            )
        )

    def concerned(self, request: ApprovalRequest) -> frozenset[UUID]:
        """Nobody agrees to what they wrote themselves."""
        found = PolicyVersion.objects.filter(pk=str(request.params["version"]))
        return frozenset(found.values_list("written_by", flat=True))

    def concerning(self, user: User) -> Q:
        """Nobody agrees to what they wrote themselves."""
        return about("version", PolicyVersion.objects.filter(written_by=user))


def _side_by_side(version: PolicyVersion) -> list[tuple[str, str]]:
    def words(text: str) -> list[str]:
        return [f"{part.heading}\n{part.text}".strip() for part in parts_of(text)]

    titles = (version.title_zh, version.title_en)
    return [titles, *zip_longest(words(version.text_zh), words(version.text_en), fillvalue="")]


def _draft(params: Params) -> PolicyVersion:
    """The draft as it lies; one whose text is not what its hash says is not brought into force."""
    rows = PolicyVersion.objects.select_related("written_by")
    found = rows.filter(pk=str(params["version"]), agreed_at__isnull=True).first()
    if found is None or hash_of(found) != bytes(found.text_hash):
        raise CannotCarryOut
    return found
