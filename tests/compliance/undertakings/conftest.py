from tests.audit.checkpoints.conftest import folders

__all__ = ["folders"]
