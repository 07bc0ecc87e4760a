"""Why hidden details cannot be removed. Both sides of the sandbox know it: it imports nothing."""

SIGNED, LOCKED = 3, 4  # how the program in the sandbox ends; any other status but 0 means damaged


class Unremovable(Exception):
    """They cannot be removed. `status` says why."""

    status = 1


class Damaged(Unremovable):
    """Not what it says it is, or too large, or hostile."""


class Signed(Unremovable):
    """Signed: whatever is removed, the signature breaks."""

    status = SIGNED


class Locked(Unremovable):
    """Protected by a password."""

    status = LOCKED
