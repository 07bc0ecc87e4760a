"""The courses that the house comes with: whole in both languages, drafts until an officer publishes them."""

from types import SimpleNamespace

import pytest

from people.training import authoring
from people.training.models import Question, QuestionKind, Track
from people.training.shipped import TEXTS, ensure_first_tracks, track_id
from tests.people.training.making import passed, taken_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def shipped(people: SimpleNamespace) -> None:
    ensure_first_tracks()


def test_they_come_once_as_drafts(shipped: None) -> None:
    ensure_first_tracks()
    assert {one.pk for one in Track.objects.all()} == {track_id(path.stem) for path in TEXTS.glob("*.toml")}
    assert not Track.objects.filter(published_at__isnull=False).exists()


def test_the_bank_is_whole(shipped: None) -> None:
    bank = list(Question.objects.all())
    assert len(bank) >= 20
    for one in bank:
        assert len(set(one.options_zh)) == len(set(one.options_en)) == len(one.options_en)
        assert set(one.right) < set(range(len(one.options_en)))  # never all of them
        assert (one.kind == QuestionKind.MULTIPLE) == (len(one.right) > 1)
    places = [one.right[0] for one in bank if one.kind == QuestionKind.SINGLE]
    assert len(set(places)) == 4  # no place is always right


def test_each_reason_names_its_control(shipped: None) -> None:
    lesson = Track.objects.get(pk=track_id("why")).lessons.get()
    assert lesson.body_en.count("The control:") == lesson.body_zh.count("对应的控制：") == 5


def test_each_can_be_published_and_passed(people: SimpleNamespace, shipped: None) -> None:
    for path in TEXTS.glob("*.toml"):
        authoring.publish(actor=people.olivia, track=Track.objects.get(pk=track_id(path.stem)))
    handling = Track.objects.get(pk=track_id("handling"))
    assert taken_by(people.lea, handling)
    assert passed(people.ming, handling).passed
