"""The words from which the first pledge begins; the confidentiality officer changes them as wanted."""

FIRST_ZH = (
    "我承诺：诚实对待客户、同事和交易各方，不隐瞒利益冲突，不作虚假宣传；只在工作需要时查看客户和项目资料，"
    "不打听、不留存、不外传；不利用工作中获得的信息为自己或他人谋利；发现泄露或违规，及时报告。"
    "在职期间和离职以后，我都遵守上述承诺。"
)
FIRST_EN = (
    "I promise: to be honest with clients, colleagues and all sides of a deal, to hide no conflict of"
    " interest and make no false claims; to look at data of clients and deals only where my work needs it,"
    " and not to ask around, keep or pass on any of it; to gain nothing, for myself or others, from what I"
    " learn at work; to report a leak or a breach at once. I keep this promise while I work here and after I"
    " have left."
)
