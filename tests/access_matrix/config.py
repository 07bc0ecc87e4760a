"""URLs that belong to no layer: health, languages, the libraries' own pages."""

from tests.access_matrix import Row

ROWS: list[Row] = []
