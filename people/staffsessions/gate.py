"""The gate before an administrator's change: within a staff session, or after one was opened.

A form that was sent without a session is answered by the question for one, with the form in it: what was
typed waits in the person's own page alone and goes on once the session is open, as it does past the password
(people.stepup). A session is opened here only where none stands, so no field of a form can make one longer.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from audit.actions import Action, ObjectType, Reason
from audit.coverage import page_code
from audit.entry import Entry
from audit.log import record_refusal
from audit.middleware import session_pseudonym
from audit.origin import on_behalf_of
from people.accounts.models import User
from people.staffsessions.forms import OpenForm
from people.staffsessions.marking import mark, marked
from people.staffsessions.services import NotOpened, open_session
from people.stepup import OWN, confirm_first, recently_confirmed

PREFIX = "staff"


def within_session(request: HttpRequest, change: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """The change, or the page that opens a session and then goes on with it. `request.user` administers."""
    if marked(request) is not None:
        return change()
    assert isinstance(request.user, User)
    asked = any(name.startswith(f"{PREFIX}-") for name in request.POST)
    form = OpenForm(request.POST if asked else None, prefix=PREFIX, actor=request.user)
    if asked and form.is_valid():
        if not recently_confirmed(request):
            return confirm_first(request)
        if begin(request, form):
            found = marked(request)
            assert found is not None
            with on_behalf_of(found.requested_by_id):
                return change()
    return _ask(request, form)


def begin(request: HttpRequest, form: OpenForm) -> bool:
    """Opens the session that a valid form asks for, in this browser. The caller has asked for the
    password."""
    assert isinstance(request.user, User)
    session = session_pseudonym(request.session.session_key)
    assert session is not None  # whoever is signed in has one
    try:
        opened = open_session(actor=request.user, session=session, **form.opening())
    except NotOpened as problem:
        form.add_error(None, str(problem))
        return False
    mark(request, opened)
    return True


def _ask(request: HttpRequest, form: OpenForm) -> HttpResponseBase:
    found = request.resolver_match
    record_refusal(
        Entry(
            action=Action.REQUEST_REFUSE,
            object_type=ObjectType.PAGE,
            object_id=None,
            reason=str(Reason.NO_STAFF_SESSION),
            fields=(page_code(found.view_name),) if found else (),
        )
    )
    typed = [(name, value) for name, sent in request.POST.lists() for value in sent]
    carried = [pair for pair in typed if pair[0] not in OWN and not pair[0].startswith(f"{PREFIX}-")]
    context = {"form": form, "carried": carried}
    answer = render(request, "people/staffsessions/needed.html", context, status=HTTPStatus.FORBIDDEN)
    add_never_cache_headers(answer)
    return answer
