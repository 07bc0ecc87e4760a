"""Invariant 7: plaintext through the words of an error, or through the variables of the frames it passed."""

import io
import logging
import os
import subprocess
import sys

import pytest
from django.template import Context, Template, VariableDoesNotExist
from django.test import RequestFactory
from django.views.debug import get_exception_reporter_class

from config.embedded.home import CHECKOUT
from config.logs import PlaceFormatter, place_of
from vault.keys.errors import ProviderDown

SECRET = "13800138000"


def failure() -> BaseException:
    """As it comes out of a parser that was given a telephone number for a number of people."""
    number = SECRET + " Zhang"
    try:
        try:
            int(number)
        except ValueError:
            raise KeyError(number)  # noqa: B904 - the context is what is tested
    except KeyError as error:
        return error


def line(message: object, *arguments: object, error: BaseException | None = None) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(PlaceFormatter())
    logger = logging.Logger("attacked")
    logger.addHandler(handler)
    logger.error(message, *arguments, exc_info=error)
    return stream.getvalue()


def test_attack_every_log_of_every_process_at_debug() -> None:
    """The web's, the worker's and the libraries' loggers, set up as there: what failed names its place."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.attacks.logging_process", SECRET],
        cwd=CHECKOUT,
        env=os.environ | {"LOG_LEVEL": "DEBUG"},
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert SECRET not in said
    assert said.count("raise ValueError(") >= 4
    for logger in (
        "django.template",
        "celery.app.trace",
        "vault",
        "_granian",
        "any.library",
        "django.request",
    ):
        assert f" {logger} " in said, logger


def test_attack_the_context_of_a_template_fault() -> None:
    with pytest.raises(VariableDoesNotExist) as caught:
        Template("{% load ui %}{% with x=client.adress|add:client.adress %}{% endwith %}").render(
            Context({"client": {"address": SECRET}})
        )
    assert SECRET in str(caught.value)
    assert SECRET not in line("failed", error=caught.value)


@pytest.mark.parametrize("message", ["%s", "%r", "%(exc)s"])
def test_attack_an_exception_among_the_arguments_of_a_line(message: str) -> None:
    error = failure()
    arguments = [{"exc": error}] if "exc" in message else [error]
    assert SECRET not in line(message, *arguments)
    assert "KeyError" in line(message, *arguments)
    assert SECRET not in line(
        message, *[{"exc": repr(error)} if "exc" in message else str(error)], error=error
    )


def test_attack_an_exception_as_the_line() -> None:
    assert SECRET not in line(failure(), error=failure())


def test_attack_the_words_that_another_handler_kept() -> None:
    record = logging.makeLogRecord({"msg": "failed", "exc_info": (KeyError, failure(), None)})
    logging.Formatter().format(record)
    assert SECRET in record.exc_text
    assert SECRET not in PlaceFormatter().format(record)


@pytest.mark.parametrize("debug", [True, False])
def test_attack_a_debug_page_or_a_mail_to_administrators(settings, debug: bool) -> None:
    settings.DEBUG = debug
    request = RequestFactory().post("/", {"phone": SECRET})
    error = failure()
    reporter = get_exception_reporter_class(request)(request, type(error), error, error.__traceback__)
    for report in (reporter.get_traceback_html(), reporter.get_traceback_text()):
        assert SECRET not in report
        assert "int(number)" in report


def test_no_logger_has_a_handler_that_prints_words_or_mails() -> None:
    loggers = [logging.getLogger(name) for name in logging.root.manager.loggerDict]
    assert [logger.name for logger in loggers if logger.handlers and logger.name.startswith("django")] == []
    ours = [handler for handler in logging.root.handlers if type(handler) is logging.StreamHandler]
    assert all(isinstance(handler.formatter, PlaceFormatter) for handler in ours)
    assert ours


def test_the_words_of_keys_and_the_number_of_a_failed_call_stay() -> None:
    assert "no answer within 5 s" in line("failed", error=ProviderDown("no answer within 5 s"))
    assert place_of(FileNotFoundError(2, "No such file", f"/home/{SECRET}.csv")).endswith(": ENOENT")
