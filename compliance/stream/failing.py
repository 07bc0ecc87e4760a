"""That a receiver did not take a batch, and for how long it is left alone then."""

from datetime import timedelta

from compliance.stream.models import Trouble

FIRST, LONGEST = timedelta(seconds=15), timedelta(minutes=15)


class NotTaken(Exception):
    """The receiver has not acknowledged the batch; all of it is sent again."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


def pause(attempts: int) -> timedelta:
    """After this many failures in a row: doubled each time, never longer than a quarter of an hour."""
    return min(FIRST * (1 << min(attempts - 1, 10)), LONGEST)
