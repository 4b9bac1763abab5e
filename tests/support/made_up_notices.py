"""Made-up notices in the styles in which such notices are published; figures written down by hand.

``NOTICES`` maps a name to (text, figures that must come out). Figures not named must be null, save the
period and dates, which are compared where they are named.
"""

from __future__ import annotations

from typing import Any

NOTICES: dict[str, tuple[str, dict[str, Any]]] = {}


def _add(name: str, text: str, **figures: Any) -> None:
    NOTICES[name] = (text, figures)


_add(
    "city_with_parts",
    """关于2022年第二季度全市政府网站和政务新媒体检查情况的通报
各县（市、区）人民政府，市直各单位：
市政府办公室组织开展了2022年第二季度全市政府网站和政务新媒体检查。现将有关情况通报如下：
一、总体情况
（一）政府网站。全市正在运行的政府网站40家，其中市政府门户网站1家，县（市、区）政府门户网站9家，市直部门网站30家。本季度抽查20家，合格19家，不合格1家，合格率95.0%。
（二）政务新媒体。全市纳入备案的政务新媒体共310个，其中微信公众号200个、新浪微博60个、抖音30个、其他20个。抽查150个，不合格6个，合格率96.0%。
二、存在问题
（一）个别网站栏目更新不及时。
（二）个别账号互动功能缺失。
三、工作要求
请不合格单位于2022年7月15日前将整改情况报市政府办公室。
附件：1.不合格政府网站名单
某市人民政府办公室
2022年6月28日
附件1
不合格政府网站名单
序号\t网站名称\t网站标识码\t存在问题
1\t某市水利局\t3701000012\t首页超过两周未更新
""",
    sites_registered=40,
    sites_checked=20,
    sites_qualified=19,
    sites_unqualified=1,
    site_pass_rate=95,
    accounts_registered=310,
    accounts_checked=150,
    accounts_unqualified=6,
    account_pass_rate=96,
    period={"year": 2022, "quarter": 2},
    published_on="2022-06-28",
    deadline="2022-07-15",
)
_add(
    "numbered_items",
    """2019年第三季度全市政府网站与政务新媒体检查情况
发布日期：2019-10-12
总体情况：1.政府网站方面：本次普查范围为我市登记在全国政府网站信息报送系统中正常运行的政府网站，共42家，其中市直部门网站28家，县（区）政府门户网站14家。本季度共检查42家。
2.政务新媒体方面：本季度检查范围为全市政府系统的政务新媒体，共211个，其中微信公众号150个（市直单位50个，县区100个）；新浪微博40个；抖音21个（市直单位20个，县区1个）。本季度共检查211个，不合格33个，合格率为84.36%。
""",
    sites_registered=42,
    sites_checked=42,
    accounts_registered=211,
    accounts_checked=211,
    accounts_unqualified=33,
    account_pass_rate=84.36,
    period={"year": 2019, "quarter": 3},
    published_on="2019-10-12",
)
_add(
    "full_inspection_in_one_breath",
    """某市2020年第四次政府网站和政务新媒体抽查情况通报
一、总体情况
（一）政府网站抽查情况。11月11日-11月17日，对全市正在运行的61个政府网站进行了全面抽查，包含市人民政府门户网站1个、县（市、区）政府门户网站13个和政府部门网站47个，抽查合格率100%。
（二）政务新媒体抽查情况。全市政务新媒体400个，包括330个微信公众号、42个新浪微博、28个其他平台账号。对280个政务新媒体账号进行了抽查，抽查比例70%，抽查合格率100%。
某市政务服务和大数据管理局
2020年11月30日
""",
    sites_registered=61,
    sites_checked=61,
    site_pass_rate=100,
    accounts_checked=280,
    account_pass_rate=100,
    accounts_registered=400,
    period={"year": 2020, "quarter": None},
    published_on="2020-11-30",
)
_add(
    "report_of_a_city",
    """关于第四季度政府网站及政务新媒体抽查情况的报告
截至2020年11月，全市正常运行政府网站58个，其中市政府门户网站1个，市政府工作部门网站36个，县级政府门户网站21个。
一、四季度工作情况
11月中旬对各县区和各部门网站及政府系统政务新媒体进行了抽查，抽查政府网站40个，合格政府网站37个，不合格政府网站3个，合格率93%。抽查政务新媒体130个，合格新媒体100个，不合格新媒体30个，合格率77%。
二、发现的主要问题
甲县在线等24个政务新媒体账号超过2周未更新；6个账号长期未更新。
""",
    sites_registered=58,
    sites_checked=40,
    sites_qualified=37,
    sites_unqualified=3,
    site_pass_rate=93,
    accounts_checked=130,
    accounts_qualified=100,
    accounts_unqualified=30,
    account_pass_rate=77,
    period={"year": 2020, "quarter": 4},
)
_add(
    "fail_rate",
    """某市人民政府办公厅关于2017年第三季度全市政府网站普查情况的通报
本次普查范围为我市登记在全国政府网站信息报送系统中正常运行的政府网站，共54家，比上季度减少了7家。其中市直部门网站34家，县（市）区政府门户网站12家，县直部门网站8家。此次普查发现不合格网站1家，不合格率1.85%。
""",
    sites_registered=54,
    sites_unqualified=1,
    period={"year": 2017, "quarter": 3},
)
_add(
    "accounts_by_region",
    """关于2020年三季度政府网站及政务新媒体抽查情况的通报
发布日期：2020年07月29日
一、总体情况
（一）网站抽查情况。市政府办公室于7月中旬对全市40家政府网站进行了抽查，其中，30家网站均被抽查出一定的问题，90分以上的网站38家，占比95%。
（二）新媒体抽查情况。7月中旬，分批次对全市正在运行的139个政务新媒体进行了全面检查。其中，市直部门22家，地方各级政府及部门117家。抽查发现39家政务新媒体不合格，总体合格率72%。
""",
    sites_checked=40,
    accounts_registered=139,
    accounts_checked=139,
    accounts_unqualified=39,
    account_pass_rate=72,
    period={"year": 2020, "quarter": 3},
    published_on="2020-07-29",
)
_add(
    "province_sample",
    """某省人民政府办公厅关于2018年第三季度全省政府网站抽查情况的通报
2018-12-12 11:13 来源：某省人民政府网站
根据《国务院办公厅秘书局关于2018年第二季度全国政府网站抽查情况的通报》要求，省政府办公厅组织开展了2018年第三季度全省政府网站抽查工作。
一、总体情况
截至目前，我省列入全国普查工作的正常运行政府网站共计736个；2018年第三季度新增永久下线政府网站68个。本次共抽查了全省500个政府网站，占网站总数的67.9%，合格率99%。抽查发现不合格网站5个，主要存在超期未更新等问题。另外，第三季度网民通过“我为政府网站找错”监督举报平台，反映的我省政府网站问题共计593条。
二、工作要求
各市的整改及问责情况，于2018年10月26日前书面报送省政府办公厅。
""",
    sites_registered=736,
    sites_checked=500,
    sites_unqualified=5,
    site_pass_rate=99,
    feedback_received=593,
    period={"year": 2018, "quarter": 3},
    published_on="2018-12-12",
    deadline="2018-10-26",
)
_add(
    "rise_in_points",
    """2017年第三季度全省政府网站抽查情况
此次共抽查政府网站277个，占全省运行政府网站总数的30.5%；抽查合格率94.2%，较第二季度提高1.1个百分点。甲、乙两市抽查合格率为100%，丙市由上季度的100%下降至85.7%。
“我为政府网站找错”监督举报平台第三季度共收到网民留言265条，按期办结率100%。
全省有16个政府网站被判定为不合格。
""",
    sites_checked=277,
    sites_unqualified=16,
    site_pass_rate=94.2,
    feedback_received=265,
    feedback_on_time_rate=100,
    period={"year": 2017, "quarter": 3},
)
_add(
    "accounts_of_a_province",
    """省人民政府办公厅关于2025年第二季度全省政府系统政务新媒体抽查情况通报
本次抽查时间范围为2025年4月1日至6月15日，抽查对象为我省在全国政务新媒体信息报送系统备案的政务微博、微信等政务新媒体账号，共计471个。抽查结果显示，政务新媒体总体合格率为90.87%，其中微信公众号、新浪微博、抖音短视频、今日头条合格率分别为95.57%、92.13%、90.91%、69.81%（详见附件）。
二、主要问题
随机抽查的53个“今日头条”账号中，16个超过2周未更新，合格率不足70%。
""",
    accounts_checked=471,
    account_pass_rate=90.87,
    period={"year": 2025, "quarter": 2},
)
_add(
    "quarterly_sample_rate",
    """某省2021年二季度全省政务新媒体抽查检查情况的通报
一、总体情况
截至2021年6月30日，全省共有政务新媒体账号4,935个。二季度共抽查检查政务新媒体账号591个，抽查比例为12%。抽查检查发现不合格政务新媒体账号25个，总体合格率95.77%。
二、存在问题
一是账号开设还不规范。二是整改落实还不到位。
2021年7月8日
""",
    accounts_registered=4935,
    accounts_checked=591,
    accounts_unqualified=25,
    account_pass_rate=95.77,
    period={"year": 2021, "quarter": 2},
    published_on="2021-07-08",
)
_add(
    "county_letters",
    """关于2023年第一季度全县政府网站与政务新媒体检查情况的通报
2023年第一季度，“领导信箱”共收到网民来信309封，按期办结292封，按期办结率94.5%。
截至目前，我县纳入《全国政务新媒体信息报送系统》的政务新媒体共38个，包括微信服务号4个、订阅号17个、微博3个、抖音3个、头条1个、微信视频号10个。
""",
    accounts_registered=38,
    feedback_received=309,
    feedback_on_time=292,
    feedback_on_time_rate=94.5,
    period={"year": 2023, "quarter": 1},
)
_add(
    "district",
    """某区人民政府办公室关于2022年第四季度政府网站和政府系统政务新媒体检查情况的通报
2023年01月13日
一、总体情况
（一）2022年三季度通报问题整改情况。问题均已完成整改，但15个单位未按要求上报整改情况（附件1）。
（二）政府网站检查情况。四季度，区政府门户网站共计发布信息5965条，其中动态类信息662条，政府信息公开栏目信息5303条。
（三）政府系统政务新媒体检查情况。全区在“全国政务新媒体信息报送系统”中登记在运行的政府系统政务新媒体有51个，检查发现不合格政务新媒体3个（附件2），合格率94.12%。
二、存在的主要问题
""",
    accounts_registered=51,
    accounts_unqualified=3,
    account_pass_rate=94.12,
    period={"year": 2022, "quarter": 4},
    published_on="2023-01-13",
)
_add(
    "nothing_failed",
    """某市人民政府办公室关于2025年第一季度全市政府网站与政府系统政务新媒体检查情况的通报
一、总体情况
（一）政府网站检查情况。全覆盖检查全市政府网站48个，其中市政府门户网站1个、县（区）政府门户网站8个、市级部门网站39个，未发现突出问题。截至3月20日，收到“我为政府网站找错”平台网友留言9条，按期办结9条。
（二）政务新媒体检查情况。全覆盖检查全市政府系统政务新媒体273个，其中微信公众号190个、新浪微博50个、移动客户端3个、其他类政务新媒体30个，未发现不合格的政务新媒体。
2025年3月25日
""",
    sites_checked=48,
    accounts_checked=273,
    accounts_unqualified=0,
    feedback_received=9,
    feedback_on_time=9,
    period={"year": 2025, "quarter": 1},
    published_on="2025-03-25",
)
_add(
    "both_kinds_in_one_sentence",
    """某省人民政府办公厅关于2020年第三季度全省政府网站检查情况的通报
一、总体情况
三季度，对全省134家政府网站、381家政务新媒体进行了全面检查，政府网站合格率94.3%，政务新媒体合格率83.5%。8家政府网站、63家政务新媒体不同程度存在问题（见附件1、附件2）。
二、主要问题
仍有54家政务新媒体未开设有效的咨询建言互动渠道，有26家政务新媒体更新不及时。
""",
    sites_checked=134,
    accounts_checked=381,
    site_pass_rate=94.3,
    account_pass_rate=83.5,
    period={"year": 2020, "quarter": 3},
)
_add(
    "full_width_digits",
    """２０２３年第二季度全市政府网站检查情况通报
抽查政府网站３２家，合格３１家，不合格１家，合格率９６．９％。
二〇二三年六月三十日
""",
    sites_checked=32,
    sites_qualified=31,
    sites_unqualified=1,
    site_pass_rate=96.9,
    period={"year": 2023, "quarter": 2},
    published_on="2023-06-30",
)
_add(
    "chinese_numerals",
    """某县二〇二二年政府网站和政务新媒体2022年第3季度检查情况通报
本次检查政务新媒体二十四个，合格二十二个，不合格两个，合格率百分之九十二。
""",
    accounts_checked=24,
    accounts_qualified=22,
    account_pass_rate=92,
    period={"year": 2022, "quarter": 3},
)
_add(
    "ministry",
    """某部2021年第四季度政府网站与政务新媒体检查情况
2021年第四季度，我部对所属17家政府网站、21个政务新媒体开展了检查。政府网站合格率100%，政务新媒体合格率95.2%，不合格政务新媒体1个。
截至12月10日，收到“我为政府网站找错”网民留言12件，已办结12件，按期办结率100%。
2021年12月20日
""",
    sites_checked=17,
    site_pass_rate=100,
    accounts_checked=21,
    accounts_unqualified=1,
    account_pass_rate=95.2,
    feedback_received=12,
    feedback_handled=12,
    feedback_on_time_rate=100,
    period={"year": 2021, "quarter": 4},
    published_on="2021-12-20",
)
_add(
    "errors_and_mending",
    """2022年第一季度全市政府网站和政务新媒体检查情况通报
检查政府网站30家，全部合格，合格率100%。
专项检查共发现错误表述120处，截至3月20日，已完成整改114处，整改率95%。
2022年3月28日
""",
    sites_checked=30,
    site_pass_rate=100,
    errors_found=120,
    errors_rectified=114,
    period={"year": 2022, "quarter": 1},
    published_on="2022-03-28",
)
_add(
    "list_of_numbered_lines",
    """2021年第三季度政务新媒体抽查情况通报
共抽查政务新媒体60个，不合格3个，合格率95%。
请有关单位于10月15日前完成整改。
2021年9月30日
附件
不合格政务新媒体名单
1.甲县公安局“甲县公安”新浪微博
2.乙县卫生健康局“健康乙县”微信公众号
3.丙区司法局“法治丙区”抖音号
""",
    accounts_checked=60,
    accounts_unqualified=3,
    account_pass_rate=95,
    deadline="2021-10-15",
    period={"year": 2021, "quarter": 3},
    published_on="2021-09-30",
)
_add(
    "last_quarter_mended",
    """2023年第三季度全市政府网站和政务新媒体检查情况的通报
上季度通报的4家不合格网站已全部完成整改，复查合格率100%。本季度检查政府网站44家，不合格网站2家，合格率95.45%，环比上升1.2个百分点。
""",
    sites_checked=44,
    sites_unqualified=2,
    site_pass_rate=95.45,
    period={"year": 2023, "quarter": 3},
)
_add(
    "levels_with_own_rates",
    """2022年第三季度全省政府网站抽查情况通报
全省共抽查政府网站200家，总体合格率97.5%。其中，市县门户网站100家，合格率99%；部门网站100家，合格率96%。
""",
    sites_checked=200,
    site_pass_rate=97.5,
    period={"year": 2022, "quarter": 3},
)
_add(
    "ten_thousands",
    """2021年第一季度全国政府网站和政务新媒体检查情况
全国正在运行的政府网站1.4万家，共抽查政府网站2800家，占运行政府网站总数的20%，总体合格率98.3%。
""",
    sites_registered=14000,
    sites_checked=2800,
    site_pass_rate=98.3,
    period={"year": 2021, "quarter": 1},
)
_add(
    "about",
    """2021年第二季度全省政务新媒体检查情况通报
全省共有政务新媒体账号3000余个，检查政务新媒体800个，不合格8个，合格率99%。
""",
    accounts_checked=800,
    accounts_unqualified=8,
    account_pass_rate=99,
    period={"year": 2021, "quarter": 2},
)
_add(
    "two_problems_of_one_site",
    """2020年第二季度全市政府网站检查情况通报
检查政府网站25家，不合格网站2家，合格率92%。
附件1
不合格政府网站名单
序号\t网站名称\t网站标识码\t存在问题
1\t甲县人民政府\t3702000001\t首页超过两周未更新
2\t甲县人民政府\t3702000001\t空白栏目超过5个
3\t乙县人民政府\t3702010003\t网站无法访问
""",
    sites_checked=25,
    sites_unqualified=2,
    site_pass_rate=92,
    period={"year": 2020, "quarter": 2},
)
_add(
    "table_with_bars",
    """2022年第四季度全市政务新媒体检查情况通报
全市在册政务新媒体120个，检查120个，不合格2个，合格率98.3%。
附件：不合格政务新媒体名单
| 序号 | 新媒体标识码 | 账号类型 | 账号名称 | 主办单位 | 存在问题 |
| 1 | 370102M001WX0001 | 公众号 | 甲区发布 | 甲区人民政府 | 超过两周未更新 |
| 2 | 370102M002XL0001 | 微博 | 甲区文旅 | 甲区文化和旅游局 | 超过两周未更新 |
""",
    accounts_registered=120,
    accounts_checked=120,
    accounts_unqualified=2,
    account_pass_rate=98.3,
    period={"year": 2022, "quarter": 4},
)
_add(
    "sections_start_anew",
    """2021年第一季度全县政府网站检查情况通报
一、总体情况
检查政府网站3家，合格3家，合格率100%。
二、存在问题
（一）更新不及时。
（二）互动不足。
三、要求
（一）压实责任。
（二）加强整改。
附：工作指引
一、适用范围
二、整改办法
""",
    sites_checked=3,
    sites_qualified=3,
    site_pass_rate=100,
    period={"year": 2021, "quarter": 1},
)

