"""Names of people and companies."""

import re
import unicodedata

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


def normalise(raw: str) -> Checked:
    """NFKC, single spaces, one kind of middle dot; no space between Chinese characters.

    Raises FormatError: empty, no letter in it, longer than 100, or what `text.clean` refuses.
    """
    name = _MIDDLE_DOTS.sub("·", clean(raw, limit=LIMIT))
    if not name:
        raise FormatError("name.missing")
    if not _LETTER.search(name):
        raise FormatError("name.form")
    return Checked(_join_ideographs(name))


def search_key(raw: str) -> str:
    """Case-folded, without spaces: `张 三` and `张三`, `Li Na` and `LI NA` are one."""
    name = normalise(raw).value.casefold()
    return unicodedata.normalize("NFKC", name).replace(" ", "")


def surname(name: str) -> str:
    """Surname of a normalised Chinese name. Two characters alone are surname and given name."""
    if len(name) > 2 and name[:2] in COMPOUND_SURNAMES:
        return name[:2]
    return name[:1]


def is_company(name: str) -> bool:
    """Whether a normalised name ends as only organisations' names do."""
    return _BRANCH.sub("", name).endswith(COMPANY_ENDINGS) or bool(_COMPANY_WORDS.search(name))


def is_ideograph(character: str) -> bool:
    return unicodedata.name(character, "").startswith("CJK ")


def _join_ideographs(name: str) -> str:
    words = name.split(" ")
    joined = words[0]
    for word in words[1:]:
        between_chinese = is_ideograph(joined[-1]) and is_ideograph(word[0])
        joined += word if between_chinese else " " + word
    return joined
