"""Names of people and companies."""

import re
import unicodedata
from functools import lru_cache

from vault.formats.checked import Checked, FormatError
from vault.formats.text import clean

LIMIT = 100
_COMPOUND = (
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 "
    "太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 "
    "漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 东门 西门 南荣 "
    "第五 纳兰 完颜 叶赫 那拉 歐陽 司馬 東方 諸葛 尉遲 長孫 鍾離 軒轅"
)
COMPOUND_SURNAMES = frozenset(_COMPOUND.split())
COMPANY_ENDINGS = (
    "公司", "集团", "企业", "合伙", "合伙企业", "有限", "有限合伙", "事务所",
    "合作社", "商行", "工作室", "经营部",
    "个体工商户", "研究院", "研究所", "基金会", "银行", "餐饮店", "商店", "饭店", "酒店", "超市",
    "服务中心", "学校", "医院",
)  # fmt: skip
_COMPANY_WORDS = re.compile(
    r"(?:有限(?:责任)?公司|股份公司)|\b(?:co\.?,? ?ltd|ltd|llc|inc|corp|gmbh|limited|company)\.?$",
    re.IGNORECASE,
)
_BRANCH = re.compile(r"\([^()]{1,20}\)$")
_MIDDLE_DOTS = re.compile("[\u2022\u2027\u22c5\u30fb\uff65\u0387]")
_LETTER = re.compile(r"[^\W\d_]")
_SHORT = re.compile("[\u4e00-\u9fff]{2,4}")
_IDEOGRAPHS = "\u3005\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(f"[{_IDEOGRAPHS}]+|[^\\W_{_IDEOGRAPHS}]+")
# What nearly every company's name ends with tells none from another.
_COMMON_ENDING = re.compile("(?:股份|集团)?(?:有限)?(?:责任)?公司$|集团$")


def normalise(raw: str) -> Checked:
    """NFKC, single spaces, one kind of middle dot; no space between Chinese characters.

    Raises FormatError: empty, no letter in it, longer than 100, or what `text.clean` refuses.
    """
    return thorough(raw) if plain(raw) is None else Checked(raw)


def plain(raw: str) -> str | None:
    """See `vault.formats`: `raw` when it is letters alone that have no other form. A dot is no letter."""
    return raw if raw.isalpha() and len(raw) <= LIMIT and unicodedata.is_normalized("NFKC", raw) else None


def thorough(raw: str) -> Checked:
    """See `normalise`."""
    name = _MIDDLE_DOTS.sub("·", clean(raw, limit=LIMIT))
    if not name:
        raise FormatError("name.missing")
    if not _LETTER.search(name):
        raise FormatError("name.form")
    return Checked(_join_ideographs(name))


def search_key(raw: str) -> str:
    """Case-folded, without spaces: `张 三` and `张三`, `Li Na` and `LI NA` are one."""
    return folded(normalise(raw).value)


def surname(name: str) -> str:
    """Surname of a normalised Chinese name. Two characters alone are surname and given name."""
    if len(name) > 2 and name[:2] in COMPOUND_SURNAMES:
        return name[:2]
    return name[:1]


def folded(name: str) -> str:
    """The search key of a normalised name."""
    if _is_plain(name):
        return name
    return unicodedata.normalize("NFKC", name.casefold()).replace(" ", "")


def runs(text: str) -> list[str]:
    """The stretches of Chinese characters and the words of other scripts in a name, or in what is looked for.

    Case-folded; without the ending that nearly all companies share.
    """
    if _is_plain(text):
        return [text]
    return _RUN.findall(_COMMON_ENDING.sub("", unicodedata.normalize("NFKC", text.casefold())))


def parts(text: str) -> frozenset[str]:
    """What a name is found by: each Chinese character by itself, each word of another script as a whole."""
    if _is_plain(text):
        return frozenset(text)
    found: set[str] = set()
    for run in runs(text):
        found.update(run if is_ideograph(run[0]) else (run,))
    return frozenset(found)


def is_found_by(name: str, wanted: str) -> bool:
    """Whether a normalised name holds what is looked for: each stretch of Chinese as it stands, each word."""
    key, own = folded(name), parts(name)
    return parts(wanted) <= own and all(run in key for run in runs(wanted) if is_ideograph(run[0]))


def heads(name: str) -> frozenset[str]:
    """What a person is called by beside the phone's last four: the surname, or each word of a Latin name."""
    if _is_plain(name):
        return _surnames(name)
    if is_company(name):
        return frozenset()
    key = folded(name)
    return _surnames(key) if is_ideograph(key[0]) else parts(name)


def _surnames(key: str) -> frozenset[str]:
    compound = key[:2]
    return frozenset((surname(key), compound) if compound in COMPOUND_SURNAMES else key[:1])


def is_company(name: str) -> bool:
    """Whether a normalised name ends as only organisations' names do."""
    if _is_plain(name):
        return False
    return _BRANCH.sub("", name).endswith(COMPANY_ENDINGS) or bool(_COMPANY_WORDS.search(name))


def is_ideograph(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff" or unicodedata.name(character, "").startswith("CJK ")


@lru_cache(maxsize=1)  # each name of a list is asked about five times in a row
def _is_plain(name: str) -> bool:
    """Whether a name is that of nearly every person in a list: two to four Chinese characters, no company's.

    Nothing of it changes under NFKC or by case, it is one run, and it is too short to hold a company's word
    elsewhere than at its end. Lists have a hundred thousand of these.
    """
    return _SHORT.fullmatch(name) is not None and not name.endswith(COMPANY_ENDINGS)


def _join_ideographs(name: str) -> str:
    words = name.split(" ")
    joined = words[0]
    for word in words[1:]:
        between_chinese = is_ideograph(joined[-1]) and is_ideograph(word[0])
        joined += word if between_chinese else " " + word
    return joined
