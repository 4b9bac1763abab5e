"""Names: areas, departments, columns, accounts and headlines of the sandbox city."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from jiancha_sandbox.rules import Kind


class Area(NamedTuple):
    """A county-level area: GB/T 2260 code, full and short name, host label of its portal."""

    code: str
    name: str
    short: str
    label: str


class ColumnName(NamedTuple):
    """A column's folder, name and kind. The name alone tells a person the kind."""

    slug: str
    name: str
    kind: Kind


class Subject(NamedTuple):
    """What an account is about: patterns of its name ({p} short area) and its owner ({c} full area)."""

    name: str
    owner: str


CITY = Area("610400", "咸阳市", "咸阳", "xianyang")

#: 610403 杨陵区 is inspected by 杨凌示范区, not by the city.
COUNTIES = (
    Area("610402", "秦都区", "秦都", "snqindu"),
    Area("610404", "渭城区", "渭城", "snweicheng"),
    Area("610422", "三原县", "三原", "snsanyuan"),
    Area("610423", "泾阳县", "泾阳", "snjingyang"),
    Area("610424", "乾县", "乾县", "snqianxian"),
    Area("610425", "礼泉县", "礼泉", "snliquan"),
    Area("610426", "永寿县", "永寿", "snyongshou"),
    Area("610428", "长武县", "长武", "snchangwu"),
    Area("610429", "旬邑县", "旬邑", "snxunyi"),
    Area("610430", "淳化县", "淳化", "snchunhua"),
    Area("610431", "武功县", "武功", "snwugong"),
    Area("610481", "兴平市", "兴平", "snxingping"),
    Area("610482", "彬州市", "彬州", "snbinzhou"),
)

#: Host label and name of the 42 departments; the two with a fixed code stand in the 2021 Q1 notice.
DEPARTMENTS = (
    ("fgw", "发展和改革委员会"),
    ("jyj", "教育局"),
    ("kjj", "科学技术局"),
    ("gxj", "工业和信息化局"),
    ("mzzj", "民族宗教事务局"),
    ("gaj", "公安局"),
    ("mzj", "民政局"),
    ("sfj", "司法局"),
    ("czj", "财政局"),
    ("rsj", "人力资源和社会保障局"),
    ("zrzyj", "自然资源局"),
    ("sthjj", "生态环境局"),
    ("zjj", "住房和城乡建设局"),
    ("jtj", "交通运输局"),
    ("slj", "水利局"),
    ("nyj", "农业农村局"),
    ("swj", "商务局"),
    ("wlj", "文化和旅游局"),
    ("wjw", "卫生健康委员会"),
    ("tyjrj", "退役军人事务局"),
    ("yjj", "应急管理局"),
    ("sjj", "审计局"),
    ("gzw", "国有资产监督管理委员会"),
    ("scjgj", "市场监督管理局"),
    ("tyj", "体育局"),
    ("tjj", "统计局"),
    ("lyj", "林业局"),
    ("ybj", "医疗保障局"),
    ("spj", "行政审批服务局"),
    ("cgj", "城市管理执法局"),
    ("xfj", "信访局"),
    ("zsj", "招商局"),
    ("fpj", "扶贫开发局"),
    ("rfb", "人民防空办公室"),
    ("jrj", "金融工作局"),
    ("dsj", "大数据管理局"),
    ("gjj", "住房公积金管理中心"),
    ("ggzy", "公共资源交易中心"),
    ("dzj", "地震局"),
    ("qxj", "气象局"),
    ("gxs", "供销合作社联合社"),
    ("jgsw", "机关事务服务中心"),
)

_NEWS, _NOTICE, _POLICY, _YEARLY, _ARCHIVE = Kind.NEWS, Kind.NOTICE, Kind.POLICY, Kind.YEARLY, Kind.ARCHIVE