_add(
    "second_kind_goes_with_the_first",
    """2022年第一季度全区政府网站与政务新媒体检查情况通报
全区共有政府网站1家，政务新媒体76个，其中微信公众号60个，微博10个，其他6个。本季度共检查政府网站1家、政务新媒体76个，检查比例均为100%。政务新媒体合格74个，不合格2个，合格率97.37%。
请于2022年4月10日前将整改报告报送区政府办。
区政府办公室
2022年3月31日
""",
    sites_registered=1,
    sites_checked=1,
    accounts_registered=76,
    accounts_checked=76,
    accounts_qualified=74,
    accounts_unqualified=2,
    account_pass_rate=97.37,
    deadline="2022-04-10",
    period={"year": 2022, "quarter": 1},
    published_on="2022-03-31",
)
_add(
    "thousands_and_two_samples",
    """关于全市政府网站和政务新媒体2020年第一季度抽查情况的通报
全市现有政府网站57家，抽查政府网站20家，抽查比例为35.1%，合格19家，合格率95%，同比提高2个百分点。全市现有政务新媒体1,203个，抽查361个，抽查比例30%，合格343个，不合格18个，合格率95.0%，环比下降0.5个百分点。
""",
    sites_registered=57,
    sites_checked=20,
    sites_qualified=19,
    site_pass_rate=95,
    accounts_registered=1203,
    accounts_checked=361,
    accounts_qualified=343,
    accounts_unqualified=18,
    account_pass_rate=95,
    period={"year": 2020, "quarter": 1},
)

