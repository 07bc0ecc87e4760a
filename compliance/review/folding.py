"""The list as it is read: what is explained folds into one line with a count, the rest stands by itself."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.models import LogEntry
from audit.sentences import Line, Names, lines
from compliance.review.explaining import Explained, Explanations, explain


@dataclass(frozen=True, slots=True)
class Fold:
    """Explained entries that follow one another."""

    lines: list[Line]
    words: str


@dataclass(frozen=True, slots=True)
class Folded:
    """`items` are lines and folds in the order of the list; `read` lines are left, `folded` are not."""

    items: list[Line | Fold]
    read: int
    folded: int


def folded(entries: Sequence[LogEntry], names: Names) -> Folded:
    """The entries in sentences, with what is explained folded."""
    explained = explain(entries)
    items: list[Line | Fold] = []
    run: list[Line] = []
    for line in lines(entries, names):
        if line.entry.pk in explained:
            run.append(line)
            continue
        if run:
            items.append(_fold(run, explained))
            run = []
        items.append(line)
    if run:
        items.append(_fold(run, explained))
    hidden = sum(len(item.lines) for item in items if isinstance(item, Fold))
    return Folded(items, len(entries) - hidden, hidden)


def _fold(run: list[Line], explained: Explanations) -> Fold:
    words = ngettext("%(count)d entry explained %(how)s", "%(count)d entries explained %(how)s", len(run))
    how = _counts(explained[line.entry.pk] for line in run)
    return Fold(run, words % {"count": len(run), "how": how})


def _counts(kinds: Iterable[Explained]) -> str:
    counted = Counter(kinds)
    if len(counted) == 1:
        [only] = counted
        return str(only.label)
    parts = [f"{kind.label} {counted[kind]}" for kind in Explained if counted[kind]]
    return _(", ").join(parts)
