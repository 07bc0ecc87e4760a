"""What a post decides: its holder, the deputy in their name, nobody once it is vacant; as before where nobody
ever held it."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import override

from audit.actions import Action
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from audit.sentences import sentence
from people.accounts.models import User
from people.approvals.access import to_decide
from people.approvals.deciders import deciders
from people.approvals.models import (
    ApprovalDecision,
    ApprovalRequest,
    PreviewOpening,
    State,
    Verdict,
)
from people.approvals.registry import actions
from people.approvals.services import NotDecidable, open_preview
from people.duties.drafts import ask
from people.notices.models import Notice
from people.posts import services, vacancies
from people.posts.codes import Place, Post
from people.posts.holding import NotTheirs, line_of, speaking_for
from people.posts.models import FILL_WITHIN, Vacancy
from people.roles.models import GrantState, RoleCode, RoleGrant
from tests.cast import person
from tests.people.duties.making import drafted
from tests.people.helpers import approve, logged
from tests.people.posts.making import appointed, away

pytestmark = pytest.mark.django_db

TEXTS = Post.CONFIDENTIALITY


@pytest.fixture
def opal(people: SimpleNamespace) -> User:
    """A third officer, in no post."""
    return person("opal", role=RoleCode.COMPLIANCE_OFFICER)


def asked(people: SimpleNamespace) -> ApprovalRequest:
    """Olivia's text of an undertaking, which the confidentiality officer agrees to."""
    return ask(actor=people.olivia, draft=drafted(people, "buyer"), reason="as discussed")


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def who_may(request: ApprovalRequest) -> set[str]:
    """Asked three ways, which must agree: whom it tells, whose list has it, whom the gate lets decide."""
    told = {one.username for one in deciders(request)}
    listed = {
        one.username
        for one in User.objects.exclude(kind="service")
        if to_decide(fresh(one)).filter(pk=request.pk).exists()
    }
    assert told == listed
    return told


def test_never_held_it_changes_nothing(people: SimpleNamespace, opal: User) -> None:
    assert who_may(asked(people)) == {"otto", "opal"}


def test_held_its_holder_alone_decides(people: SimpleNamespace, opal: User) -> None:
    appointed(people, people.otto, TEXTS)
    request = asked(people)
    assert who_may(request) == {"otto"}
    with pytest.raises(NotDecidable):
        approve(opal, request)
    assert approve(people.otto, request).state == State.CARRIED_OUT


def test_the_deputy_stands_in_and_the_log_says_for_whom(people: SimpleNamespace, opal: User) -> None:
    held = appointed(people, people.otto, TEXTS)
    appointed(people, opal, TEXTS, Place.DEPUTY)
    request = asked(people)
    assert who_may(request) == {"otto"}
    away(held)
    assert who_may(request) == {"otto", "opal"}
    with acting_as(Origin(actor=opal.pk)):
        assert approve(opal, request).state == State.CARRIED_OUT
    decision = ApprovalDecision.objects.get(request=request)
    assert (decision.decider, decision.decided_for) == (opal, people.otto)
    for action in (Action.APPROVAL_APPROVE, Action.NDA_ADOPT):
        entry = LogEntry.objects.using("default").filter(action=action).latest("at")
        assert (entry.actor, entry.on_behalf_of) == (opal.pk, people.otto.pk)
        names = {opal.pk: "Opal", people.otto.pk: "Otto"}
        with override("en"):
            assert "Opal (for Otto)" in sentence(entry, names)


def test_back_again_the_deputy_decides_nothing(people: SimpleNamespace, opal: User) -> None:
    held = appointed(people, people.otto, TEXTS)
    appointed(people, opal, TEXTS, Place.DEPUTY)
    away(held)
    services.end_absences(actor=people.otto, appointment=held)
    with pytest.raises(NotDecidable):
        approve(opal, asked(people))


def test_an_absence_that_is_over_counts_no_more(people: SimpleNamespace, opal: User) -> None:
    held = appointed(people, people.otto, TEXTS)
    appointed(people, opal, TEXTS, Place.DEPUTY)
    now = timezone.now()
    with pytest.raises(services.NotPossible):
        services.note_absence(
            actor=people.otto,
            appointment=held,
            starts_at=now - timedelta(days=3),
            ends_at=now - timedelta(days=1),
        )
    services.note_absence(
        actor=people.otto,
        appointment=held,
        starts_at=now + timedelta(days=3),
        ends_at=now + timedelta(days=5),
    )
    assert who_may(asked(people)) == {"otto"}


def test_the_holders_own_request_is_the_deputys(people: SimpleNamespace, opal: User) -> None:
    appointed(people, people.olivia, TEXTS)
    request = asked(people)
    assert who_may(request) == {"otto", "opal"}  # no deputy: whoever may at all
    appointed(people, opal, TEXTS, Place.DEPUTY)
    assert who_may(request) == {"opal"}


