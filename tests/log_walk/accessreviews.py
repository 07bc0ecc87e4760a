"""Reviews of access."""

from audit.actions import Action
from compliance.accessreviews.tasks import review_access
from tests.log_walk import Row

ROWS = [
    Row(
        job="compliance.accessreviews.tasks.review_access",
        action=Action.ACCESS_REVIEW_OPEN,
        build=lambda world: review_access,
    )
]
SILENT: dict[str, str] = {}
