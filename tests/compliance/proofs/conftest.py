"""A log of its own for each test that needs to know every entry (see tests/audit/checkpoints)."""

from tests.audit.checkpoints.conftest import folders
from tests.audit.tree.conftest import cluster, house

__all__ = ["cluster", "folders", "house"]
