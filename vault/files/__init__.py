"""Sealed files on disk: ciphertext only, under names that say nothing."""
