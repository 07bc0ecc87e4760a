"""Timed work on sessions."""

from allauth.usersessions.models import UserSession
from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone


@shared_task
def clear_over() -> None:
    """Delete what is over: sessions past their end, and the rows of lists whose session is gone. What is kept
    of them is where people signed in, which is of no use any more (PIPL art. 47). Safe to run twice."""
    Session.objects.filter(expire_date__lte=timezone.now()).delete()
    kept = Session.objects.values("session_key")
    UserSession.objects.exclude(session_key__in=kept).delete()
