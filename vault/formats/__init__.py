"""Normalise and check the typed fields of a client record.

One module per format, each with `normalise(raw) -> Checked` (the form that is stored) and, where the
field is searchable, `search_key(raw) -> str` (the form that is blind-indexed: the same for every way
of typing the same thing). Both raise `FormatError`. Pure Python: no database, no settings.
"""
