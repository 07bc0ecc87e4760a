"""Why it matters: the same words as the course, each reason with its controls, for everybody."""

from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people.training.models import Lesson
from people.training.shipped import ensure_first_tracks, track_id
from people.why.reasons import COURSE, reasons

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["zh", "en"])
def test_five_reasons_each_with_its_controls(people: SimpleNamespace, language: str) -> None:
    found = reasons(language)
    assert len(found) == 5
    assert all(len(reason.controls) >= 2 for reason in found)


def test_what_an_officer_changes_in_the_course_changes_here(people: SimpleNamespace) -> None:
    ensure_first_tracks()
    shipped = reasons("en")
    lesson = Lesson.objects.get(track=track_id(COURSE), position=1)
    assert all(reason.words in lesson.body_en for reason in shipped)
    Lesson.objects.filter(pk=lesson.pk).update(retired_at=timezone.now())
    Lesson.objects.create(
        track=lesson.track,
        position=9,
        kind=lesson.kind,
        title_zh="理由",
        title_en="The reason",
        body_zh="因为我们承诺过。\n\n对应的控制：年度承诺；保密承诺书。",
        body_en="Because we promised.\n\nThe control: the yearly pledge; the undertaking.",
        added_by=people.olivia,
    )
    (only,) = reasons("en")
    assert (only.words, only.controls) == ("Because we promised.", ("the yearly pledge", "the undertaking"))


def test_it_is_open_to_who_has_no_account_yet() -> None:
    page = Client(headers={"accept-language": "zh-hans"}).get(reverse("people:why"))
    assert page.status_code == 200
    assert "保护个人" in page.content.decode()