DEPARTMENT_COLUMNS = (
    ColumnName("gzdt", "工作动态", _NEWS),
    ColumnName("bmyw", "部门要闻", _NEWS),
    ColumnName("xqdt", "县区动态", _NEWS),
    ColumnName("tpxw", "图片新闻", _NEWS),
    ColumnName("tzgg", "通知公告", _NOTICE),
    ColumnName("gsgg", "公示公告", _NOTICE),
    ColumnName("zcwj", "政策文件", _POLICY),
    ColumnName("zcjd", "政策解读", _POLICY),
    ColumnName("ldxx", "领导信息", _YEARLY),
    ColumnName("jgzn", "机构职能", _YEARLY),
    ColumnName("bmgk", "部门概况", _YEARLY),
    ColumnName("gkml", "信息公开目录", _YEARLY),
    ColumnName("rsxx", "人事信息", _YEARLY),
    ColumnName("ghjh", "规划计划", _YEARLY),
    ColumnName("yjsgk", "预决算公开", _YEARLY),
    ColumnName("tjxx", "统计信息", _YEARLY),
    ColumnName("jytabl", "建议提案", _YEARLY),
    ColumnName("fzjs", "法治建设", _YEARLY),
    ColumnName("wqzt", "往期专题", _ARCHIVE),
)

#: {p} is the short name of the area.
PORTAL_COLUMNS = (
    ColumnName("zwyw", "{p}要闻", _NEWS),
    ColumnName("bmdt", "部门动态", _NEWS),
    ColumnName("jcdt", "基层动态", _NEWS),
    ColumnName("tpxw", "图片新闻", _NEWS),
    ColumnName("xxsd", "信息速递", _NEWS),
    ColumnName("tzgg", "通知公告", _NOTICE),
    ColumnName("gsgg", "公示公告", _NOTICE),
    ColumnName("zcwj", "政策文件", _POLICY),
    ColumnName("zcjd", "政策解读", _POLICY),
    ColumnName("gfxwj", "规范性文件", _POLICY),
    ColumnName("ldzc", "领导之窗", _YEARLY),
    ColumnName("jgsz", "机构设置", _YEARLY),
    ColumnName("gaik", "{p}概况", _YEARLY),
    ColumnName("gkzn", "信息公开指南", _YEARLY),
    ColumnName("gknb", "信息公开年报", _YEARLY),
    ColumnName("rsrm", "人事任免", _YEARLY),
    ColumnName("ghjh", "规划计划", _YEARLY),
    ColumnName("czyjs", "财政预决算", _YEARLY),
    ColumnName("tjsj", "统计数据", _YEARLY),
    ColumnName("zfcg", "政府采购", _YEARLY),
    ColumnName("zdxm", "重点项目", _YEARLY),
    ColumnName("jytabl", "建议提案", _YEARLY),
    ColumnName("yshj", "营商环境", _YEARLY),
    ColumnName("lszl", "历史资料", _ARCHIVE),
)

SUBJECTS = (
    Subject("健康{p}", "{c}卫生健康局"),
    Subject("平安{p}", "{c}公安局"),
    Subject("{p}发布", "{c}人民政府办公室"),
    Subject("{p}教育", "{c}教育局"),
    Subject("{p}市场监管", "{c}市场监督管理局"),
    Subject("法治{p}", "{c}司法局"),
    Subject("{p}文旅", "{c}文化和旅游局"),
    Subject("{p}应急", "{c}应急管理局"),
    Subject("{p}人社", "{c}人力资源和社会保障局"),
    Subject("{p}自然资源", "{c}自然资源局"),
    Subject("{p}住建", "{c}住房和城乡建设局"),
    Subject("{p}交通", "{c}交通运输局"),
    Subject("{p}农业农村", "{c}农业农村局"),
    Subject("{p}医保", "{c}医疗保障局"),
    Subject("{p}双拥", "{c}退役军人事务局"),
    Subject("{p}城管", "{c}城市管理执法局"),
    Subject("{p}交警在线", "{c}公安局交通警察大队"),
    Subject("{p}水利", "{c}水利局"),
    Subject("{p}民政", "{c}民政局"),
    Subject("{p}审批服务", "{c}行政审批服务局"),
)