_add(
    "other_places_share",
    """关于2019年第二次全省政府网站抽查情况的通报
省政府办公厅对全省210家政府网站进行了抽查，占全省正常运行网站总数的31.4%（含省政务服务网站群网站96家），抽查范围包括市州、县区政府门户网站以及今年一季度抽查不合格的11家省政府部门网站，其中14家网站不合格，总体合格率为93.3%。有5家县区政府门户网站不合格，一季度不合格的省政府部门网站中仍有3家不合格。
东山、西河等6市网站抽查合格率达到100%，3个市网站抽查合格率不足90%。北边等9个地区政府网站抽查合格率为100%。
""",
    sites_checked=210,
    sites_unqualified=14,
    site_pass_rate=93.3,
    period={"year": 2019, "quarter": None},
)
_add(
    "two_platforms_for_all",
    """2023年第四季度全州政府网站和政务新媒体检查情况的通报
目前，全州纳入监管的政府网站共有48个，政务微信、政务微博共有81个。其中：县（市）级政府网站15个，州直部门政府网站33个；县（市）政务微博、政务微信36个，州直部门政务微博、政务微信45个。经检查，全州有不合格政务微信、政务微博19个，未发现不合格政府网站。
""",
    sites_registered=48,
    sites_unqualified=0,
    accounts_registered=81,
    accounts_unqualified=19,
    period={"year": 2023, "quarter": 4},
)
_add(
    "both_in_one_breath",
    """关于2023年第一季度全市政府网站及政务新媒体检查情况的通报
2023年3月，我市对全市在线运行政府网站26个和政务新媒体94个的健康状况、信息内容等方面进行全面巡查检测，检查比例为100%。经检查，我市政府网站总体合格率96.2%，政务新媒体总体合格率97.9%。
我市在线运行政府网站26个，整体运行情况良好，但仍有1个政府网站存在弄虚作假问题被单项否决。全市94个政务新媒体运行情况总体良好。
""",
    sites_registered=26,
    sites_checked=26,
    sites_unqualified=1,
    site_pass_rate=96.2,
    accounts_checked=94,
    account_pass_rate=97.9,
    period={"year": 2023, "quarter": 1},
)
_add(
    "so_far_this_year",
    """关于2025年第5次政府网站与政务新媒体检查情况的通报
目前，全市共有运行政府网站31家，检查覆盖率达100%，未发现不合格网站，总体合格率100%。
累计检查全市各类政务新媒体72个，涵盖微信公众号、微博等平台，未发现内容更新不及时等问题，总体合格率100%。
""",
    sites_registered=31,
    sites_unqualified=0,
    site_pass_rate=100,
    accounts_checked=72,
    account_pass_rate=100,
    period={"year": 2025, "quarter": None},
)
_add(
    "outstanding_problems",
    """关于2022年第四季度全市政府网站和政务新媒体检查情况的通报
四季度，我们对全市正常运行的49家政府网站（其中市直部门（含经开区）网站40家，政府门户网站9家）进行全覆盖检查，发现3家存在突出问题，合格率93.9%。对全市正常运行的205家政务新媒体进行全覆盖检查，发现4家存在突出问题，合格率98.0%。
""",
    sites_registered=49,
    sites_checked=49,
    sites_unqualified=3,
    site_pass_rate=93.9,
    accounts_registered=205,
    accounts_checked=205,
    accounts_unqualified=4,
    account_pass_rate=98,
    period={"year": 2022, "quarter": 4},
)

