"""Slips of the pen (错误表述) on the sites of city departments: 332 stood there in the first quarter of 2021.

Each is a wrong form in the headline or in the text of an article. On most of them the office was warned and
mended them by 15 March, twenty only in April. The forms are commonplace ones, gathered for the play alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from jiancha.registry.model import Level
from jiancha.windows import ZONE
from jiancha_sandbox.faults import PageFaults
from jiancha_sandbox.history import dice
from jiancha_sandbox.rules import Kind
from jiancha_sandbox.sites import CitySite, Column

TOTAL, LEFT = 332, 20
#: The articles with slips appear in these days; all but a few are mended on the third.
FIRST, LAST, MENDED = date(2021, 1, 16), date(2021, 2, 15), date(2021, 3, 12)
MENDED_LATE = date(2021, 4, 20)
_MOST = 16  # of one site
_IN_HEADLINE = 0.3


class Form(NamedTuple):
    """A wrong form, the right one, and a sentence with a place for either."""

    wrong: str
    right: str
    sentence: str


FORMS = (
    Form("中华人民共合国", "中华人民共和国", "依据{}有关法律规定推进落实"),
    Form("中华人名共和国", "中华人民共和国", "庆祝{}成立系列活动启动"),
    Form("攻府", "政府", "提请市{}审定相关事项"),
    Form("政俯", "政府", "市{}分管负责同志出席"),
    Form("领导小姐", "领导小组", "调整工作{}成员名单"),
    Form("领导小租", "领导小组", "成立专项行动{}"),
    Form("齐齐哈市", "齐齐哈尔市", "接待{}考察团一行"),
    Form("贯彻落时", "贯彻落实", "认真{}会议部署"),
    Form("贯切落实", "贯彻落实", "深入{}上级要求"),
    Form("布署", "部署", "对重点任务再{}再推进"),
    Form("按装", "安装", "完成监测设备{}调试"),
    Form("再接再励", "再接再厉", "全体干部职工{}"),
    Form("一如继往", "一如既往", "将{}抓好服务"),
    Form("竞竞业业", "兢兢业业", "工作人员{}坚守岗位"),
    Form("实事求事", "实事求是", "坚持{}的工作态度"),
    Form("因地治宜", "因地制宜", "各县区{}开展工作"),
    Form("持之以衡", "持之以恒", "作风建设要{}"),
    Form("责无旁代", "责无旁贷", "守护群众安全{}"),
    Form("雷历风行", "雷厉风行", "以{}的作风抓落实"),
    Form("井然有续", "井然有序", "现场秩序{}"),
    Form("坐谈会", "座谈会", "召开企业代表{}"),
    Form("时侯", "时候", "天气寒冷的{}更要注意"),
    Form("气侯", "气候", "应对极端{}变化"),
    Form("侯选人", "候选人", "公示{}基本情况"),
    Form("户藉", "户籍", "办理{}迁移登记"),
    Form("书藉", "书籍", "向学校捐赠{}"),
    Form("陪训", "培训", "举办业务骨干{}班"),
    Form("竟争", "竞争", "提升产业{}力"),
    Form("竟赛", "竞赛", "组织知识{}活动"),
    Form("教肓", "教育", "推进义务{}均衡发展"),
    Form("末成年", "未成年", "加强{}人保护"),
    Form("周未", "周末", "开展{}志愿服务"),
    Form("己经", "已经", "主体工程{}完工"),
    Form("通迅", "通讯", "报送工作{}稿件"),
    Form("防讯", "防汛", "做好{}物资储备"),
    Form("抗早救灾", "抗旱救灾", "全力做好{}工作"),
    Form("合做社", "合作社", "扶持农民专业{}"),
    Form("必须品", "必需品", "保障生活{}供应"),
    Form("法侓", "法律", "开展{}知识宣讲"),
    Form("廉洁自侓", "廉洁自律", "党员干部要{}"),
    Form("兰天保卫战", "蓝天保卫战", "坚决打赢{}"),
    Form("渊远流长", "源远流长", "当地文化{}"),
    Form("名列前矛", "名列前茅", "考核成绩{}"),
    Form("注消登记", "注销登记", "依法办理{}"),
    Form("中国特设社会主义", "中国特色社会主义", "坚持{}道路"),
    Form("中华名族", "中华民族", "铸牢{}共同体意识"),
    Form("不望初心", "不忘初心", "教育引导党员{}"),
    Form("三严三时", "三严三实", "巩固{}教育成果"),
    Form("四个意思", "四个意识", "不断增强“{}”"),
    Form("党风廉正", "党风廉政", "落实{}建设责任"),
    Form("从严治觉", "从严治党", "推进全面{}"),
    Form("八项规订", "八项规定", "严格执行中央{}精神"),
    Form("脱贫攻艰", "脱贫攻坚", "巩固{}成果"),
    Form("精准扶盆", "精准扶贫", "深化{}举措"),
    Form("建挡立卡", "建档立卡", "走访{}户"),
    Form("乡村震兴", "乡村振兴", "全面推进{}"),
    Form("简政放全", "简政放权", "持续推进{}"),
    Form("十四五规化", "十四五规划", "研究编制{}"),
    Form("政冶", "政治", "提高{}站位"),
    Form("综合冶理", "综合治理", "开展环境{}"),
    Form("纪律检察委员会", "纪律检查委员会", "市{}派员参加"),
    Form("监查委员会", "监察委员会", "配合市{}工作"),
    Form("十九届五中会议", "十九届五中全会", "学习党的{}精神"),
    Form("公开条列", "公开条例", "对照{}有关要求"),
    Form("谓城区", "渭城区", "赴{}调研指导"),
    Form("径阳县", "泾阳县", "在{}召开现场会"),
    Form("核算检测", "核酸检测", "组织干部职工{}"),
    Form("疫情防空", "疫情防控", "落实各项{}措施"),
    Form("营商环镜", "营商环境", "持续优化{}"),
    Form("互连网", "互联网", "推进“{}+”服务"),
    Form("诫免谈话", "诫勉谈话", "对有关人员进行{}"),
    Form("惩介", "惩戒", "实施失信联合{}"),
)
#: Words that look like slips and are none.
RIGHT = (
    "报社今日发布署名文章介绍经验",
    "农户自己经营小店增收",
    "超过两周未更新的栏目限期整改",
    "周末来馆参观人数增加",
    "项目于年末完成验收",
    "通讯情况总体良好",
    "孩子们自己完成手工作品",
)


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip in the article ``index`` of a column: in its headline, or else in its text."""

    site_code: str
    column: int
    index: int
    form: Form
    in_headline: bool
    mended: date

    def said(self, day: date) -> str:
        """The sentence as it stands there on a day."""
        right = self.mended <= day
        return self.form.sentence.format(self.form.right if right else self.form.wrong)


