"""What a failure leaves behind: which kind it was and where, never in which words.

An exception may quote whatever was at hand: a cell that is no date, a row that a constraint refused; at DEBUG
Django's template engine logs the whole context of a page. So what is written down, by whichever process, goes
through one formatter, and error pages and mails through one reporter, which leave the words of exceptions and
the variables of frames out. Lines of a traceback are lines of the program: they hold no value.
"""

import copy
import errno
import logging
import traceback
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.html import escape
from django.views.debug import ExceptionReporter

# These speak of keys, providers and settings, in words that we wrote; an operator needs them.
SPEAK_OF_NOBODY = {"vault.crypto.errors", "vault.keys.errors", "config.embedded.errors"}


class PlaceFormatter(logging.Formatter):
    """Formats a record without the words of any exception: of the one that it reports and of those among its
    arguments."""

    def format(self, record: logging.LogRecord) -> str:
        quiet = copy.copy(record)
        quiet.exc_text = None  # another handler may have kept the words here
        quiet.msg, quiet.args = _message(record), ()
        return super().format(quiet)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        return place_of(ei[1])


class PlaceReporter(ExceptionReporter):
    """What a debug page or a mail to administrators would show, should somebody turn either on."""

    def get_traceback_text(self) -> str:
        return place_of(self.exc_value)

    def get_traceback_html(self) -> str:
        return f"<!doctype html><title>500</title><pre>{escape(place_of(self.exc_value))}</pre>"


def place_of(error: BaseException | None) -> str:
    """The traceback of an exception and of those that it came from, oldest first, without their words."""
    parts = [
        "Traceback (most recent call last):\n"
        + "".join(traceback.format_tb(each.__traceback__))
        + _kind(each)
        for each in _chain(error)
    ]
    return "\n\n".join(reversed(parts))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _kind(error: BaseException) -> str:
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    if type(error).__module__ in SPEAK_OF_NOBODY:
        return f"{kind}: {error}"
    if isinstance(error, OSError) and error.errno in errno.errorcode:  # its words name a file
        return f"{kind}: {errno.errorcode[error.errno]}"
    return kind


def _message(record: logging.LogRecord) -> str:
    reported = record.exc_info[1] if record.exc_info else None
    arguments: Any = record.args
    if isinstance(arguments, Mapping):
        arguments = {name: _quiet(value) for name, value in arguments.items()}
    elif arguments:
        arguments = tuple(_quiet(value) for value in arguments)
    message = str(_quiet(record.msg))
    if arguments:
        message = message % arguments
    # Whoever logs may have put the words into the message before (Celery does).
    for error in _chain(reported):
        for words in (repr(error), _words(error)):
            message = message.replace(words, _kind(error)) if words else message
    return message


def _quiet(value: object) -> object:
    return _kind(value) if isinstance(value, BaseException) else value


def _words(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - a broken __str__ has no words to leave out
        return ""
