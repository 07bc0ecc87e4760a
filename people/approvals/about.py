"""Which requests are about which rows: what an action uses to say whom a request concerns."""

from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.db.models.lookups import In


def about(param: str, rows: "QuerySet[Any]") -> Q:
    """The requests whose parameter names one of these rows.

    A subquery and no list of ids: the inbox asks it of every action there is, in one statement. As text,
    because what a parameter holds need not be a UUID, and a cast of something else would be an error for
    everybody's inbox.
    """
    names = rows.order_by().annotate(named=Cast("pk", TextField())).values("named")
    return Q(In(KeyTextTransform(param, "params"), names))
