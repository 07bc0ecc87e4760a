"""The one error of this package."""


class StartError(Exception):
    """Something that stops a start; its message is one clear line for whoever typed the command."""
