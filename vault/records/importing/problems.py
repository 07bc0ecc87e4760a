"""What stops a whole file, as against one row of it."""

from vault.formats.checked import FormatError


class SheetError(FormatError):
    """The file cannot be read as a client list. Raised before the first row is given out."""
