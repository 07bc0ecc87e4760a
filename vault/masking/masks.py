"""Masks of normalised values. They follow trade custom (138****1234), for no statute fixes them.

Each field has a ladder of three (`Strength`): what the custom shows, what only tells records apart, and for
the few fields that are public by law the value itself. Four rules make them safe together, not only singly:

- What one mask hides no other shows. The ID mask hides the birth date, so the birth date's mask shows
  nothing: with the year beside `110***********1234` and the city, some hundred ID numbers would be left.
- A stronger mask shows a part of what the weaker one shows, so that two of them, seen at different times or
  in different places, give away no more than the weaker alone.
- At least `HIDDEN` characters of every number stay hidden; where the custom would leave fewer, less is shown.
- The number of stars is fixed wherever the length of a value would tell something of it. The ID mask
  alone keeps its length, which its form fixes.

An empty value has an empty mask. Credit codes and company names are on the public register and are shown.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

import phonenumbers
from stdnum import numdb

from vault.formats.names import COMPOUND_SURNAMES, is_ideograph, surname
from vault.masking.grades import Strength

STARS = "****"
HIDDEN = 4

_MAIL_HOSTS = frozenset(
    {
        *("qq.com", "vip.qq.com", "foxmail.com", "163.com", "vip.163.com", "126.com", "yeah.net", "188.com"),
        *("sina.com", "sina.cn", "sohu.com", "139.com", "189.cn", "wo.cn", "aliyun.com", "21cn.com"),
        *("gmail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "icloud.com", "yahoo.com"),
    }
)
_UNLISTED = (
    "香港特别行政区",
    "香港",
    "澳门特别行政区",
    "澳门",
)  # the register has them in traditional characters


def mask(field: str, value: str, strength: Strength = Strength.CUSTOMARY) -> str:
    """Mask of a field by its name; a field without a rule of its own is hidden whole."""
    return ladder(field)[strength](value) if value else ""


def ladder(field: str) -> tuple["Mask", "Mask", "Mask"]:
    """The masks of a field by strength. Only `PUBLIC_BY_LAW` fields are ever shown whole."""
    custom = MASKS.get(field, hide)
    return show if field in PUBLIC_BY_LAW else custom, custom, _LEAST.get(field, hide)


def hide(value: str) -> str:
    return STARS


def show(value: str) -> str:
    return value


def id_number(value: str) -> str:
    """110***********1234; the 15-digit form ends in three, its fourth from the end being a birth day."""
    if len(value) == 18:
        return value[:3] + "*" * 11 + value[-4:]
    if len(value) == 15 and value.isdecimal():
        return value[:3] + "*" * 9 + value[-3:]
    return value[:3] + STARS + value[-2:] if len(value) >= 5 + HIDDEN else value[:1] + STARS


def phone(value: str) -> str:
    """138****1234 for a mainland mobile; else country code and at most the last four, `+86 ****5678`."""
    if len(value) == 14 and value.startswith("+861"):
        return f"{value[3:6]}{STARS}{value[-4:]}"
    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        return STARS
    national = phonenumbers.national_significant_number(number)
    return f"+{number.country_code} {STARS}{_tail(national, hidden=HIDDEN)}"


def bank_account(value: str) -> str:
    """6222****7890; short accounts show less, for the Luhn digit already gives one digit away."""
    if len(value) >= 16:
        return value[:4] + STARS + value[-4:]
    return STARS + _tail(value, hidden=6)


def name(value: str) -> str:
    """张*, 欧阳*, J*** S***. The given name's length is hidden; of many words the first and last show."""
    if is_ideograph(value[0]):
        return _surname(value) + "*"
    words = value.split()
    ends = words if len(words) < 2 else [words[0], words[-1]]
    return " ".join((word[0] if len(word) > 1 else "") + "***" for word in ends)


def email(value: str) -> str:
    """z***@qq.com. A domain of one's own names its owner, so only the large mail hosts are shown."""
    local, _, domain = value.rpartition("@")
    host = domain if domain in _MAIL_HOSTS else "***"
    return f"{local[0] if len(local) > 1 else ''}***@{host}"