Articles = Mapping[int, Sequence[datetime]]


def may_slip(site: CitySite, column: Column, faults: PageFaults) -> bool:
    """True for columns whose articles a visitor finds, with their days."""
    shown = column.listed and column.slug not in faults.undated and column.slug not in faults.stubs
    return site.level is Level.MUNICIPAL_DEPARTMENT and shown and column.kind in (Kind.NEWS, Kind.NOTICE)


def build_slips(seed: int, articles: Mapping[str, Articles]) -> dict[tuple[str, int, int], Slip]:
    """All slips by site, column and article; ``articles`` are the moments of those that may hold one."""
    rng = dice(seed, "slips")
    places: dict[str, list[tuple[int, int]]] = {}
    for code in sorted(articles):
        held = [
            (column, index)
            for column, moments in sorted(articles[code].items())
            for index, moment in enumerate(moments)
            if FIRST <= moment.astimezone(ZONE).date() <= LAST
        ]
        rng.shuffle(held)
        places[code] = held[:_MOST]
    chosen = _share(places)
    forms = {code: rng.sample(FORMS, len(FORMS)) for code in places}
    slips = [
        (code, column, index, forms[code][number], rng.random() < _IN_HEADLINE)
        for code, held in chosen.items()
        for number, (column, index) in enumerate(held)
    ]
    left = set(rng.sample(range(len(slips)), LEFT)) if len(slips) >= LEFT else set()
    made: dict[tuple[str, int, int], Slip] = {}
    for number, (code, column, index, form, headline) in enumerate(slips):
        mended = MENDED_LATE if number in left else MENDED
        made[code, column, index] = Slip(code, column, index, form, headline, mended)
    return made


def _share(places: Mapping[str, list[tuple[int, int]]]) -> dict[str, list[tuple[int, int]]]:
    """As many places as there are slips, dealt out one a site, again and again."""
    chosen: dict[str, list[tuple[int, int]]] = {code: [] for code in places}
    dealt = 0
    for turn in range(_MOST):
        for code, held in places.items():
            if turn < len(held) and dealt < TOTAL:
                chosen[code].append(held[turn])
                dealt += 1
    return chosen
