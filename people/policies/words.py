"""How pages word whom a policy is for."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from people.policies.models import PolicyVersion
from people.roles.models import RoleCode


def audience_words(version: PolicyVersion) -> str:
    """The roles in words, or all staff."""
    if not version.roles:
        return _("all staff")
    between = "、" if get_language() == "zh-hans" else ", "
    return between.join(str(RoleCode(code).label) for code in version.roles)


def text_language() -> str:
    """ "zh" or "en": which of the two texts the reader is shown."""
    return "zh" if get_language() == "zh-hans" else "en"
