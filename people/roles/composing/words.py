"""The limits of a role, in sentences."""

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.roles import limits
from people.roles.composing.models import RoleChange
from people.roles.models import Role


def limit_words(role: Role | RoleChange) -> list[str]:
    """How far it reaches, where it is limited; nothing of what is not."""
    found = []
    if role.up_to_grade is not None:
        label = dict(limits.grades).get(role.up_to_grade, role.up_to_grade)
        found.append(_("Plaintext of fields up to: %(grade)s.") % {"grade": label})
    if role.stages is not None:
        labels = dict(limits.stages)
        names = _(", ").join(str(labels.get(stage, stage)) for stage in role.stages)
        found.append(_("On deals and rooms only in: %(stages)s.") % {"stages": names})
    if role.longest_days is not None:
        days = role.longest_days
        found.append(
            ngettext("Given for %(n)s day at most.", "Given for %(n)s days at most.", days) % {"n": days}
        )
    return found


def deal_words(deal: UUID) -> str:
    """That a grant is for one deal, by its code name."""
    return _("Only for the deal %(name)s.") % {"name": name_of(deal)}


def name_of(deal: UUID) -> str:
    """The deal's code name."""
    return dict(limits.deal_choices()).get(deal, "–")
