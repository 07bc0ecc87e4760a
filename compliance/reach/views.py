"""Who can see this, what can this person see, why can they not.

Deals by code name, books and clients by record number, folders by index number: whoever asks sees no content.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from audit.actions import Action, ObjectType
from compliance.reach import books, rooms
from compliance.reach.access import MAY_ASK, asked_book, asked_client, asked_person, asked_room
from compliance.reach.asking import Line, books_of, doors, note, room_lines, rooms_naming
from compliance.reach.forms import BookForm, ClientForm, DealForm, PersonForm, book_words
from deals.rooms.matrix import Branch
from people.accounts.models import User
from people.paging import page_of
from people.requests import SignedIn
from people.roles.access import requires
from vault.keys.freezing import frozen_among
from vault.records.models import Client, ClientBook

_LEADS_TO = {
    "deal": (DealForm, "compliance:access_room"),
    "book": (BookForm, "compliance:access_book"),
    "client": (ClientForm, "compliance:access_client"),
    "person": (PersonForm, "compliance:access_person"),
}


@requires(*MAY_ASK)
@require_GET
def ask(request: SignedIn) -> HttpResponse:
    """What to ask about. Chosen, it leads to the answer."""
    forms: dict[str, Any] = {}
    for name, (form, url) in _LEADS_TO.items():
        forms[name] = form(request.GET if name in request.GET else None)
        if forms[name].is_bound and forms[name].is_valid():
            return redirect(url, forms[name].cleaned_data[name].pk)
    return render(request, "compliance/reach/ask.html", {"forms": forms})


@requires(*MAY_ASK)
@require_GET
def room(request: SignedIn, deal_id: UUID) -> HttpResponse:
    """Everybody whom the deal or its room names: can they open it, or one folder, and through what."""
    found = asked_room(deal_id, Action.REACH_WHO)
    if (asked := _other_person(request, "compliance:access_room_why", deal_id)) is not None:
        return asked
    note(Action.REACH_WHO, ObjectType.ROOM, found.pk)
    page = page_of(request, rooms.named_in(found), by="display_name")
    reach = rooms.reach_of(found, page.rows)
    branch = _branch(reach.branches, request.GET.get("folder", ""))
    context = {
        "deal": found.deal,
        "reach": reach,
        "branch": branch,
        "page": page,
        "lines": room_lines(reach, page.rows, branch),
        "form": PersonForm(),
    }
    return render(request, "compliance/reach/room.html", context)


@requires(*MAY_ASK)
@require_GET
def room_why(request: SignedIn, deal_id: UUID, person_id: UUID) -> HttpResponse:
    """One person, folder by folder: what opens, or the first gate that says no."""
    found = asked_room(deal_id, Action.REACH_WHY)
    about = asked_person(person_id, Action.REACH_WHY)
    reach = rooms.reach_of(found, [about])
    whole = reach.answer(about)
    note(Action.REACH_WHY, ObjectType.ROOM, found.pk, about=(about.pk,), answer=whole)
    context = {
        "deal": found.deal,
        "about": about,
        "whole": whole,
        "singles": reach.singles.get(about.pk, 0) if whole.opens else 0,
        "folders": [(branch, reach.answer(about, branch)) for branch in reach.branches],
    }
    return render(request, "compliance/reach/room_why.html", context)


@requires(*MAY_ASK)
@require_GET
def book(request: SignedIn, book_id: UUID) -> HttpResponse:
    """Everybody whom the book names."""
    found = asked_book(book_id, Action.REACH_WHO)
    if (asked := _other_person(request, "compliance:access_book_why", book_id)) is not None:
        return asked
    note(Action.REACH_WHO, ObjectType.BOOK, found.pk)
    return _members(request, found, None)


@requires(*MAY_ASK)
@require_GET
def book_why(request: SignedIn, book_id: UUID, person_id: UUID) -> HttpResponse:
    found = asked_book(book_id, Action.REACH_WHY)
    return _book_why(request, found, None, person_id)


@requires(*MAY_ASK)
@require_GET
def client(request: SignedIn, client_id: UUID) -> HttpResponse:
    """Everybody whom the client's book names."""
    found = asked_client(client_id, Action.REACH_WHO)
    if (asked := _other_person(request, "compliance:access_client_why", client_id)) is not None:
        return asked
    note(Action.REACH_WHO, ObjectType.CLIENT, found.pk, about=(found.pk,))
    return _members(request, found.book, found)


@requires(*MAY_ASK)
@require_GET
def client_why(request: SignedIn, client_id: UUID, person_id: UUID) -> HttpResponse:
    found = asked_client(client_id, Action.REACH_WHY)
    return _book_why(request, found.book, found, person_id)


@requires(*MAY_ASK)
@require_GET
def person(request: SignedIn, person_id: UUID) -> HttpResponse:
    """The client books that the person can open."""
    about = asked_person(person_id, Action.REACH_WHAT)
    note(Action.REACH_WHAT, ObjectType.PERSON, about.pk, about=(about.pk,))
    page = page_of(request, books_of(about), by="-created_at")
    frozen = frozen_among([found.pk for found in page.rows])
    rows = [(found, book_words(found), found.pk in frozen) for found in page.rows]
    return render(request, "compliance/reach/person.html", {"about": about, "page": page, "rows": rows})


@requires(*MAY_ASK)
@require_GET
def person_rooms(request: SignedIn, person_id: UUID) -> HttpResponse:
    """The data rooms that name the person, and how much of each opens."""
    about = asked_person(person_id, Action.REACH_WHAT)
    note(Action.REACH_WHAT, ObjectType.PERSON, about.pk, about=(about.pk,))
    page = page_of(request, rooms_naming(about), by="-created_at")
    context = {"about": about, "page": page, "doors": doors(about, page.rows)}
    return render(request, "compliance/reach/person_rooms.html", context)


def _members(request: SignedIn, found: ClientBook, about: Client | None) -> HttpResponse:
    page = page_of(request, books.named_in(found), by="display_name")
    reach = books.reach_of(found, page.rows)
    context = {
        "book": found,
        "words": book_words(found),
        "client": about,
        "page": page,
        "lines": [Line(one, reach.answer(one, about)) for one in page.rows],
        "form": PersonForm(),
    }
    return render(request, "compliance/reach/book.html", context)


def _book_why(request: SignedIn, found: ClientBook, about: Client | None, person_id: UUID) -> HttpResponse:
    who = asked_person(person_id, Action.REACH_WHY)
    answer = books.reach_of(found, [who]).answer(who, about)
    kind, thing = (ObjectType.CLIENT, about.pk) if about else (ObjectType.BOOK, found.pk)
    subjects = (who.pk, about.pk) if about else (who.pk,)
    note(Action.REACH_WHY, kind, thing, about=subjects, answer=answer)
    context = {
        "book": found,
        "words": book_words(found),
        "client": about,
        "about": who,
        "answer": answer,
        "back": reverse(f"compliance:access_{'client' if about else 'book'}", args=[thing]),
    }
    return render(request, "compliance/reach/book_why.html", context)


def _other_person(request: SignedIn, url: str, thing: UUID) -> HttpResponse | None:
    """To the answer about the person that the form of the page names."""
    form = PersonForm(request.GET if "person" in request.GET else None)
    if form.is_bound and form.is_valid():
        asked: User = form.cleaned_data["person"]
        return redirect(url, thing, asked.pk)
    return None


def _branch(branches: Sequence[Branch], chosen: str) -> Branch | None:
    return next((branch for branch in branches if str(branch.folder.pk) == chosen), None)
