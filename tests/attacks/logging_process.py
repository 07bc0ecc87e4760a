"""A process that sets up its logging as the web and the worker do, at DEBUG, and fails in every way (for
test_error_words.py). Whatever it writes is what a log would hold."""

import logging
import sys

import django
from granian.log import configure_logging

SECRET = sys.argv[1]


def fail(value: str) -> None:
    raise ValueError(f"not a date: {value}")


def main() -> None:
    configure_logging("warning")  # granian does, before it loads the application
    django.setup()

    from config.celery import app

    app.log.setup(loglevel=logging.DEBUG, redirect_stdouts=False)  # what `celery worker` does

    from django.http import HttpResponse
    from django.template import Context, Template
    from django.test import RequestFactory
    from django.utils.log import log_response

    Template("{{ client.adress }}").render(Context({"client": {"address": SECRET}}))
    app.task(fail, name="fails", bind=False).apply(args=[SECRET], throw=False)
    try:
        try:
            fail(SECRET)
        except ValueError as error:
            logging.getLogger("vault").error("failed: %s", error)
            raise RuntimeError(SECRET) from error
    except RuntimeError as error:
        logging.getLogger("_granian").error("Application callable raised an exception", exc_info=True)
        logging.getLogger("any.library").error(error, exc_info=True)
        request = RequestFactory().get("/")
        log_response("%s: %s", "Internal Server Error", request.path, response=HttpResponse(status=500),
                     request=request, exception=error)  # fmt: skip
    logging.getLogger("botocore.endpoint").debug("Making request with params: %s", {"body": SECRET})


if __name__ == "__main__":
    main()
