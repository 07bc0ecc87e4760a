"""Normalise and check the typed fields of a client record.

One module per format, each with `normalise(raw) -> Checked` (the form that is stored) and, where the
field is searchable, `search_key(raw) -> str` (the form that is blind-indexed: the same for every way
of typing the same thing). Both raise `FormatError`. Pure Python: no database, no settings.

Most values are typed as they should be. `plain(raw) -> str | None` tells those cheaply: their stored form
where it is beyond doubt, None where `thorough` has to look. `normalise` asks the one and then the other, and
a list of a hundred thousand rows asks `plain` by itself. It may be None for anything, and is never anything
but what `thorough` says without a warning; the tests hold the two against each other.
"""
