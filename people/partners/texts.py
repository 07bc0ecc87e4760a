"""The questions that the house comes with, what each is for, and how much it weighs.

Worded after what a firm that handles clients' data has to show: PIPL 9, 21, 51 to 57, 网络数据条例 12,
GB/T 35273 and the controls of ISO/IEC 27001. A house weighs them anew in a version of its own.
"""

from dataclasses import dataclass

THRESHOLD = 70


@dataclass(frozen=True, slots=True)
class Shipped:
    zh: str
    en: str
    why_zh: str
    why_en: str
    weight: int = 3
    knockout: bool = False
    may_skip: bool = False


SHIPPED = (
    Shipped(
        "贵机构是否指定了负责信息安全和个人信息保护的人员？",
        "Has your firm named somebody who answers for information security and personal information?",
        "出了问题要找得到负责的人（《个人信息保护法》第五十二条的思路）。",
        "Somebody must answer when something goes wrong (the idea of PIPL 52).",
        3,
    ),
    Shipped(
        "参与项目的每个人是否都签署过保密承诺，且离职后仍受约束？",
        "Has everybody who works on a matter signed an undertaking of confidentiality that outlasts the job?",
        "项目正在出售这件事本身就是秘密。",
        "That a company is for sale is itself the secret.",
        5,
        knockout=True,
    ),
    Shipped(
        "委托给贵机构的个人信息，是否只按约定的目的和方式处理？",
        "Is personal information entrusted to you processed only for the purpose and in the way agreed?",
        "受托人不得超出约定处理（《个人信息保护法》第二十一条第二款）。",
        "An entrusted party processes nothing beyond what was agreed (PIPL 21).",
        5,
        knockout=True,
    ),
    Shipped(
        "转交其他机构处理前，是否先取得委托方书面同意？",
        "Do you get the written consent of whoever entrusted the data before you pass them on?",
        "未经同意不得转委托（《个人信息保护法》第二十一条第三款）。",
        "Without consent nothing is passed on to others (PIPL 21).",
        5,
        knockout=True,
    ),
    Shipped(
        "发现泄露或者可能泄露时，是否承诺在 24 小时内通知委托方？",
        "Do you undertake to tell whoever entrusted the data within 24 hours of a leak, or of signs of one?",
        "委托方自己的报告时限从发现时起算（第五十七条）。",
        "Our own clocks run from discovery (PIPL 57).",
        5,
        knockout=True,
    ),
    Shipped(
        "项目结束后，是否返还或者删除全部资料，并出具书面证明？",
        "At the end of a matter, do you return or delete everything, and certify it in writing?",
        "委托终止后不得保留（第二十一条第二款）。",
        "Nothing is kept when the work has ended (PIPL 21).",
        4,
    ),
    Shipped(
        "登录工作系统是否都要求第二种验证方式？",
        "Does every sign-in to your systems ask for a second factor?",
        "只靠密码，一次钓鱼就会失守。",
        "With a password alone, one phishing mail is enough.",
        4,
    ),
    Shipped(
        "账号是否一人一号，禁止共用？",
        "Does everybody have an account of their own, never shared?",
        "共用账号查不出是谁看的。",
        "With shared accounts nobody can say who looked.",
        3,
    ),
    Shipped(
        "人员离职或调岗的当天，是否收回其全部访问权限？",
        "Is all access taken back on the day somebody leaves or changes posts?",
        "离职人员的账号是常见的泄露途径。",
        "Accounts of people who left are a common way out.",
        3,
    ),
    Shipped(
        "权限是否只按工作需要授予，并至少每年复核一次？",
        "Is access given by need alone, and looked through at least once a year?",
        "能看到的人越少，泄露的可能越小（最小必要）。",
        "The fewer can see, the less can leak (least privilege).",
        3,
    ),
    Shipped(
        "笔记本电脑和手机等设备的存储是否全部加密？",
        "Is the storage of laptops, phones and other devices encrypted?",
        "设备遗失不应等于资料泄露。",
        "A lost device must not be a leak.",
        4,
    ),
    Shipped(
        "设备是否安装防恶意软件，并及时更新系统？",
        "Do devices run protection against malware, and get updates in time?",
        "多数入侵利用的是早已修复的漏洞。",
        "Most intrusions use holes that were closed long ago.",
        3,
    ),
    Shipped(
        "是否禁止用个人邮箱、个人网盘和私人聊天群传送项目资料？",
        "Are private mailboxes, private cloud storage and private chats forbidden for papers of a matter?",
        "资料一旦进入个人账户就收不回来。",
        "What lies in a private account cannot be called back.",
        4,
    ),
    Shipped(
        "传送敏感资料时是否加密？",
        "Is what is sensitive encrypted when it is sent?",
        "传送途中最容易被截取。",
        "On its way it is easiest to intercept.",
        3,
    ),
    Shipped(
        "是否禁止把项目资料输入未经批准的人工智能或者翻译网站？",
        "Is it forbidden to put papers of a matter into AI or translation sites that nobody approved?",
        "输入的内容可能被留存或者用于训练。",
        "What is typed there may be kept, or used for training.",
        4,
    ),
    Shipped(
        "办公场所和纸质文件是否有门禁、上锁和碎纸措施？",
        "Are offices locked against strangers, and papers locked away and shredded?",
        "纸质文件同样会泄露。",
        "Paper leaks, too.",
        2,
    ),
    Shipped(
        "访问和下载资料的操作是否留有日志，并至少保存六个月？",
        "Are access and downloads logged, and the logs kept for at least six months?",
        "《网络安全法》第二十一条；没有日志就无从追查。",
        "Cybersecurity Law 21; without logs nothing can be traced.",
        3,
    ),
    Shipped(
        "是否定期备份，备份也加密，并试过恢复？",
        "Are there backups, encrypted, that somebody has tried to restore?",
        "勒索软件面前，未试过的备份等于没有。",
        "Against ransomware an untried backup is none.",
        2,
    ),
    Shipped(
        "是否有书面的安全事件处置预案，并在一年内演练过？",
        "Is there a written plan for incidents, and was it rehearsed within the last year?",
        "《个人信息保护法》第五十一条第五项。",
        "PIPL 51(5).",
        3,
    ),
    Shipped(
        "接触资料的人员是否在一年内接受过信息安全和个人信息保护培训？",
        "Did everybody who handles papers have training in security and privacy within the year?",
        "多数泄露出自无心之失（第五十一条第四项）。",
        "Most leaks are mistakes (PIPL 51(4)).",
        3,
    ),
    Shipped(
        "处理敏感个人信息（证件、账户等）是否有更严格的内部规定？",
        "Are there stricter rules for sensitive personal information, such as identity papers and accounts?",
        "第二十八条要求采取严格保护措施。",
        "PIPL 28 asks for strict protection.",
        3,
    ),
    Shipped(
        "资料是否全部存放在中国大陆境内？",
        "Are the papers kept in mainland China, all of them?",
        "出境需要另行告知和单独同意（第三十八、三十九条）。",
        "To take them abroad needs notice and separate consent (PIPL 38, 39).",
        4,
        may_skip=True,
    ),
    Shipped(
        "使用外部技术服务商（云、翻译、外包）时，是否与其签有保密和数据处理约定？",
        "Have providers that you use (cloud, translation, outsourcing) signed on secrecy and processing?",
        "责任不因再委托而消失。",
        "The duty does not end by handing work on.",
        3,
        may_skip=True,
    ),
    Shipped(
        "近三年是否没有因泄露客户资料受过处罚或者被起诉？",
        "In the last three years, was your firm neither punished nor sued for leaking clients' data?",
        "过去的事件说明现在的管理。",
        "What happened says how things are run.",
        3,
    ),
)
