"""Words that somebody writes for the files of this layer: audits, cases and reports."""

from vault.formats import text
from vault.formats.checked import FormatError
from vault.records.errors import NotPossible

LIMIT = 2000  # characters


def clean(words: str, limit: int = LIMIT) -> str:
    """The words as they are kept. Raises NotPossible: too long, or with control characters."""
    try:
        return text.clean(words, limit=limit, lines=True)
    except FormatError as error:
        raise NotPossible(error.problem.message) from None