def address(value: str) -> str:
    """Province and city as far as they are known places: 广东省深圳市***."""
    return _place(value) + "***"


def phone_end(value: str) -> str:
    """The last four, as far as the customary mask shows them."""
    return STARS + phone(value).rpartition("*")[2]


def account_end(value: str) -> str:
    return STARS + bank_account(value).rpartition("*")[2]


def code_end(value: str) -> str:
    """The last four of a credit code, which tell two companies apart."""
    return STARS + value[-4:] if len(value) >= 4 + HIDDEN else STARS


def birth_date(value: str) -> str:
    return "****-**-**"


def notes(value: str) -> str:
    return "…"


Mask = Callable[[str], str]

MASKS: Mapping[str, Mask] = MappingProxyType(
    {
        "name": name,
        "company_name": show,
        "id_number": id_number,
        "credit_code": show,
        "phone": phone,
        "email": email,
        "address": address,
        "bank_account": bank_account,
        "birth_date": birth_date,
        "notes": notes,
        "source": show,
        "purpose": show,
        "extra": hide,
    }
)
_LEAST: Mapping[str, Mask] = MappingProxyType(
    {
        "credit_code": code_end,
        "phone": phone_end,
        "bank_account": account_end,
        "birth_date": birth_date,
        "notes": notes,
        "source": show,
        "purpose": show,
    }
)
# The enterprise register shows them to everybody (企业信息公示暂行条例 6; 市场主体登记管理条例 35).
PUBLIC_BY_LAW = frozenset({"company_name", "credit_code", "source", "purpose"})


def _surname(value: str) -> str:
    # Two characters that are a compound surname hold no given name to hide: one of them is hidden.
    return surname(value) if value not in COMPOUND_SURNAMES else value[0]


def _tail(digits: str, *, hidden: int) -> str:
    shown = min(4, max(0, len(digits) - hidden))
    return digits[-shown:] if shown else ""


def _place(value: str) -> str:
    for province, cities in _places().items():
        if value.startswith(province):
            rest = value[len(province) :].lstrip()
            city = next((city for city in cities if rest.startswith(city)), "")
            return province + city
    return next((city for city in _cities() if value.startswith(city)), "")


@lru_cache(maxsize=1)
def _cities() -> tuple[str, ...]:
    """Cities that an address may begin with when it leaves the province out; full names only."""
    endings = ("市", "自治州", "盟", "地区")
    return tuple({city for cities in _places().values() for city in cities if city.endswith(endings)})


@lru_cache(maxsize=1)
def _places() -> dict[str, tuple[str, ...]]:
    """Provinces and their prefecture-level places, from the register of division codes in stdnum.

    A list, not a pattern: a pattern for "…市" would also show what a street address says by chance.
    """
    db = numdb.get("cn/loc")
    found: dict[str, tuple[str, ...]] = dict.fromkeys(_UNLISTED, ())
    for province in range(11, 83):
        label, _ = _labels(db.info(f"{province}0000"))
        if not label:
            continue
        cities = [_labels(db.info(f"{province}{city:02}00"))[1] for city in range(1, 100)]
        names = {part.rpartition("]")[2] for city in cities for part in city.split(",")}
        known = {name for name in names if len(name) > 2 and name.endswith(("市", "州", "盟", "地区"))}
        short = {name.removesuffix("市") for name in known if name.endswith("市")}
        places = tuple(sorted(known | short, key=len, reverse=True))
        for form in dict.fromkeys((label, _short_province(label))):
            found[form] = places
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


def _labels(parts: list[tuple[str, dict[str, str]]]) -> tuple[str, str]:
    properties = {key: value for _, found in parts for key, value in found.items()}
    return properties.get("province", ""), properties.get("county", "")


def _short_province(label: str) -> str:
    for ending in ("维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "特别行政区", "省", "市"):
        label = label.removesuffix(ending)
    return label
