"""A checked row becomes a draft: words for source and purpose become codes, and no word is lost that any
purpose of the book needs."""

from collections.abc import Mapping

from vault.formats import text
from vault.purposes.catalogue import Purpose, purposes_of
from vault.purposes.needs import in_words, needless_in
from vault.records.drafts import ClientDraft
from vault.records.importing.headings import Field
from vault.records.importing.problems import SheetError
from vault.records.labels import EXTRAS
from vault.records.models import ClientBook, Source

_SOURCES = {
    Source.WALK_IN: "上门 自来 自来客 主动咨询 咨询 来电 walk-in inquiry enquiry",
    Source.REFERRAL: "转介绍 介绍 老客户介绍 朋友介绍 推荐 客户推荐 referral recommended",
    Source.PARTNER: "合作机构 合作伙伴 合作方 代理 同行 partner agency",
    Source.ONLINE: "网站 官网 平台 网络 线上 微信 公众号 抖音 小红书 百度 website online platform wechat",
    Source.CAMPAIGN: "活动 展会 会议 沙龙 推广 广告 event campaign exhibition advertisement",
    Source.DEAL_PARTY: "标的公司 转让方 项目移交 deal",
}
_PURPOSES = {
    Purpose.SERVICE: "服务 客户服务 跟进 维护 service",
    Purpose.MANDATE: "委托 委托业务 业务办理 代办 mandate",
    Purpose.IDENTITY_CHECK: "身份核验 核验 kyc",
    Purpose.DEAL: "项目 尽调 deal",
}
_SOURCE_WORDS = {word: code for code, words in _SOURCES.items() for word in words.split()}
_PURPOSE_WORDS = {word: code for code, words in _PURPOSES.items() for word in words.split()}


class Mapper:
    """Knows the sheet's own headings, under which a word that is no code is kept as a sealed extra field."""

    def __init__(self, book: ClientBook, headings: Mapping[str, str]) -> None:
        """`headings` is field code → the heading that its column has.

        What the book's purposes need is read here, once an import, or once each time it is taken up again.

        Raises SheetError: a column became a field that no purpose of the book needs since it was started.
        """
        self._needless = needless_in(book.pk)
        if beyond := [code for code in self._needless if code in headings]:
            raise SheetError("headings.not_needed", fields=in_words(beyond))
        self._purposes = purposes_of(book.holding)
        self._headings = {
            field: heading.strip()[: text.LABEL_LIMIT] or field for field, heading in headings.items()
        }

    def draft(self, kind: str, values: dict[str, str], extras: dict[str, str]) -> ClientDraft:
        """Takes what the parser said of one row, and keeps it: the two mappings are changed."""
        source, purpose = Source.OTHER, ""
        if word := values.pop(Field.SOURCE.value, ""):
            source = _SOURCE_WORDS.get(word.casefold(), Source.OTHER)
            if source is Source.OTHER:
                extras[self._headings[Field.SOURCE]] = word
        if word := values.pop(Field.DOCUMENT.value, ""):
            extras[self._headings[Field.DOCUMENT]] = word
        if word := values.pop(Field.PURPOSE.value, ""):
            code = _PURPOSE_WORDS.get(word.casefold())
            if code in self._purposes:
                purpose = str(code)
            else:
                extras[self._headings[Field.PURPOSE]] = word
        if self._needless:
            extras = self._leave_out(values, extras)
        return ClientDraft(kind, values, extras, source, purpose)

    def _leave_out(self, values: dict[str, str], extras: dict[str, str]) -> dict[str, str]:
        """What came without a column of its own: a company's code among the ID numbers, a word that is none
        of our sources, extra columns of a list that was started when they were needed."""
        for code in self._needless:
            values.pop(code, None)
        return {} if EXTRAS in self._needless else extras
