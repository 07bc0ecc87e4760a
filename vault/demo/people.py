"""Clients who do not exist. Names are common ones; numbers are drawn, with check digits that fit."""

import datetime
import random
from collections.abc import Iterator

from stdnum import luhn
from stdnum.cn import uscc

from vault.formats.identity import check_character

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
)
_COMPOUND = ("欧阳", "上官", "司徒", "诸葛", "令狐", "慕容")
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红建国文辉力博宇浩子涵梓轩雨欣思怡佳俊晓东海燕"
_PLACES = (
    ("440305", "广东省深圳市南山区", ("科技园南路", "后海大道", "学府路")),
    ("440106", "广东省广州市天河区", ("体育西路", "天河北路", "中山大道西")),
    ("110105", "北京市朝阳区", ("建国路", "朝阳北路", "望京街")),
    ("310115", "上海市浦东新区", ("世纪大道", "张杨路", "金科路")),
    ("330106", "浙江省杭州市西湖区", ("文三路", "天目山路", "古墩路")),
    ("510107", "四川省成都市武侯区", ("人民南路", "科华北路", "武侯大道")),
    ("320102", "江苏省南京市玄武区", ("珠江路", "中山东路", "北京东路")),
    ("420106", "湖北省武汉市武昌区", ("中南路", "和平大道", "友谊大道")),
)
_MOBILE_RANGES = ("138", "139", "135", "136", "150", "151", "158", "186", "188", "189", "177", "133")
_CARDS = ("622202", "621700", "622848", "621661", "622588")
_MAIL = ("qq.com", "163.com", "126.com", "outlook.com", "139.com")
_TRADES = ("科技", "贸易", "餐饮管理", "物流", "文化传媒", "建筑工程", "信息咨询", "医疗器械", "电子商务")
_WORDS = "华瑞鑫盛恒达嘉禾创新博远宏泰中正信德安康百川天成启明东方金鼎云帆"
_SOURCES = ("线上咨询", "老客户介绍", "展会", "电话来访", "合作机构推荐")
_PURPOSES = ("公司转让撮合", "股权转让咨询", "资产转让咨询")
_NOTES = ("", "", "", "希望年底前完成", "下午联系", "需先签保密协议", "对价格敏感，等报价")
_LAST_BIRTHDAY = datetime.date(2004, 12, 31)


def make_person(rng: random.Random) -> dict[str, str]:
    """A person's fields as an agent would type them."""
    region, place, streets = rng.choice(_PLACES)
    born = _LAST_BIRTHDAY - datetime.timedelta(days=rng.randrange(45 * 365))
    seventeen = f"{region}{born:%Y%m%d}{rng.randrange(1, 1000):03}"
    card = rng.choice(_CARDS) + _digits(rng, 12)
    phone = rng.choice(_MOBILE_RANGES) + _digits(rng, 8)
    surname = rng.choice(_COMPOUND) if rng.random() < 0.02 else rng.choice(_SURNAMES)
    return {
        "name": surname + "".join(rng.sample(_GIVEN, rng.choice((1, 2, 2)))),
        "kind": "个人",
        "id_number": seventeen + check_character(seventeen),
        "credit_code": "",
        "phone": phone,
        "email": f"{rng.choice('abcdefghjklmnpqrstwxyz')}{_digits(rng, 7)}@{rng.choice(_MAIL)}",
        "address": f"{place}{rng.choice(streets)}{rng.randrange(1, 400)}号{rng.randrange(101, 2900)}室",
        "bank_account": card + luhn.calc_check_digit(card),
        "birth_date": born.isoformat(),
        **_circumstances(rng),
    }


def make_company(rng: random.Random) -> dict[str, str]:
    """A limited company's fields."""
    region, place, streets = rng.choice(_PLACES)
    city = place[place.find("省") + 1 : place.find("市")]
    code = f"91{region}MA{''.join(rng.choices('0123456789ABCDEFGHJKLMNPQRTUWXY', k=7))}"
    brand = "".join(rng.sample(_WORDS, 2))
    return {
        "name": f"{city}{brand}{rng.choice(_TRADES)}有限公司",
        "kind": "公司",
        "id_number": "",
        "credit_code": code + uscc.calc_check_digit(code),
        "phone": rng.choice(_MOBILE_RANGES) + _digits(rng, 8),
        "email": f"office{_digits(rng, 5)}@{rng.choice(_MAIL)}",
        "address": f"{place}{rng.choice(streets)}{rng.randrange(1, 400)}号",
        "bank_account": "4400" + _digits(rng, 16),
        "birth_date": "",
        **_circumstances(rng),
    }


def make_customer_rows(n: int, seed: int) -> Iterator[dict[str, str]]:
    """`n` clients, one company in ten; the same for the same seed, no ID number twice."""
    rng = random.Random(seed)  # noqa: S311 (invented data, no secret)
    seen: set[str] = set()
    while len(seen) < n:
        client = make_company(rng) if rng.random() < 0.1 else make_person(rng)
        key = client["id_number"] or client["credit_code"]
        if key not in seen:
            seen.add(key)
            yield client


def _digits(rng: random.Random, count: int) -> str:
    return f"{rng.randrange(10**count):0{count}}"


def _circumstances(rng: random.Random) -> dict[str, str]:
    return {
        "source": rng.choice(_SOURCES),
        "purpose": rng.choice(_PURPOSES),
        "notes": rng.choice(_NOTES),
    }
