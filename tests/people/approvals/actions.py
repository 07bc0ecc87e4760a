"""An approvable action of the tests: it renames nothing but notes that it was carried out."""

from collections import Counter
from typing import Any

from people.approvals.models import ApprovalRequest
from people.approvals.registry import ApprovableAction, CannotCarryOut, Params, Preview
from people.roles.permissions import Permission


class Rename(ApprovableAction):
    code = "test.rename"
    label = "Rename"
    permission = Permission.APPROVAL_DECIDE
    delegable = True

    def __init__(self) -> None:
        self.reality: dict[str, Any] = {"name": "a"}
        self.done: Counter[str] = Counter()
        self.ended: Counter[str] = Counter()
        self.rows: list[list[str]] = []
        self.fails_with: Exception | None = None

    def preview(self, params: Params) -> Preview:
        if not self.reality:
            raise CannotCarryOut
        return Preview(
            facts={"params": dict(params), **self.reality},
            lines=["one line"],
            counts=[("things", 1)],
            rows=self.rows,
        )

    def carry_out(self, request: ApprovalRequest, actor: Any) -> None:
        if self.fails_with:
            raise self.fails_with
        self.done[str(request.pk)] += 1

    def refused(self, request: ApprovalRequest) -> None:
        self.ended[str(request.pk)] += 1


class RenameByTwo(Rename):
    code = "test.rename_by_two"
    quorum = 2


class RenameGravely(Rename):
    code = "test.rename_gravely"
    grave = True
