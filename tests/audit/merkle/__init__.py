"""Trees, tiles and proofs, against the specifications and published vectors."""
