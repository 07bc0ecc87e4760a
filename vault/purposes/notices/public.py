"""The page behind a client's link: for anybody who holds it, without an account.

It shows the notice and what was answered through it, and nothing else about the client: whoever gets hold of
the link learns no name. Opening it changes no consent; chat programs open links by themselves, so only a sent
form (POST, with the CSRF token that the page carried) says anything. Whoever is signed in as staff reads it
and answers nothing: a client's word is not given by an agent.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read, record_refusal
from vault.purposes.asks import Ask, asks_of
from vault.purposes.bases.models import BookBasis
from vault.purposes.consents.ledger import Word, words_of
from vault.purposes.consents.services import acknowledge, answer_through_link
from vault.purposes.notices.limits import count_miss, too_many_misses, too_many_turns
from vault.purposes.notices.links import find_link
from vault.purposes.notices.models import NoticeDelivery, NoticeLink
from vault.purposes.notices.services import notice_in_force
from vault.records.access import may_open
from vault.records.errors import NotPossible

READ = "read"


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that is asked, and what holds now."""

    ask: Ask
    word: Word | None
    is_given: bool
    may_give: bool

    @property
    def about(self) -> str | Promise:
        return self.ask.recipient.label if self.ask.recipient else ""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, token: str) -> HttpResponse:
    """The notice in force, and one button for each thing that is asked."""
    link = find_link(token)
    if link is None:
        # Never asked of who holds a link: withdrawing stays easy (PIPL art. 15) whatever a neighbour tries.
        if too_many_misses(request):
            return _page(request, "notice_busy", HTTPStatus.TOO_MANY_REQUESTS)
        count_miss(request)
        return _page(request, "notice_gone", HTTPStatus.NOT_FOUND)
    if too_many_turns(token):
        return _page(request, "notice_busy", HTTPStatus.TOO_MANY_REQUESTS)
    if request.method == "HEAD":
        return HttpResponse()
    if request.method == "POST":
        return _answered(request, link, token)
    record_read(_entry(link, Action.NOTICE_OPEN))
    NoticeLink.objects.filter(pk=link.pk, opened_at__isnull=True).update(opened_at=timezone.now())
    return _shown(request, link)


def _answered(request: HttpRequest, link: NoticeLink, token: str) -> HttpResponse:
    """The form has one button for each answer: "read", "give:<ask>", "withdraw:<ask>"."""
    if request.user.is_authenticated:
        record_refusal(_entry(link, Action.CONSENT_GIVE))
        return _shown(request, link, HTTPStatus.FORBIDDEN)
    verb, _, code = request.POST.get("answer", "").partition(":")
    try:
        if verb == READ:
            acknowledge(link)
        elif verb in {"give", "withdraw"}:
            answer_through_link(link=link, code=code, given=verb == "give")
        else:
            return _shown(request, link, HTTPStatus.UNPROCESSABLE_ENTITY)
    except NotPossible as refused:
        return _shown(request, link, HTTPStatus.UNPROCESSABLE_ENTITY, problem=str(refused.message))
    return redirect("vault:notice", token)


def _shown(
    request: HttpRequest, link: NoticeLink, status: HTTPStatus = HTTPStatus.OK, problem: str = ""
) -> HttpResponse:
    found = notice_in_force(link.client.book_id)
    if found is None:
        return _page(request, "notice_gone", HTTPStatus.NOT_FOUND)
    told = NoticeDelivery.objects.filter(client=link.client, notice=found).first()
    context = {
        "notice": found,
        "sections": found.content[get_language() or "zh-hans"],
        "text_hash": bytes(found.text_hash).hex(),
        "questions": _questions(link),
        "told": told,
        "is_staff": request.user.is_authenticated,
        "problem": problem,
    }
    return _page(request, "notice_public", status, context)


def _questions(link: NoticeLink) -> list[Question]:
    """What is asked now, and what was given once and can still be taken back."""
    rows = {row.purpose: row for row in BookBasis.objects.filter(book_id=link.client.book_id)}
    words = words_of([link.client_id]).get(link.client_id, {})
    asks = asks_of(rows.values())
    known = {ask.code for ask in asks}
    # What is no longer asked for is still shown as long as it stands: it must be possible to take it back.
    old = [Ask.stored(key) for key, word in words.items() if word.stands]
    asks += [ask for ask in old if ask.code not in known]
    open_for_giving = link.gives_until > timezone.now() and may_open(link.client)
    questions = []
    for ask in asks:
        word = words.get((ask.purpose, ask.scope, ask.recipient))
        since = rows[ask.purpose].consents_since if ask.purpose in rows else 0
        given = word is not None and word.stands and word.notice_version >= since
        questions.append(Question(ask, word, given, open_for_giving and ask.code in known))
    return questions


def _entry(link: NoticeLink, action: Action) -> Entry:
    return Entry(action=action, object_type=ObjectType.NOTICE, object_id=link.pk, subjects=(link.client_id,))


def _page(
    request: HttpRequest, name: str, status: HTTPStatus, context: dict[str, Any] | None = None
) -> HttpResponse:
    return render(request, f"vault/purposes/{name}.html", context, status=status)
