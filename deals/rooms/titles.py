"""What a folder, group or file may be called."""

import unicodedata

from django.utils.translation import gettext as _

from deals.errors import NotPossible

# Windows and many unpackers refuse these; a name must survive being saved anywhere.
_FORBIDDEN = frozenset('/\\<>:"|?*')
_NOT_READABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean_title(typed: str, *, longest: int) -> str:
    """The title in NFC with single spaces.

    Raises NotPossible for what could pass for something else or for a path: control characters, NUL, marks
    that turn the writing direction, slashes, names of dots only; and for an empty or too long one.
    """
    name = " ".join(unicodedata.normalize("NFC", typed).split(" ")).strip()
    if any(unicodedata.category(char) in _NOT_READABLE for char in name):
        raise NotPossible(_("The name holds invisible or direction-changing characters; type it anew."))
    if any(char in _FORBIDDEN for char in name):
        raise NotPossible(_('A name cannot hold any of / \\ < > : " | ? *'))
    if not name.strip("."):
        raise NotPossible(_("Give a name."))
    if len(name) > longest:
        raise NotPossible(_("A name has at most %(count)d characters.") % {"count": longest})
    return name
