"""Merkle trees of RFC 6962 and RFC 9162 over SHA-256, laid out as C2SP tlog-tiles; pure functions."""
