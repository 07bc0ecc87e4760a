"""URLs that belong to no layer: health, languages, the libraries' own pages."""

from tests.access_matrix import NOBODY, Row
from tests.cast import NAMES

ROWS: list[Row] = [
    Row(
        url=url,
        who=frozenset({NOBODY, *NAMES}),
        method="post",
        data=lambda world: {"theme": "dark", "language": "en", "next": "/"},
        status=frozenset({302}),
    )
    for url in ("ui:theme", "ui:language")
]
