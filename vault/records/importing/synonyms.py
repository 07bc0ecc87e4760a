"""What columns of clients are called in lists, by the field (`headings.Field`) that they stand for.

Without case, spaces and marks, as `headings.plain` leaves them. A word stands here once.
"""

SYNONYMS = {
    "name": """
        姓名 名称 名字 真实姓名 中文姓名 客户姓名 客户名称 客户 客户名 客户称呼 客户全称 公司名称 公司全称
        企业名称 企业全称 单位名称 单位全称 name fullname clientname customername client customer
        companyname legalname""",
    "kind": """
        类型 客户类型 类别 客户类别 客户性质 主体类型 主体性质 kind type clienttype customertype""",
    "id_number": """
        身份证 身份证号 身份证号码 身份证编号 身份证件号 身份证件号码 证件号 证件号码 证件编号 身份号码
        公民身份号码 公民身份证号 公民身份证号码 居民身份证 居民身份证号 居民身份证号码 护照 护照号
        护照号码 回乡证 回乡证号 回乡证号码 港澳通行证号 港澳居民来往内地通行证 港澳居民来往内地通行证号
        台胞证 台胞证号 台胞证号码 台湾居民来往大陆通行证 台湾居民来往大陆通行证号 居住证号
        港澳台居民居住证 港澳台居民居住证号 永居证号 外国人永久居留证 外国人永久居留身份证 idnumber idno
        id idcard idcardno idcardnumber residentid identitycard identitycardnumber identitynumber
        nationalid documentnumber documentno passport passportno passportnumber""",
    "document": """
        证件类型 证件种类 证件类别 证件名称 身份证件类型 身份证件种类 idtype documenttype typeofid
        typeofdocument""",
    "credit_code": """
        统一社会信用代码 统一社会信用代码号 社会信用代码 信用代码 统一信用代码 统一代码 信用代码证号 税号
        企业税号 公司税号 纳税人识别号 纳税识别号 营业执照 营业执照号 营业执照号码 营业执照编号 执照号
        creditcode uscc unifiedsocialcreditcode unifiedcreditcode socialcreditcode taxid taxnumber
        taxpayerid businesslicense businesslicensenumber businesslicenseno""",
    "phone": """
        手机 手机号 手机号码 手机1 电话 电话号码 电话1 联系电话 联系号码 联系方式 移动电话 联系手机
        客户电话 客户手机 客户手机号 本人电话 phone mobile telephone tel phonenumber phoneno mobilephone
        mobilenumber mobileno telno cellphone cell contactnumber contactphone handphone""",
    "email": """
        邮箱 电子邮箱 电子邮件 电子信箱 电邮 电邮地址 邮件 邮箱地址 邮件地址 联系邮箱 客户邮箱 个人邮箱
        email emailaddress mail mailaddress""",
    "address": """
        地址 住址 现住址 现住地址 现居住址 现居住地址 现居地址 居住地址 常住地址 经常居住地 家庭住址
        家庭地址 联系地址 联系住址 通讯地址 通信地址 邮寄地址 收件地址 详细地址 客户地址 注册地址 办公地址
        经营地址 公司地址 企业地址 住所 公司住所 address homeaddress contactaddress mailingaddress
        postaladdress residentialaddress currentaddress businessaddress registeredaddress""",
    "bank_account": """
        银行账号 银行帐号 银行账户 银行帐户 银行账户号 银行卡 银行卡号 银行卡号码 银行卡账号 卡号 账号
        帐号 收款账号 收款帐号 收款账户 收款卡号 开户账号 开户帐号 开户行账号 开户行帐号 开户行及账号
        开户银行账号 开户银行帐号 对公账号 对公帐号 对公账户 对公帐户 基本户账号 基本账户账号 结算账号
        结算账户 公司账号 公司账户 bankaccount bankaccountno accountnumber accountno bankcard
        bankcardnumber bankcardno cardnumber bankaccountnumber account""",
    "birth_date": """
        出生日期 生日 出生年月日 出生年月 出生时间 birthdate dateofbirth birthday dob""",
    "source": """
        来源 客户来源 渠道 客户渠道 来源渠道 获客渠道 获客来源 数据来源 source leadsource clientsource
        channel""",
    "purpose": """
        用途 使用目的 处理目的 目的 purpose""",
    "notes": """
        备注 说明 附注 备注信息 备注说明 其他说明 补充说明 notes note remark remarks comment comments memo""",
}
# Taken for the field only where no other column is: beside a company's name, who to ask for is somebody else,
# and beside where somebody lives, where they are registered is an address of its own. Many are words that a
# client's data may hold, too, so no row is taken for headings by these alone.
SECOND = {
    "name": """
        称呼 公司 企业 单位 联系人 联系人姓名 客户联系人 company business organization organisation
        contact contactname contactperson""",
    "phone": """
        联系人电话 联系人手机 联系人手机号 联系人联系方式 法人电话 法人手机
        法人手机号 法人联系方式 法定代表人电话 法定代表人手机 负责人电话 负责人手机 公司电话 企业电话
        单位电话 办公电话 座机 固话 固定电话 家庭电话 officephone workphone homephone
        companyphone businessphone landline""",
    "email": """
        公司邮箱 企业邮箱 工作邮箱 联系人邮箱 qq邮箱 companyemail workemail businessemail contactemail""",
    "address": """
        户籍地址 户籍所在地 户籍地 户口地址 户口所在地 身份证地址 身份证住址 证件地址 单位地址 经营场所
        营业场所 permanentaddress householdaddress idaddress officeaddress companyaddress workaddress""",
}
