from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from people.posts.access import require_staff
from people.posts.holding import lines
from people.raci.table import columns, rows
from people.requests import SignedIn


@login_required
@require_GET
def raci(request: SignedIn) -> HttpResponse:
    """Who does, decides, is asked and is told, for every task of the house."""
    require_staff(request.user)
    posts = lines()
    among = columns(posts)
    return render(request, "people/raci/raci.html", {"columns": among, "rows": rows(among, posts)})