def test_vacant_the_deputy_decides_in_their_own_name_and_without_one_nobody(
    people: SimpleNamespace, opal: User
) -> None:
    held = appointed(people, people.otto, TEXTS)
    deputy = appointed(people, opal, TEXTS, Place.DEPUTY)
    request = asked(people)
    services.resign(actor=people.otto, appointment=held)
    assert who_may(request) == {"opal"}
    services.resign(actor=opal, appointment=deputy)
    assert who_may(request) == set()
    for one in (people.otto, opal):
        with pytest.raises(NotDecidable):
            approve(fresh(one), request)


def test_attack_a_deputy_decides_past_the_service(people: SimpleNamespace, opal: User) -> None:
    held = appointed(people, people.otto, TEXTS)
    appointed(people, opal, TEXTS, Place.DEPUTY)
    request = asked(people)
    open_preview(actor=opal, request=request)
    opening = PreviewOpening.objects.get(request=request, person=opal)
    voice = {
        "request": request,
        "decider": opal,
        "decided_for": people.otto,
        "verdict": Verdict.APPROVE,
        "reason": "he said so",
        "preview_opened_at": opening.at,
    }
    with pytest.raises(IntegrityError, match="decision_by_delegation"), transaction.atomic():
        ApprovalDecision.objects.create(**voice)
    away(appointed(people, people.olivia))  # another post's holder
    with pytest.raises(IntegrityError, match="decision_by_delegation"), transaction.atomic():
        ApprovalDecision.objects.create(**voice)
    away(held)
    ApprovalDecision.objects.create(**voice)


def test_what_the_database_knows_of_the_posts_is_what_the_actions_say(db: None) -> None:
    with connection.cursor() as cursor:
        for action in actions():
            cursor.execute("select people_post_of(%s)", [action.code])
            assert cursor.fetchone() == (action.post.value if action.post else None,), action.code


def test_a_leavers_post_falls_vacant_at_once_and_the_clock_counts_from_then(
    people: SimpleNamespace, opal: User
) -> None:
    appointed(people, people.otto, TEXTS)
    request = asked(people)
    gone = fresh(people.otto)
    gone.is_active, gone.disabled_at = False, timezone.now()
    gone.save()
    line = line_of(TEXTS)
    assert (line.known, line.holder) == (True, None)
    assert who_may(request) == set()
    gone.is_active, gone.disabled_at = True, None
    gone.save()
    assert line_of(TEXTS).holder is None  # what ended stays ended
    vacancies.look_after()
    vacancy = Vacancy.objects.get(post=TEXTS, filled_at__isnull=True)
    assert vacancy.due_at == vacancy.since + FILL_WITHIN
    assert vacancy.since <= timezone.now()
    told = Notice.objects.filter(kind="post.vacant", object_id=vacancy.pk)
    assert set(told.values_list("person__username", flat=True)) == {"ada", "lea", "olivia", "otto", "opal"}
    appointed(people, opal, TEXTS)
    vacancy.refresh_from_db()
    assert vacancy.filled_at is not None
    assert logged(Action.POST_FILLED, vacancy.pk) == 1


def test_who_lost_the_role_holds_a_post_that_could_do_nothing(people: SimpleNamespace, opal: User) -> None:
    appointed(people, opal)
    RoleGrant.objects.filter(user=opal).update(state=GrantState.REVOKED, ended_at=timezone.now())
    assert line_of(Post.DPO).holder is None
    vacancies.look_after()
    assert Vacancy.objects.filter(post=Post.DPO, filled_at__isnull=True).exists()


def test_its_last_day_ends_it(people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    ends_at = timezone.now() + timedelta(hours=1)
    held = appointed(people, people.otto, ends_at=ends_at)
    assert line_of(Post.DPO).holder == held
    later = timezone.now() + timedelta(hours=3)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert line_of(Post.DPO).holder is None
    vacancies.look_after()
    vacancy = Vacancy.objects.get(post=Post.DPO, filled_at__isnull=True)
    assert vacancy.since == ends_at


def test_a_vacancy_past_its_day_is_told_once_more_and_only_once(people: SimpleNamespace) -> None:
    long_ago = timezone.now() - timedelta(days=20)
    made = Vacancy.objects.create(post=Post.DPO, since=long_ago, due_at=long_ago + FILL_WITHIN)
    vacancies.look_after()
    vacancies.look_after()
    assert logged(Action.POST_OVERDUE, made.pk) == 1
    assert Notice.objects.filter(kind="post.overdue", person=people.ada).count() == 1


def test_speaking_without_a_request(people: SimpleNamespace, opal: User) -> None:
    for one in (people.olivia, people.otto, opal):
        with speaking_for(Post.DPO, one):
            pass
    held = appointed(people, people.otto)
    appointed(people, opal, place=Place.DEPUTY)
    for one in (people.olivia, opal):
        with pytest.raises(NotTheirs), speaking_for(Post.DPO, one):
            pass
    away(held)
    with acting_as(Origin(actor=opal.pk)) as _, speaking_for(Post.DPO, opal):
        services.log(held, Action.POST_VIEW)
    entry = LogEntry.objects.using("default").get(action=Action.POST_VIEW)
    assert (entry.actor, entry.on_behalf_of) == (opal.pk, people.otto.pk)
