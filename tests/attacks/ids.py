"""Which fields of which forms carry an id, as the walk over foreign ids must find them."""

REFUSED: dict[str, str] = {}
OPEN_TO_ALL: dict[str, dict[str, str]] = {}
