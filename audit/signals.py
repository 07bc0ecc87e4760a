"""What Django and Celery announce and the log must hold: sign-ins, and refusals inside jobs."""

from typing import Any

from celery.signals import task_failure
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from audit.actions import Action, ObjectType, Reason, Result
from audit.browsers import browser_codes
from audit.entry import Entry
from audit.log import record_read
from audit.middleware import acting_user
from audit.origin import acting_as
from audit.refusals import Refused, record


@receiver(user_logged_in)
def signed_in(request: HttpRequest | None, user: Any, **_: object) -> None:
    with acting_as(acting_user(request, user.pk)) as origin:
        record_read(
            Entry(
                action=Action.SESSION_SIGN_IN,
                object_type=ObjectType.SESSION,
                object_id=origin.session,
                fields=browser_codes(request.headers.get("User-Agent", "")) if request else (),
            )
        )


@receiver(user_logged_out)
def signed_out(request: HttpRequest | None, user: Any, **_: object) -> None:
    with acting_as(acting_user(request, user.pk if user else None)) as origin:
        record_read(
            Entry(action=Action.SESSION_SIGN_OUT, object_type=ObjectType.SESSION, object_id=origin.session)
        )


@receiver(user_login_failed)
def sign_in_failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_: object) -> None:
    """The account is named by its id when there is one. What was typed is never kept: people type passwords
    into name fields."""
    users = get_user_model()
    name = credentials.get(users.USERNAME_FIELD)
    known = users._default_manager.filter(**{users.USERNAME_FIELD: name}).values_list("pk", flat=True).first()
    with acting_as(acting_user(request, None)):
        record_read(
            Entry(
                action=Action.SESSION_SIGN_IN_FAIL,
                object_type=ObjectType.SESSION,
                object_id=None,
                subjects=(known,) if known else (),
                reason=str(Reason.BAD_CREDENTIALS),
                result=Result.FAILED,
            )
        )


@task_failure.connect
def refused_in_job(exception: BaseException, **_: object) -> None:
    if isinstance(exception, Refused):
        record(exception)
