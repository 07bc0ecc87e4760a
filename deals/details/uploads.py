"""The choice applied to an upload: what arrived is exchanged for the same without hidden details."""

from time import monotonic
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.details.faults import Damaged, Locked, Signed, Unremovable
from deals.details.removing import Way, way_of, without_details
from deals.errors import NotPossible

if TYPE_CHECKING:
    from deals.files.uploading import Arriving, SealingHandler

TOGETHER = 120  # seconds for one upload: its sender waits for the answer

_SAID: dict[type[Unremovable], Promise] = {
    Signed: gettext_lazy(
        "“%(name)s” is signed: removing its hidden details would break the signature. Nothing was kept:"
        " choose to keep the files as they are, or leave it out."
    ),
    Locked: gettext_lazy(
        "“%(name)s” is protected by a password, so its hidden details cannot be removed. Nothing was kept:"
        " save it without the password, or choose to keep the files as they are."
    ),
    Damaged: gettext_lazy(
        "“%(name)s” cannot be read well enough to remove its hidden details. Nothing was kept: save it anew"
        " in its program, or choose to keep the files as they are."
    ),
}


def remove_details(handler: "SealingHandler") -> None:
    """Exchange what arrived. Raises NotPossible for the first file of which that cannot be done."""
    began = monotonic()
    for at, file in enumerate(handler.arrived):
        way = way_of(file.name, file.head)
        if way is None:
            raise NotPossible(
                _(
                    "Hidden details cannot be removed from a file like “%(name)s”. Nothing was kept: save"
                    " it as PDF, or choose to keep the files as they are."
                )
                % {"name": file.name}
            )
        if way is Way.NONE_THERE:
            continue
        if monotonic() - began > TOGETHER:
            raise NotPossible(
                _("Removing hidden details took too long. Nothing was kept: upload fewer files at once.")
            )
        _exchange(handler, at, file, way)


def _exchange(handler: "SealingHandler", at: int, file: "Arriving", way: Way) -> None:
    if file.stored is None:
        raise ValueError("only whole files are cleaned")
    if file.stored.size > settings.VIEW_MAX_BYTES:
        raise NotPossible(
            _(
                "Hidden details are removed from files of up to %(count)d MB; “%(name)s” is larger. Nothing"
                " was kept: split it, or choose to keep the files as they are."
            )
            % {"count": settings.VIEW_MAX_BYTES // 1024**2, "name": file.name}
        )
    try:
        with (
            handler.opened(file) as content,
            without_details(content, file.stored.size, way) as pieces,
        ):
            handler.exchange(at, pieces)
    except Unremovable as problem:
        raise NotPossible(_SAID[type(problem)] % {"name": file.name}) from None
