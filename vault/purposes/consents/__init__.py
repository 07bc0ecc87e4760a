"""The ledger of consents: given, refused, withdrawn; every word a row that stays (PIPL 14, 15)."""
