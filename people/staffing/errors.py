"""What cannot be done, in words for the page."""


class NotNow(Exception):
    """It cannot be planned or done like that; the text says why."""
