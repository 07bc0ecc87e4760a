"""Spotting who speaks and where they are: names, companies and addresses of a cleaned chat message. Pure."""

import re
from collections.abc import Iterator

from vault.formats import names
from vault.formats.checked import FormatError
from vault.formats.names import COMPOUND_SURNAMES
from vault.intake.spotting import Spot
from vault.records.labels import Field

_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
    "温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂"
    "成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫"
    "費張劉陳楊黃趙吳孫馬鄭謝許韓馮鄧蕭葉蘇呂盧鍾譚陸賈鄒龍賀顧龔萬錢嚴湯溫莊聶魯歐關蘭畢單"
)
_HAN = r"[\u3400-\u9fff]"
_LABELLED = re.compile(
    r"(?:姓名|联系人|法定代表人|法人代表|法人|经办人|称呼|名字|负责人|name|contact)[ ]{0,3}:[ ]{0,3}"
    rf"({_HAN}[\u3400-\u9fff·]{{1,11}}|[A-Za-z][A-Za-z .'-]{{1,40}})",
    re.IGNORECASE,
)
_SELF = re.compile(rf"(?:我是|我叫|本人|我姓名是|叫我|联系人是?)[ ]?({_HAN}{{2,4}})")
_TITLED = re.compile(rf"({_HAN}{{1,2}})(?:先生|女士|小姐|总|老板|经理|老师)")
_BESIDE = re.compile(rf"(?<!{_HAN})({_HAN}{{2,4}})(?!{_HAN})")
_COMPANY_END = re.compile(
    r"有限责任公司|股份有限公司|有限公司|有限合伙|事务所|合作社|工作室|经营部|商行|集团"
)
_COMPANY_LETTER = re.compile(r"[\u3400-\u9fffA-Za-z0-9()·&]")
_BEFORE_COMPANY = re.compile(
    r"^.{0,60}(?:我们公司是|我司是|公司是|公司叫|名称是|名字是|我们是|我是|叫做|转让|收购|出售|注销|购买|接手|关于|想买|想卖|想要|一家|这家|一个|就是)"
)
_COMPANY_LABEL = re.compile(
    r"(?:公司名称|公司全称|企业名称|单位名称|名称|公司|company)[ ]{0,3}:[ ]{0,3}([^\n,。;;!?]{2,60})",
    re.IGNORECASE,
)
_ADDRESS_LABEL = re.compile(
    r"(?:联系地址|注册地址|办公地址|收货地址|地址|住址|住所|address)[ ]{0,3}:?[ ]{0,3}([^\n。;!?]{5,120})",
    re.IGNORECASE,
)
_PLACE = re.compile(
    rf"(?:{_HAN}{{2,7}}?(?:省|自治区))?{_HAN}{{2,7}}?(?:市|自治州){_HAN}{{1,7}}?(?:区|县|市|镇)"
    r"[\u3400-\u9fffA-Za-z0-9()# -]{3,60}"
)
_PLACE_WORDS = re.compile(r"[路街道巷弄村]|号|大厦|广场|园|苑|栋|楼")
# Words of chats whose first character is a surname, too.
_WORDS = (
    "你好 您好 谢谢 好的 请问 电话 手机 微信 地址 公司 转让 收购 联系 麻烦 身份 证件 银行 卡号 "
    "账号 邮箱 客户 高新 安全 文件 时间 方便 金额 万元 成都 温州 江苏 江西 马上 任何 何时 车辆 "
    "关于 连锁 解除 项目 包括 成交 成立 向您 向你 时候 文化 金融 单位 单独 游戏 房产 路线 管理 "
    "齐全 左右 安排 平台 方案 方式 尚未 康复 章程 符合 "
)
_NOT_NAMES = frozenset(_WORDS.split())


def people(text: str, spots: list[Spot]) -> Iterator[Spot]:
    """Names of people: behind a word that says so, in an introduction, beside a phone, or with a title."""
    for pattern in (_LABELLED, _SELF):
        for match in pattern.finditer(text):
            if name := _person(match[1], sure=pattern is _LABELLED):
                yield Spot(match.start(1), match.start(1) + len(name), Field.NAME, name)
    for spot in spots:
        if spot.field in (Field.PHONE, Field.ID_NUMBER):
            yield from _beside(text, spot)
    for match in _TITLED.finditer(text):
        for start in (match.start(1), match.end(1) - 1):
            words = text[start : match.end(1)]
            if words in COMPOUND_SURNAMES or words in _SURNAMES:
                yield Spot(start, match.end(), Field.NAME, text[start : match.end()])
                break


def companies(text: str) -> Iterator[Spot]:
    """Names that end as only organisations' names do."""
    for match in _COMPANY_LABEL.finditer(text):
        name = match[1].strip()
        if names.is_company(name) and (spot := _company(match.start(1), name)):
            yield spot
    at = 0
    for match in _COMPANY_END.finditer(text):
        start = match.start()
        while start > at and match.start() - start < 40 and _COMPANY_LETTER.match(text[start - 1]):
            start -= 1
        words = text[start : match.end()]
        if lead := _BEFORE_COMPANY.match(words):
            start, words = start + lead.end(), words[lead.end() :]
        at = match.end()
        if len(words) - len(match[0]) >= 2 and (spot := _company(start, words)):
            yield spot


def addresses(text: str) -> Iterator[Spot]:
    """Behind the word, or from a city and a district on."""
    for pattern in (_ADDRESS_LABEL, _PLACE):
        for match in pattern.finditer(text):
            group = 1 if pattern is _ADDRESS_LABEL else 0
            words = re.split(r"[,、]|[  ]{2}|(?:电话|手机|联系|邮编|微信|姓名)", match[group])[0].strip()
            if len(words) >= 6 and _PLACE_WORDS.search(words):
                yield Spot(match.start(group), match.start(group) + len(words), Field.ADDRESS, words)


def _beside(text: str, spot: Spot) -> Iterator[Spot]:
    """A name alone on its side of the number: `张三 138…`, `138… 张三`, `张三:138…`."""
    before, after = text[max(0, spot.start - 14) : spot.start], text[spot.end : spot.end + 10]
    line_before, line_after = before.rsplit("\n", 1)[-1], after.split("\n", 1)[0]
    for words, offset in ((line_before, spot.start - len(line_before)), (line_after, spot.end)):
        for match in _BESIDE.finditer(words):
            if name := _person(match[1], sure=False):
                yield Spot(offset + match.start(1), offset + match.end(1), Field.NAME, name)


def _person(words: str, *, sure: bool) -> str | None:
    """The words when they are a name as people have: a surname first, two to four characters."""
    words = words.strip(" .'-")
    if words in _NOT_NAMES or names.is_company(words):
        return None
    chinese = re.match(rf"{_HAN}+", words)
    if chinese and not sure:
        compound = words[:2] in COMPOUND_SURNAMES
        if not (compound or words[0] in _SURNAMES) or not 2 <= len(words) <= (4 if compound else 3):
            return None
        if words[:2] in _NOT_NAMES:
            return None
    try:
        return words if names.normalise(words).value == words else None
    except FormatError:
        return None


def _company(start: int, words: str) -> Spot | None:
    try:
        return Spot(start, start + len(words), Field.NAME, names.normalise(words).value)
    except FormatError:
        return None
