"""What a page of partner firms says when something cannot be done."""


class NotNow(Exception):
    """It cannot be done, or not yet; the text says why, for the page."""
