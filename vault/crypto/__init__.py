"""Sealing, wrapping and blind indexes: pure functions over bytes, no Django, no I/O, no clock.

The byte layouts are specified in docs/crypto.md and pinned by tests/vectors/.
"""