_add(
    "found_by_level",
    """关于2024年第三季度全州政府网站和政务新媒体检查情况的通报
（一）政府网站检查情况。对全州正在运行的1个州政府网站、18个州政府部门网站、17个县级政府网站进行全覆盖检查，发现存在突出问题的州政府部门网站2个、县级政府网站8个。
（二）政务新媒体检查情况。全州登记的在运行政务新媒体301个，检查发现9个存在问题，总体合格率为97%。
（三）视频号检查情况。发现存在突出问题的政务新媒体9个。
""",
    accounts_unqualified=9,
    accounts_registered=301,
    account_pass_rate=97,
    period={"year": 2024, "quarter": 3},
)

_add(
    "a_rate_each",
    """2019年下半年政府网站与政务新媒体检查情况的通报
下半年共检查市（州）政府和省直部门（单位）开设的58个政府网站及141个政务新媒体，总体合格率分别为100%和89.4%。
""",
    sites_checked=58,
    site_pass_rate=100,
    accounts_checked=141,
    account_pass_rate=89.4,
    period={"year": 2019, "quarter": None},
)

#: (name of a notice, words of it, words put in their place, the check that must tell, its severity)
PLANTED = [
    ("city_with_parts", "合格率95.0%", "合格率94.0%", "rate", "error"),
    ("city_with_parts", "合格19家", "合格18家", "parts_total", "error"),
    ("city_with_parts", "合格19家", "合格20家", "parts_total", "error"),
    ("city_with_parts", "市直部门网站30家", "市直部门网站31家", "parts_total", "error"),
    ("city_with_parts", "抖音30个", "抖音31个", "parts_total", "error"),
    ("city_with_parts", "2022年7月15日前", "2022年6月15日前", "deadline", "error"),
    ("city_with_parts", "2022年7月15日前", "2022年6月31日前", "date", "error"),
    ("city_with_parts", "开展了2022年第二季度", "开展了2022年第一季度", "quarter", "error"),
    ("city_with_parts", "三、工作要求", "二、工作要求", "section_number", "error"),
    ("city_with_parts", "三、工作要求", "四、工作要求", "section_number", "error"),
    ("city_with_parts", "（二）个别账号", "（一）个别账号", "section_number", "error"),
    ("city_with_parts", "3701000012", "37010000123", "identifier_form", "error"),
    ("city_with_parts", "首页超过两周未更新\n", "首页\n2\t甲局\t3701000013\t首页\n", "annex_rows", "error"),
    ("city_with_parts", "抽查150个", "抽查350个", "checked_over_registered", "error"),
    ("numbered_items", "84.36%", "84.63%", "rate", "error"),
    ("full_inspection_in_one_breath", "抽查比例70%", "抽查比例75%", "rate", "warning"),
    ("full_inspection_in_one_breath", "42个新浪微博", "43个新浪微博", "parts_total", "error"),
    ("report_of_a_city", "合格率77%", "合格率79%", "rate", "error"),
    ("fail_rate", "1.85%", "1.58%", "rate", "note"),
    ("province_sample", "67.9%", "76.9%", "rate", "warning"),
    ("rise_in_points", "94.2%", "95.2%", "rate", "error"),
    ("county_letters", "94.5%", "95.4%", "rate", "error"),
    ("county_letters", "微博3个", "微博4个", "parts_total", "error"),
    ("errors_and_mending", "整改率95%", "整改率97%", "rate", "error"),
    ("errors_and_mending", "截至3月20日", "截至4月20日", "date_after_publication", "error"),
    ("errors_and_mending", "114处", "124处", "rectified_over_found", "error"),
    ("list_of_numbered_lines", "不合格3个，合格率95%", "不合格4个，合格率93%", "annex_rows", "error"),
    ("list_of_numbered_lines", "10月15日前", "9月15日前", "deadline", "error"),
    ("table_with_bars", "370102M002XL0001", "370102M001WX0001", "identifier_duplicate", "error"),
    ("table_with_bars", "| 微博 |", "| 抖音 |", "code_letters", "warning"),
    ("levels_with_own_rates", "抽查政府网站200家", "抽查政府网站200家，不合格9家", "rate", "error"),
    ("full_width_digits", "９６．９％", "９６．８％", "rate", "note"),
    ("last_quarter_mended", "95.45%", "94.55%", "rate", "error"),
]
