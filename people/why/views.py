from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from people.policies.words import text_language
from people.why.reasons import reasons


@require_safe
def why(request: HttpRequest) -> HttpResponse:
    """For everybody, before they have an account too: there is nothing of the house in it."""
    return render(request, "people/why/why.html", {"reasons": reasons(text_language())})
