"""What a book remembers of headings: that one like this became that field the last time.

Only corrections are kept, as codes. The heading itself is not, sealed or unsealed: in a file without
headings, or a wrong one, it is somebody's name or number. What stands in its place is a 128-bit HMAC of it
under the book's own key for uniqueness (`vault.crypto.blind`), in a domain of its own. Without that key,
which the keyring releases for a logged access alone, a row confirms no guess; and it becomes noise when the
book's keys are destroyed or its indexes' keys are changed, which costs no more than a correction to be made
again.
"""

from collections.abc import Callable, Collection, Sequence

from vault.crypto.blind import UNIQUE_BITS, token
from vault.crypto.blind import IndexKey as TokenKey
from vault.records.importing.headings import TARGETS, plain
from vault.records.importing.jobfiles import OpenOutline
from vault.records.importing.models import RememberedHeading
from vault.records.importing.needless import stores
from vault.records.importing.plan import Plan
from vault.records.models import ClientBook

MOST = 2_000  # headings a book


def remember(book: ClientBook, plan: Plan, opened: OpenOutline, *, needless: Collection[str] = ()) -> None:
    """Keep what differs from our own proposal, and forget what does not, in the caller's transaction.

    That a column was left out because no purpose needs it (`needless`) is nobody's correction: once one does,
    it is proposed again.
    """
    names = opened.outline.sheets[plan.sheet].names(plan.header) if plan.header else ()
    proposed = opened.outline.propose(plan.sheet, plan.header).plan.targets
    chosen = {
        _token(opened.remembering, name): (target, ours)
        for name, target, ours in zip(names, plan.targets, proposed, strict=False)
        if name.strip()
    }
    RememberedHeading.objects.filter(book=book, token__in=list(chosen)).delete()
    room = MOST - RememberedHeading.objects.filter(book=book).count()
    corrections = [
        RememberedHeading(book=book, token=made, target=target)
        for made, (target, ours) in chosen.items()
        if target != ours and stores(ours) not in needless
    ]
    RememberedHeading.objects.bulk_create(corrections[: max(room, 0)])


def remembered(book: ClientBook, opened: OpenOutline) -> Callable[[str], str | None]:
    """What this book's people made of a heading the last time."""
    names = {name for top in opened.outline.sheets for row in top.rows for name in row if plain(name)}
    tokens = {_token(opened.remembering, name): name for name in names}
    found = {plain(tokens[made]): target for made, target in _known(book, list(tokens)) if target in TARGETS}
    return lambda name: found.get(plain(name))


def _known(book: ClientBook, tokens: Sequence[bytes]) -> list[tuple[bytes, str]]:
    kept = RememberedHeading.objects.filter(book=book, token__in=tokens).values_list("token", "target")
    return [(bytes(made), target) for made, target in kept]


def _token(key: TokenKey, heading: str) -> bytes:
    return token(key, f"heading\0{plain(heading)}", UNIQUE_BITS)
