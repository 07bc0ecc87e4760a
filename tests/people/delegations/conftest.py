from tests.people.approvals.conftest import ask, rename, rename_by_two, rename_gravely

__all__ = ["ask", "rename", "rename_by_two", "rename_gravely"]
