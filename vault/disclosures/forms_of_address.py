"""Equal ways of writing an address: which one an export uses is drawn row by row, and tells the export.

Two places of a mainland address are written either way by everybody: the province with or without its 省
or 市 (广东省深圳市, 广东深圳市), and a room as 室 or 房. Neither changes where a letter goes, and neither is
undone by sorting, dropping other columns, or the usual cleaning of spaces, case and width.
"""

import re
import unicodedata
from typing import NamedTuple

_PROVINCES = (
    "河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|"
    "陕西|甘肃|青海"
)
_CITIES = "北京|上海|天津|重庆"
_PROVINCE = re.compile(
    rf"^(?:(?P<province>{_PROVINCES})(?P<long>省?)(?=\w{{2,6}}?[市州盟])|"
    rf"(?P<city>{_CITIES})(?P<long_city>市?)(?=\w{{2,4}}?[区县]))"
)
_ROOM = re.compile(r"(?<=[0-9A-Za-z])(?:室|房)$")


class Forms(NamedTuple):
    """Which form each place is in: 0 the long one or 室, 1 the short one or 房; None where there is none."""

    province: int | None
    room: int | None


def written(address: str, province: int, room: int) -> str:
    """The address in these forms. A province without its 省 stays so: 海南 may be a prefecture of 青海."""
    found = _PROVINCE.match(address)
    if found and province and (found["long"] or found["long_city"]):
        address = (found["province"] or found["city"]) + address[found.end() :]
    return _ROOM.sub("房" if room else "室", address)


def places(address: str) -> Forms:
    """Which places of a recorded address can be written either way: 0 there, None elsewhere."""
    found = _PROVINCE.match(address)
    can_shorten = found is not None and bool(found["long"] or found["long_city"])
    return Forms(0 if can_shorten else None, 0 if _ROOM.search(address) else None)


def read(address: str) -> Forms:
    """The forms that an address of a sheet is written in."""
    text = squeezed(address)
    found, room = _PROVINCE.match(text), _ROOM.search(text)
    return Forms(
        int(not (found["long"] or found["long_city"])) if found else None,
        int(room[0] == "房") if room else None,
    )


def plain(address: str) -> str:
    """What all forms of an address share, for comparing alone: nobody is shown it."""
    text = squeezed(address)
    if found := _PROVINCE.match(text):
        text = (found["province"] or found["city"]) + text[found.end() :]
    return _ROOM.sub("", text)


def squeezed(text: str) -> str:
    """Without width and spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split())
