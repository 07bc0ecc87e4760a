"""Checkpoints: the tree's size and root, signed, and kept where the database cannot reach them.

`signing` makes them, `sinks` keep them, `publishing` brings them there, `comparing` reads them back.
"""