#: Headlines by kind of column. {org} the publisher, {topic} a matter, {y} {m} {d} a day after that of
#: publication, {py} {pm} {pd} a day before it, {n} a number.
HEADLINES: dict[Kind, tuple[str, ...]] = {
    Kind.NEWS: (
        "{org}召开{topic}工作推进会",
        "{org}开展{topic}专项检查",
        "{org}深入基层调研{topic}工作",
        "{org}组织{topic}业务培训",
        "全市{topic}工作会议定于{y}年{m}月{d}日召开",
        "{org}扎实推进{topic}工作",
        "{org}举办“{topic}”主题宣传活动",
        "{org}传达学习{pm}月{pd}日全市{topic}电视电话会议精神",
        "市人大代表视察{topic}工作",
        "{org}{topic}工作再上新台阶",
    ),
    Kind.NOTICE: (
        "关于做好{topic}工作的通知",
        "关于{y}年{m}月{d}日开展{topic}检查的公告",
        "{org}关于{topic}项目的公示",
        "关于召开{topic}听证会的公告({y}-{m:02d}-{d:02d})",
        "关于{topic}第{n}批名单的公示",
        "关于征求{topic}实施细则意见的公告",
    ),
    Kind.POLICY: (
        "关于印发《{topic}实施方案》的通知",
        "《{topic}管理办法》政策解读",
        "关于进一步加强{topic}工作的意见",
        "一图读懂:{topic}若干措施",
        "咸政办发〔{py}〕{n}号 关于{topic}的实施意见",
    ),
    Kind.YEARLY: (
        "{py}年度{topic}情况",
        "{org}{topic}有关情况说明",
        "{org}关于{topic}的报告",
        "{topic}工作情况表(截至{py}年{pm}月{pd}日)",
        "{org}{topic}信息",
    ),
    Kind.ARCHIVE: ("{topic}专题", "{py}年{topic}专题", "{topic}工作回顾"),
}

TOPICS = (
    "安全生产", "营商环境", "乡村振兴", "污染防治", "食品安全", "疫情防控", "森林防火", "防汛抗旱",
    "招商引资", "就业创业", "义务教育", "医疗保障", "养老服务", "政务公开", "信访维稳", "法治建设",
    "道路交通", "老旧小区改造", "粮食生产", "文明城市创建", "普法宣传", "数字政府", "双随机抽查",
    "项目建设", "节能降耗",
)  # fmt: skip


#: What service guides are about.
SERVICES = (
    "社会团体成立登记", "医疗机构执业许可", "食品经营许可证核发", "建筑工程施工许可", "道路运输经营许可",
    "老年人优待证办理", "失业保险金申领", "公共场所卫生许可", "户外广告设施设置许可", "取水许可审批",
    "民办学校设立审批", "残疾人证办理", "城乡低保申请", "农药经营许可", "临时占用林地审批",
)  # fmt: skip


def headline(kind: Kind, org: str, moment: datetime, salt: int) -> str:
    """A headline of something published at ``moment``; ``salt`` picks the words.

    Days named in headlines are those of meetings and hearings, some days before or after publication.
    """
    mixed = (salt * 15_485_863 + 104_729) & 0xFFFFFFF
    after = datetime.fromordinal(moment.toordinal() + 2 + mixed % 40)
    before = datetime.fromordinal(moment.toordinal() - 1 - mixed % 20)
    bank = HEADLINES[kind]
    return bank[(mixed >> 4) % len(bank)].format(
        org=org,
        topic=TOPICS[(mixed >> 9) % len(TOPICS)],
        n=1 + mixed % 30,
        **{"y": after.year, "m": after.month, "d": after.day},
        **{"py": before.year, "pm": before.month, "pd": before.day},
    )
