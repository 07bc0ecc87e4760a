"""Keys in use: who may have them (the database decides), how long they stay, where the root lives.

Root keys live with a provider outside the database; every other key is a wrapped row of the keyring schema
that leaves it through `keyring.release` alone, for a committed log entry that names it. This package imports
only `vault.crypto` and `audit`, so that `people` may stand on it.
"""
