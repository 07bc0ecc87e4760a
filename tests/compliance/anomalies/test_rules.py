"""Each rule: what it finds, what it lets pass, and which entries show it."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.actions import Action, Result
from compliance.anomalies.rules import RULES
from compliance.anomalies.rules.base import About, Hit, Scope, Seen
from compliance.anomalies.rules.counting import count
from tests.compliance.anomalies.making import FIREFOX, HERE, MONDAY, NOON, THERE, days, reveals, scope, seen


def find(code: str, asked: Scope, **params: int) -> Hit | None:
    rule = RULES[code]
    return rule.find(asked, rule.checked(rule.defaults | params))


def test_mass_reading_is_measured_by_what_is_usual_for_the_person() -> None:
    reader, other = days(20, opened=100), days(20, opened=3)
    hundred = reveals(110)
    assert find("mass_opening", scope(hundred, own=reader)) is None
    hit = find("mass_opening", scope(hundred, own=other))
    assert hit is not None
    assert (hit.measure, hit.limit, len(hit.entries)) == (110, 30, 110)
    assert hit.entries == tuple(one.id for one in hundred)


def test_opening_the_same_client_again_is_no_mass() -> None:
    again = reveals(200, subjects=(uuid4(),))
    assert find("mass_opening", scope(again, own=days(20, opened=3))) is None


def test_a_newcomer_is_compared_with_the_house_and_without_one_by_the_floor() -> None:
    house = days(20, opened=80)
    assert find("mass_opening", scope(reveals(90), own=days(2, opened=1), house=house)) is None
    assert find("mass_opening", scope(reveals(150), own=(), house=house)) is not None
    assert find("mass_opening", scope(reveals(29))) is None
    assert find("mass_opening", scope(reveals(30))) is not None


def test_days_of_rest_are_compared_with_days_of_rest() -> None:
    sunday = MONDAY - timedelta(days=1)
    entries = reveals(60)
    own = days(20, opened=100)
    assert find("mass_opening", scope(entries, own=own)) is None
    hit = RULES["mass_opening"].find(
        Scope(About.PERSON, sunday, entries, scope((), own=own).before), RULES["mass_opening"].defaults
    )
    assert hit is not None


@pytest.mark.parametrize(
    ("day", "rest"),
    [
        (date(2026, 10, 1), True),  # a Thursday, National Day
        (date(2026, 9, 20), False),  # a Sunday, worked for it
        (date(2026, 11, 21), True),  # an ordinary Saturday
        (date(2026, 11, 23), False),
        (date(2031, 10, 1), True),  # no notice yet: what the law fixes
    ],
)
def test_public_holidays_are_rest_and_the_weekends_worked_for_them_are_not(day: date, rest: bool) -> None:
    """What is opened at noon is out of hours on a day of rest alone."""
    entries = reveals(12)
    hit = RULES["off_hours"].find(
        Scope(About.PERSON, day, entries, scope(()).before), RULES["off_hours"].defaults
    )
    assert (hit is not None) == rest


def test_listing_counts_clients_however_often_they_were_listed() -> None:
    clients = tuple(uuid4() for _ in range(900))
    lists = [seen(Action.CLIENT_LIST, subjects=clients), seen(Action.CLIENT_LIST, subjects=clients)]
    assert find("mass_listing", scope(lists)) is None
    more = [*lists, seen(Action.SEARCH_COMPARE, subjects=tuple(uuid4() for _ in range(700)))]
    hit = find("mass_listing", scope(more))
    assert hit is not None
    assert (hit.measure, len(hit.entries)) == (1600, 3)


def test_off_hours_lets_pass_who_always_works_late() -> None:
    late = reveals(12, hour=23)
    night = (0,) * 23 + (10,)
    assert find("off_hours", scope(late, own=days(20, hours=night))) is None
    assert find("off_hours", scope(late, own=days(20))) is not None
    assert find("off_hours", scope(reveals(12, hour=10), own=days(20))) is None
    assert find("off_hours", scope(late, own=days(20)), end=24) is None


def test_opening_without_looking() -> None:
    looked = [seen(Action.CLIENT_VIEW) for _ in range(20)]
    assert find("reveal_ratio", scope([*looked, *reveals(20)])) is None
    hit = find("reveal_ratio", scope([*looked[:4], *reveals(20)]))
    assert hit is not None
    assert hit.measure == 500
    assert find("reveal_ratio", scope(reveals(14))) is None


def sign_in(
    network: str = HERE, fields: tuple[str, ...] = FIREFOX, country: str | None = None, **more: object
):
    return seen(Action.SESSION_SIGN_IN, network=network, fields=fields, country=country, **more)


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        (sign_in(), False),
        (sign_in(THERE), True),
        (sign_in(fields=("browser.chrome", "system.windows")), True),
        (sign_in(fields=()), False),  # an older entry, which does not name it
        (sign_in(country="DE"), True),
        (sign_in(country="CN"), False),
        (sign_in(THERE, result=Result.FAILED), False),
    ],
)
def test_a_new_network_browser_or_country(entry, found: bool) -> None:
    own = days(10, networks=(HERE,), browsers=("browser.firefox+system.linux",), countries=("CN",))
    assert (find("new_place", scope([entry], own=own)) is not None) == found
    assert find("new_place", scope([entry], own=own[:4])) is None  # not known for long enough


def test_who_roams_is_asked_for_browser_and_country_only() -> None:
    networks = tuple(f"10.0.{number}.0/24" for number in range(9))
    own = days(10, networks=networks, browsers=("browser.firefox+system.linux",))
    assert find("new_place", scope([sign_in(THERE)], own=own)) is None
    assert find("new_place", scope([sign_in(THERE)], own=own), roaming=9) is not None
    assert find("new_place", scope([sign_in(THERE)], own=own), roaming=9, news=2) is None


def test_a_burst_of_refusals_is_dense() -> None:
    slow = [seen(Action.CLIENT_VIEW, after=number, result=Result.REFUSED) for number in range(20)]
    assert find("denied_burst", scope(slow)) is None
    fast = [seen(Action.SESSION_SIGN_IN_FAIL, after=number / 4, result=Result.FAILED) for number in range(12)]
    hit = find("denied_burst", scope([*fast, seen(after=60)]))
    assert hit is not None
    assert (hit.measure, hit.entries) == (12, tuple(one.id for one in fast))


@given(st.lists(st.floats(0, 1000), max_size=40).map(sorted), st.integers(2, 8), st.integers(1, 30))
def test_a_burst_is_found_exactly_where_one_is(moments: list[float], least: int, minutes: int) -> None:
    entries = [seen(Action.CLIENT_VIEW, after=after, result=Result.REFUSED) for after in moments]
    times = [one.at for one in entries]
    dense = max(
        (sum(timedelta() <= at - first <= timedelta(minutes=minutes) for at in times) for first in times),
        default=0,
    )
    hit = find("denied_burst", scope(entries), count=least, minutes=minutes)
    assert (hit is not None) == (dense >= least)
    assert hit is None or hit.measure == dense


def test_a_canary_is_enough_by_itself() -> None:
    canary = seen(Action.CANARY_SEEN)
    hit = find("canary", scope([canary, *reveals(3)]))
    assert hit is not None
    assert hit.entries == (canary.id,)
    assert find("canary", scope(reveals(3))) is None


def test_a_dormant_account_begins_to_be_used() -> None:
    entries = [sign_in()]
    assert find("dormant", scope(entries, last_seen=MONDAY - timedelta(days=44))) is None
    hit = find("dormant", scope(entries, last_seen=MONDAY - timedelta(days=45)))
    assert hit is not None
    assert hit.measure == 45
    refused = [seen(Action.SESSION_SIGN_IN_FAIL, result=Result.FAILED)]
    assert find("dormant", scope(refused, last_seen=date(2026, 1, 1))) is None


def test_what_a_leaver_takes_after_the_notice() -> None:
    early, late = seen(Action.CLIENT_EXPORT, after=-5), seen(Action.FILE_DOWNLOAD, after=5)
    refused = seen(Action.CLIENT_EXPORT, after=6, result=Result.REFUSED)
    hit = find("after_notice", scope([early, late, refused], leaving_since=NOON))
    assert hit is not None
    assert hit.entries == (late.id,)
    assert find("after_notice", scope([early, late])) is None


def test_a_session_in_two_networks_at_once() -> None:
    session = uuid4()
    home = seen(session=session, network=HERE)
    away = seen(after=10, session=session, network=THERE)
    hit = find("impersonation", scope([home, away]))
    assert hit is not None
    assert set(hit.entries) == {home.id, away.id}
    later = seen(after=31, session=session, network=THERE)
    assert find("impersonation", scope([home, later])) is None
    other = seen(after=10, session=uuid4(), network=THERE)
    assert find("impersonation", scope([home, other])) is None


def test_acting_for_another() -> None:
    acted = seen(on_behalf_of=uuid4())
    hit = find("impersonation", scope([acted]))
    assert hit is not None
    assert hit.entries == (acted.id,)


def preview(**more: Any) -> list[Seen]:
    """Beginning a preview, two looks, and a refusal."""
    who = {"actor": uuid4(), "on_behalf_of": uuid4(), "session": uuid4(), **more}
    return [
        seen(Action.ROOM_PREVIEW_START, **who),
        seen(Action.ROOM_VIEW, after=1, **who),
        seen(Action.FILE_VIEW_PAGE, after=14, object_id=uuid4(), **who),
        seen(Action.REQUEST_REFUSE, after=14, result=Result.REFUSED, **who),
    ]


def test_a_preview_of_a_data_room_is_not_acting_for_another() -> None:
    entries = preview()
    lead, buyer = entries[0].actor, entries[0].on_behalf_of
    assert lead is not None
    assert buyer is not None
    by_the_clock = seen(Action.ROOM_PREVIEW_END, after=16, actor=uuid4(), on_behalf_of=buyer)
    for person in (lead, buyer):
        day = Scope.of_person(person, MONDAY, [*entries, by_the_clock], scope(()).before)
        assert find("impersonation", day) is None


@pytest.mark.parametrize(
    "odd",
    [
        {"action": Action.CLIENT_REVEAL},
        {"action": Action.FILE_DOWNLOAD},
        {"after": 16},
        {"after": -1},
        {"session": uuid4()},
        {"actor": uuid4()},
    ],
    ids=["reveals", "downloads", "after its time", "before it", "another session", "somebody else"],
)
def test_what_no_preview_explains_is_found(odd: dict[str, Any]) -> None:
    entries = preview()
    who = {name: getattr(entries[0], name) for name in ("actor", "on_behalf_of", "session")}
    strange = seen(**{"action": Action.ROOM_VIEW, "after": 5, **who, **odd})
    hit = find("impersonation", scope([*entries, strange]))
    assert hit is not None
    assert hit.entries == (strange.id,)


def test_a_preview_goes_on_after_a_decision() -> None:
    """What came after it counts alone, and belongs to the preview that had begun all the same."""
    entries = preview()
    decided = seen(on_behalf_of=uuid4(), after=0.5)
    day = scope([entries[0], decided, *entries[1:]])
    hit = find("impersonation", day)
    assert hit is not None
    assert hit.entries == (decided.id,)
    assert find("impersonation", day.after(decided.at)) is None


def test_a_preview_across_midnight_is_one_all_the_same() -> None:
    """Its beginning lies on the day before, which the rule does not see."""
    late = seen(Action.ROOM_VIEW, after=12 * 60 + 10, on_behalf_of=uuid4(), hour=0)
    assert find("impersonation", scope([late])) is None
    later = seen(Action.ROOM_VIEW, after=12 * 60 + 20, on_behalf_of=uuid4(), hour=0)
    assert find("impersonation", scope([later])) is not None


def test_what_a_preview_refuses_is_no_burst() -> None:
    """A page with twenty pictures, of which each is refused once the preview has ended."""
    who = {"actor": uuid4(), "on_behalf_of": uuid4(), "result": Result.REFUSED}
    assert find("denied_burst", scope([seen(Action.PAGE_VIEW, **who) for _ in range(20)])) is None
    own = who | {"on_behalf_of": None}
    assert find("denied_burst", scope([seen(Action.PAGE_VIEW, **own) for _ in range(20)])) is not None


def administered(**more: Any) -> list[Seen]:
    """A staff session: opened, a role given, an account disabled, a page."""
    who = {"actor": uuid4(), "on_behalf_of": uuid4(), "session": uuid4(), **more}
    return [
        seen(Action.STAFF_SESSION_OPEN, **who),
        seen(Action.ROLE_GRANT, after=1, **who),
        seen(Action.PERSON_DISABLE, after=59, **who),
        seen(Action.PAGE_VIEW, after=59, **who),
    ]


def test_a_staff_session_is_not_acting_for_another() -> None:
    entries = administered()
    admin, colleague = entries[0].actor, entries[0].on_behalf_of
    assert admin is not None
    assert colleague is not None
    by_the_officer = seen(Action.STAFF_SESSION_END, after=60, actor=uuid4(), on_behalf_of=colleague)
    for person in (admin, colleague):
        day = Scope.of_person(person, MONDAY, [*entries, by_the_officer], scope(()).before)
        assert find("impersonation", day) is None
        assert find("impersonation", day.after(entries[1].at)) is None


@pytest.mark.parametrize(
    "odd",
    [
        {"action": Action.CLIENT_REVEAL},
        {"action": Action.ROOM_VIEW},
        {"after": 61},
        {"after": -1},
        {"session": uuid4()},
        {"actor": uuid4()},
        {"on_behalf_of": uuid4()},
    ],
    ids=[
        "reveals",
        "looks into a room",
        "too late",
        "before it",
        "another session",
        "somebody else",
        "a third",
    ],
)
def test_what_no_staff_session_explains_is_found(odd: dict[str, Any]) -> None:
    entries = administered()
    who = {name: getattr(entries[0], name) for name in ("actor", "on_behalf_of", "session")}
    strange = seen(**{"action": Action.PERSON_EDIT, "after": 5, **who, **odd})
    hit = find("impersonation", scope([*entries, strange]))
    assert hit is not None
    assert hit.entries == (strange.id,)


def test_attack_trying_doors_in_a_staff_session_is_a_burst() -> None:
    entries = administered()
    who = {name: getattr(entries[0], name) for name in ("actor", "on_behalf_of", "session")}
    tried = [seen(Action.CLIENT_VIEW, result=Result.REFUSED, **who) for _ in range(20)]
    assert find("denied_burst", scope([*entries, *tried])) is not None


def test_a_preview_is_the_leads_reading_and_wakes_nobody() -> None:
    entries = preview()
    lead, buyer = entries[0].actor, entries[0].on_behalf_of
    assert lead is not None
    assert buyer is not None
    before = scope((), last_seen=date(2026, 1, 1)).before
    assert find("dormant", Scope.of_person(buyer, MONDAY, entries, before)) is None
    assert find("dormant", Scope.of_person(lead, MONDAY, entries, before)) is not None
    assert count(MONDAY, Scope.of_person(buyer, MONDAY, entries, before).entries).opened == 0
    assert count(MONDAY, Scope.of_person(lead, MONDAY, entries, before).entries).opened == 1


def test_gaps_clocks_and_silence() -> None:
    fine = [seen(after=number) for number in range(5)]
    assert find("log_gaps", scope(fine, About.HOUSE)) is None
    unlinked, drifted = seen(after=6, unlinked=True), seen(after=7, drift=-301.0)
    late = seen(after=7 + 12 * 60)
    hit = find("log_gaps", scope([*fine, unlinked, drifted, late], About.HOUSE))
    assert hit is not None
    assert hit.entries == (unlinked.id, drifted.id, late.id)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=30))
def test_counting_a_day_twice_or_in_another_order_gives_the_same(subjects: list[int]) -> None:
    clients = [uuid4() for _ in range(31)]
    entries = [seen(after=place, subjects=(clients[one],)) for place, one in enumerate(subjects)]
    assert count(MONDAY, entries) == count(MONDAY, entries[::-1])
    assert count(MONDAY, entries).opened == len(set(subjects))


@pytest.mark.parametrize("code", RULES)
def test_parameters_are_checked_and_know_which_way_is_looser(code: str) -> None:
    rule = RULES[code]
    assert rule.checked(rule.defaults) == rule.defaults
    for wrong in ({}, rule.defaults | {"x": 1}, dict.fromkeys(rule.defaults, True)):
        with pytest.raises(ValueError, match=r"parameters|between"):
            rule.checked(wrong)
    for one in rule.parameters:
        for beyond in (one.least - 1, one.most + 1):
            with pytest.raises(ValueError, match="between"):
                rule.checked(rule.defaults | {one.name: beyond})
        up = rule.defaults | {one.name: one.default + 1}
        assert rule.loosens(rule.defaults, up) == (one.looser == "up")
        assert rule.loosens(up, rule.defaults) == (one.looser == "down")
    assert not rule.loosens(rule.defaults, rule.defaults)
