"""Short notices, several for each way of telling figures; what each tells was written down first."""

from __future__ import annotations

from typing import Any

#: (way of telling, text, figures)
WAYS: list[tuple[str, str, dict[str, Any]]] = [
    (
        "what websites do is no count of them",
        "关于2023年第一季度政府网站检查情况的通报\n全市登记在册政府网站42家，本季度共检查政府网站42家，不合格2家，合格率95.2%。\n共有38家网站能够做到及时更新，有30家网站开设了互动栏目。\n2023年4月10日",
        {"sites_registered": 42, "sites_checked": 42, "sites_unqualified": 2, "site_pass_rate": 95.2},
    ),
    (
        "what websites do is no count of them",
        "某市2022年第二季度政府网站抽查通报\n截至6月底，全市正在运行的政府网站共61家。本次抽查31家，合格30家，不合格1家，合格率96.8%。共有25家网站做到信息公开及时。\n2022年7月8日",
        {
            "sites_registered": 61,
            "sites_checked": 31,
            "sites_qualified": 30,
            "sites_unqualified": 1,
            "site_pass_rate": 96.8,
        },
    ),
    (
        "what websites do is no count of them",
        "2024年第三季度全县政务新媒体检查通报\n我县在全国政务新媒体信息报送系统备案的政务新媒体账号86个，检查86个，合格84个，不合格2个，合格率97.7%。共有61个账号能按要求更新。",
        {
            "accounts_registered": 86,
            "accounts_checked": 86,
            "accounts_qualified": 84,
            "accounts_unqualified": 2,
            "account_pass_rate": 97.7,
        },
    ),
    (
        "a share as denominator",
        "2022年第四季度政府网站抽查情况通报\n全市共有政府网站60家，按照检查比例50%进行抽查，发现不合格网站3家，合格率90%。\n2022年12月20日",
        {"sites_registered": 60, "sites_unqualified": 3, "site_pass_rate": 90},
    ),
    (
        "a share as denominator",
        "2023年第二季度政务新媒体抽查通报\n全市登记政务新媒体200个，抽查比例为30%，发现不合格账号6个，合格率90%。",
        {"accounts_registered": 200, "accounts_unqualified": 6, "account_pass_rate": 90},
    ),
    (
        "what was done before a day",
        "2021年第一季度政府网站检查通报\n上季度通报的问题已于2021年1月15日前全部完成整改。请于2021年4月20日前将整改情况报送我办。\n2021年3月30日",
        {"deadline": "2021-04-20"},
    ),
    (
        "what was done before a day",
        "2022年第一季度政府网站检查通报\n各单位已在2022年2月底前完成自查。\n请各单位于2022年4月15日前完成整改。\n2022年3月28日",
        {"deadline": "2022-04-15"},
    ),
    (
        "the time of the check is no publication",
        "2023年第一季度全市政府网站检查情况通报\n监测时间：2023年3月1日至3月15日。检查政府网站20家，合格20家，合格率100%。\n某市人民政府办公室\n2023年3月28日",
        {"published_on": "2023-03-28", "sites_checked": 20},
    ),
    (
        "the time of the check is no publication",
        "2022年第三季度政务新媒体检查通报\n监测时间点：2022年9月10日\n检查账号40个，不合格4个，合格率90%。\n某市政务公开办\n2022年9月21日",
        {"published_on": "2022-09-21", "accounts_checked": 40, "accounts_unqualified": 4},
    ),
    (
        "months and days are no counts",
        "2022年第二季度政府网站通报\n检查政府网站30个，其中不合格网站2个，合格率93.3%。个别网站3个月未更新，请在10个工作日内整改。",
        {"sites_checked": 30, "sites_unqualified": 2, "site_pass_rate": 93.3},
    ),
    (
        "what is not mended yet",
        "2022年第四季度通报\n检查发现错误表述120处，已完成整改100处，仍未整改20处。",
        {"errors_found": 120, "errors_rectified": 100},
    ),
    (
        "what is not mended yet",
        "2023年第三季度政府网站检查通报\n共发现错别字56个，其中未完成整改6个，已整改50个。",
        {"errors_found": 56, "errors_rectified": 50},
    ),
    (
        "earlier months beside a total",
        "2024年第二季度政府网站检查通报\n4月份检查网站10家，5月份检查网站12家，6月份检查网站8家，二季度共检查政府网站30家，合格29家，合格率96.7%。",
        {"sites_checked": 30, "sites_qualified": 29, "site_pass_rate": 96.7},
    ),
    (
        "one predicate for two figures",
        "2023年第四季度检查通报\n本季度共检查政府网站50家、政务新媒体300个，发现5家网站、30个政务新媒体不合格，合格率分别为90%和90%。",
        {"sites_checked": 50, "accounts_checked": 300, "sites_unqualified": 5, "accounts_unqualified": 30},
    ),
    (
        "one predicate for two figures",
        "2022年第一季度检查通报\n检查发现3家政府网站和12个政务新媒体账号不合格。",
        {"sites_unqualified": 3, "accounts_unqualified": 12},
    ),
    (
        "problems with a rate behind them",
        "2022年第三季度检查通报\n检查政府网站40家，发现2家存在单项否决问题，合格率95%。检查政务新媒体100个，发现5个存在突出问题，合格率95%。",
        {
            "sites_checked": 40,
            "sites_unqualified": 2,
            "site_pass_rate": 95,
            "accounts_checked": 100,
            "accounts_unqualified": 5,
            "account_pass_rate": 95,
        },
    ),
    (
        "problems with a rate behind them",
        "2022年第三季度检查通报\n检查政府网站40家，6家存在问题。",
        {"sites_checked": 40, "sites_unqualified": None},
    ),
    (
        "long objects of a check",
        "2023年第一季度通报\n我办对全市各县区人民政府、市直各部门、各直属机构开办的68家政府网站进行了全覆盖、无死角、常态化的监测检查，不合格1家，合格率98.5%。",
        {"sites_checked": 68, "sites_unqualified": 1, "site_pass_rate": 98.5},
    ),
    (
        "long objects of a check",
        "2023年第二季度通报\n近日，市政府办公室组织第三方机构对全市35家政府网站进行了内容更新、互动回应、服务实用等方面的检查，合格34家，不合格1家，合格率97.1%。",
        {"sites_checked": 35, "sites_qualified": 34, "sites_unqualified": 1, "site_pass_rate": 97.1},
    ),
    (
        "so many of so many",
        "2022年第二季度政务新媒体检查通报\n随机抽查了全市860个政务新媒体中的172个，合格165个，不合格7个，合格率95.9%。",
        {
            "accounts_registered": 860,
            "accounts_checked": 172,
            "accounts_qualified": 165,
            "accounts_unqualified": 7,
            "account_pass_rate": 95.9,
        },
    ),
    (
        "so many of so many",
        "2023年第三季度政府网站抽查通报\n在全市120家政府网站中抽查了40家，全部合格，合格率100%。",
        {"sites_registered": 120, "sites_checked": 40, "site_pass_rate": 100},
    ),
    (
        "none found",
        "2024年第一季度检查通报\n检查结果显示，未发现不合格的政府网站和政务新媒体。",
        {"sites_unqualified": 0, "accounts_unqualified": 0},
    ),
    (
        "none found",
        "2024年第二季度检查通报\n检查政府网站15家，未发现不合格网站，合格率100%。",
        {"sites_checked": 15, "sites_unqualified": 0, "site_pass_rate": 100},
    ),
    (
        "days of publication",
        "2023年第一季度政府网站检查情况通报\n来源：市政府办公室 发布日期：2023-04-06 浏览次数：88\n检查政府网站20家，合格率100%。",
        {"published_on": "2023-04-06"},
    ),
    (
        "days of publication",
        "2023年第二季度政府网站检查情况通报\n发布时间： 2023-07-05 16:20 来源：某市人民政府\n检查政府网站20家，合格率100%。",
        {"published_on": "2023-07-05"},
    ),
    (
        "monthly and numbered checks",
        "关于2025年第5次政府网站检查情况的通报\n检查政府网站12家，合格12家，合格率100%。",
        {"sites_checked": 12, "period": {"year": 2025, "quarter": None}},
    ),
    (
        "monthly and numbered checks",
        "2024年11月份政府网站与政务新媒体检查情况通报\n检查政府网站12家，合格12家，合格率100%。",
        {"sites_checked": 12, "period": {"year": 2024, "quarter": None}},
    ),
    (
        "traditional characters",
        "關於2022年第三季度政府網站檢查情況的通報\n全市政府網站登記在冊30家，本季度檢查政府網站30家，合格29家，不合格1家，合格率96.7%。",
        {
            "sites_registered": 30,
            "sites_checked": 30,
            "sites_qualified": 29,
            "sites_unqualified": 1,
            "site_pass_rate": 96.7,
            "period": {"year": 2022, "quarter": 3},
        },
    ),
    (
        "traditional characters",
        "2021年第二季度政務新媒體檢查通報\n檢查政務新媒體帳號88個，不合格8個，合格率90.9%。",
        {"accounts_checked": 88, "accounts_unqualified": 8, "account_pass_rate": 90.9},
    ),
    (
        "so many of so many",
        "2022年第一季度政务新媒体抽查通报\n从全市500个政务新媒体账号中随机抽取50个进行检查，不合格2个，合格率96%。",
        {
            "accounts_registered": 500,
            "accounts_checked": 50,
            "accounts_unqualified": 2,
            "account_pass_rate": 96,
        },
    ),
    (
        "so many of so many",
        "2022年第一季度政府网站抽查通报\n从正在运行的80家政府网站中选取20家开展检查，合格19家，不合格1家，合格率95%。",
        {
            "sites_registered": 80,
            "sites_checked": 20,
            "sites_qualified": 19,
            "sites_unqualified": 1,
            "site_pass_rate": 95,
        },
    ),
    (
        "one predicate for two figures",
        "2023年第二季度检查通报\n抽查政府网站30家、政务新媒体100个，其中2家网站及6个账号存在单项否决问题，合格率分别为93.3%、94%。",
        {"sites_checked": 30, "accounts_checked": 100},
    ),
    (
        "one predicate for two figures",
        "2023年第二季度检查通报\n共有4家政府网站、11个政务新媒体被通报为不合格。",
        {"sites_unqualified": 4, "accounts_unqualified": 11},
    ),
    (
        "what websites do is no count of them",
        "2021年第四季度政府网站检查通报\n全市运行政府网站33家，检查33家，合格32家，合格率97%。共有29家网站可以在3个工作日内答复留言。",
        {"sites_registered": 33, "sites_checked": 33, "sites_qualified": 32, "site_pass_rate": 97},
    ),
    (
        "what websites do is no count of them",
        "2021年第四季度政府网站检查通报\n纳入监管的政府网站52家，全部检查，不合格4家，合格率92.3%。共有50家网站均设置了“我为政府网站找错”。",
        {"sites_registered": 52, "sites_unqualified": 4, "site_pass_rate": 92.3},
    ),
    (
        "a share as denominator",
        "2022年第一季度政府网站抽查通报\n全省共有政府网站1200家，抽查360家，抽查比例30%，合格350家，不合格10家，合格率97.2%。",
        {
            "sites_registered": 1200,
            "sites_checked": 360,
            "sites_qualified": 350,
            "sites_unqualified": 10,
            "site_pass_rate": 97.2,
        },
    ),
    (
        "what was done before a day",
        "2023年第三季度政府网站检查通报\n上次通报的3家网站均在7月20日前整改到位。请有关单位于10月20日前报送整改报告。\n2023年9月28日",
        {"deadline": "2023-10-20"},
    ),
    (
        "what was done before a day",
        "2023年第三季度政府网站检查通报\n检查政府网站9家。2023年8月31日前开设的账号均已登记。整改情况于10月15日前反馈。\n2023年9月28日",
        {"deadline": "2023-10-15"},
    ),
    (
        "the time of the check is no publication",
        "2023年第四季度政府网站检查通报\n检查时间：2023年11月20日—12月5日\n检查政府网站9家，合格9家。\n2023年12月18日",
        {"published_on": "2023-12-18"},
    ),
    (
        "months and days are no counts",
        "2024年第一季度政务新媒体检查通报\n检查账号60个，不合格3个，合格率95%。其中2个账号超过6个月未更新，限5个工作日整改，连续3个季度被通报的将注销。",
        {"accounts_checked": 60, "accounts_unqualified": 3, "account_pass_rate": 95},
    ),
    (
        "months and days are no counts",
        "2024年第一季度政府网站检查通报\n在为期2个月的检查中，检查政府网站25家，合格24家，合格率96%。",
        {"sites_checked": 25, "sites_qualified": 24, "site_pass_rate": 96},
    ),
    (
        "what is not mended yet",
        "2023年第一季度通报\n监测发现政府网站错误表述88处，截至3月20日已整改80处，8处尚未整改。\n2023年3月30日",
        {"errors_found": 88, "errors_rectified": 80},
    ),
    (
        "what is not mended yet",
        "2023年第一季度政府网站检查通报\n发现死链60条，整改完成45条，逾期未完成整改15条。",
        {"errors_found": 60, "errors_rectified": 45},
    ),
    (
        "earlier months beside a total",
        "2023年第四季度政务新媒体检查通报\n10月检查账号50个，不合格2个；11月检查账号60个，不合格1个；四季度共检查账号160个，不合格5个，合格率96.9%。",
        {"accounts_checked": 160, "accounts_unqualified": 5, "account_pass_rate": 96.9},
    ),
    (
        "problems with a rate behind them",
        "2023年第三季度检查通报\n对全县70个政务新媒体进行检查，4个存在问题，合格率94.3%。",
        {"accounts_checked": 70, "accounts_unqualified": 4, "account_pass_rate": 94.3},
    ),
    (
        "problems with a rate behind them",
        "2023年第三季度检查通报\n抽查政府网站16家，发现1家存在严重问题，被单项否决，合格率93.8%。",
        {"sites_checked": 16, "sites_unqualified": 1, "site_pass_rate": 93.8},
    ),
    (
        "long objects of a check",
        "2024年第二季度检查通报\n市大数据局依托政府网站集约化平台，对全市政府系统36家政府网站和210个政务新媒体账号进行了为期一个月的监测，网站全部合格，不合格政务新媒体6个，合格率97.1%。",
        {"sites_checked": 36, "accounts_checked": 210, "accounts_unqualified": 6, "account_pass_rate": 97.1},
    ),
    (
        "none found",
        "2022年第二季度政务新媒体检查通报\n检查政务新媒体75个，未发现存在单项否决问题的不合格政务新媒体，合格率100%。",
        {"accounts_checked": 75, "accounts_unqualified": 0, "account_pass_rate": 100},
    ),
    (
        "days of publication",
        "2022年第二季度政府网站检查通报\n日期： 2022年07月06日  来源： 市政府办  字号：大 中 小\n检查政府网站18家，合格率100%。",
        {"published_on": "2022-07-06"},
    ),
    (
        "days of publication",
        "2022年第二季度政府网站检查通报\n来源:县政府办公室 时间:2022/7/11 9:05:00\n检查政府网站8家，合格率100%。",
        {"published_on": "2022-07-11"},
    ),
    (
        "monthly and numbered checks",
        "某县2025年第3期政务新媒体检查通报\n检查政务新媒体30个，合格29个，合格率96.7%。",
        {
            "accounts_checked": 30,
            "accounts_qualified": 29,
            "account_pass_rate": 96.7,
            "period": {"year": 2025, "quarter": None},
        },
    ),
    (
        "monthly and numbered checks",
        "2023年5月政府网站检查情况通报\n检查政府网站10家，合格9家，合格率90%。",
        {
            "sites_checked": 10,
            "sites_qualified": 9,
            "site_pass_rate": 90,
            "period": {"year": 2023, "quarter": None},
        },
    ),
    (
        "traditional characters",
        "關於二〇二三年第一季度全縣政務新媒體檢查情況的通報\n全縣備案政務新媒體45個，檢查45個，發現不合格2個，合格率95.6%。請於4月20日前完成整改。\n2023年4月3日",
        {
            "accounts_registered": 45,
            "accounts_checked": 45,
            "accounts_unqualified": 2,
            "account_pass_rate": 95.6,
            "deadline": "2023-04-20",
        },
    ),
    (
        "no figure, but a list and a deadline",
        "关于2022年第二季度政府网站检查情况的通报\n本季度检查中发现个别网站更新不及时，名单附后。请于6月15日前完成整改。\n附件1\n不合格政府网站名单\n序号\t网站名称\t网站标识码\t存在问题\n1\t甲县人民政府\t6104220001\t首页未更新\n2022年7月1日",
        {"deadline": "2022-06-15", "sites_checked": None},
    ),
]
