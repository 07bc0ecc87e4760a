"""Text of others written into sheets: kept from being run as a formula (OWASP, "CSV Injection")."""

_STARTERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def neutralise_formula(text: str) -> str:
    """`text` with a leading apostrophe where a spreadsheet could take it for a formula."""
    return "'" + text if text.startswith(_STARTERS) else text


def restore_formula(text: str) -> str:
    """Undo `neutralise_formula` when a sheet of ours is imported again."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_STARTERS) else text
