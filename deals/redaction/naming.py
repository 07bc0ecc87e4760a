"""What a redacted copy is called: its maker says so, since whoever gets the copy reads the name too.

The original's name may say what is painted over in it ("王芳 13800138000.pdf"). What the search for proposals
would find on a page is found in a name, and such a name is refused.
"""

from collections.abc import Collection
from itertools import count
from pathlib import PurePath

from django.utils.translation import gettext as _

from deals.errors import NotPossible
from deals.files.models import NAME_LENGTH
from deals.redaction.finding import kinds_in
from deals.rooms.titles import clean_title

_END = ".pdf"


def proposed_name(original: str, words: Collection[str]) -> str:
    """The original's name and that it is redacted; where that tells of somebody, one that says nothing."""
    stem = PurePath(original).stem
    pattern = _("%(name)s (redacted).pdf")
    if kinds_in(original, words):  # with its ending: an address may stand at its end
        return _("Redacted copy.pdf")
    return pattern % {"name": stem[: NAME_LENGTH - len(pattern % {"name": ""})]}


def checked_name(typed: str, words: Collection[str]) -> str:
    """The name as files have it, of a PDF. `words`: what this redaction looks for. Raises NotPossible."""
    name = clean_title(typed, longest=NAME_LENGTH)
    if PurePath(name).suffix.casefold() != _END:
        name = clean_title(name + _END, longest=NAME_LENGTH)
    if told := kinds_in(PurePath(name).stem, words):
        kinds = ", ".join(str(kind.label) for kind in sorted(told))
        raise NotPossible(
            _(
                "The name shows what may be painted over (%(kinds)s), and everybody who gets the copy "
                "reads it. Give another name; all marks are kept."
            )
            % {"kinds": kinds}
        )
    return name


def free_name(wanted: str, taken: Collection[str]) -> str:
    """The name, with a number if it is `taken` (case-folded).

    Never a present file's: a copy is looked through before anybody gets it, so it becomes no next version of
    one that groups have already.
    """
    stem, name = PurePath(wanted).stem, wanted
    for number in count(2):
        if name.casefold() not in taken:
            break
        end = f" ({number}){_END}"
        name = stem[: NAME_LENGTH - len(end)] + end
    return name
