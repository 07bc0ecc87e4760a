"""A log with months of long ago: a cluster of its own, as for the tree."""

from tests.audit.tree.conftest import cluster, house

__all__ = ["cluster", "house"]
