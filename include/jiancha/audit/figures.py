"""The figures that the sentences of a notice tell, each with its words and its place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jiancha.audit.dates import QUARTER, Period, quarter
from jiancha.audit.model import Figure
from jiancha.audit.numerals import NUMBER, number

_SENTENCE = re.compile(r"[^。;\n]{1,3000}")  # no longer: work grows with the square
_COUNT = re.compile(
    rf"(?P<n>{NUMBER})(?P<about>[余多])? ?(?P<unit>家|个|件|条|处|项|封|起)"
    r"(?! ?(?:月|工作日|自然日|季度|小时|星期|百分点|方面|环节|批次|阶段))"
)
_RATE = re.compile(
    r"(?<![\d.])(?P<n>\d{1,3}(?:\.(?P<d>\d{1,4}))?) ?%|百分之(?P<c>[零一二三四五六七八九十百]{1,5})"
)
#: "政府网站…和政务新媒体…合格率分别为100%和88%": a rate of all of each kind.
_EACH = re.compile(
    r"网站[^,，:]{0,20}[和与及、][^,，:]{0,8}新媒体[^,，:]{0,8}[,，]?(?:总体)?合格率(?:分别)(?:为|是|达到?)?"
    r"(?P<site>\d{1,3}(?:\.\d{1,4})?)%[和与及、,，](?P<account>\d{1,3}(?:\.\d{1,4})?)%(?![和与及、,，]\d)"
)
_SEPARATOR = re.compile(r"[,，:、()]")
_CLAUSE = re.compile(r"[,，:()]")
# titles of documents, names of systems and platforms hold words that count elsewhere
_NAMES = re.compile(
    r"《[^》\n]{1,120}》|“?我为政府网站找错”?|全国政府网站信息报送系统|[“\"]?(?:全国)?政(?:务新媒体|府网站)信?息?报送系统[”\"]?"
    r"|政府网站[与和、及](?:政府系统)?政务新媒体|政务新媒体[与和、及]政府网站"
)
#: Where a notice names two platforms for all accounts.
_BOTH = re.compile("政务微信[、和与及]政务微博|政务微博[、和与及]政务微信")
_SITE, _ACCOUNT = re.compile("网站|门户"), re.compile("新媒体|[账帐]号|公众号|微博")
_EARLIER = re.compile(
    r"上一?季度|上年|去年|同期|环比|同比|较|比上|比第|新增|增加|减少|关停|注销|下线|提高|上升|下降|增长|累计(?!检查|抽查|监测|巡查)"
)
#: What is near a limit has not failed; warnings and rectified problems are not this notice's failures.
_NEAR_MISS = re.compile("接近|临近|濒临|预警|暂未判定|未判定|尚未核查")
#: What these websites do, not how many there are: 共有35家网站能够…
_ABLE = re.compile(
    r"[^,，、]{0,12}?(?:能够|能(?!源)|均|都|可以|做到|实现|完成了?|达到|设置了?|得分|表现|及时|积极|较好|未能|上报|报送了)"
)
_CHECK = re.compile("抽查|检查|监测|普查|抽检|巡查|扫描")
_STRONG, _WEAK = (
    re.compile("运行|纳入|备案|登记|在册|总数|报送系统|□"),
    re.compile("共有|共计|现有|总计|合计|共|开设|开通|全[市省县区国州]"),
)
_PART = re.compile(
    "门户|部门|县级|市级|省级|市直|县直|区直|乡镇|街道|镇街|县\\(|市州|各县|微信|微博|抖音|头条|快手|客户端|APP|公众号|视频号|"
    "小程序|百家号|人民号|企鹅号|大鱼号|平台[账帐]号|其他|其它|订阅号|服务号"
)
_NOT_OVERALL = re.compile(
    "分别|不足|超过|以上|以下|低于|高于|未达|连续|前列|复查|复核|整改|确保|力争|达到?9[05]|要求"
)
_SCOPE = re.compile(r"(?:检查|普查|抽查)范围|[列纳]入[^,，]{0,8}(?:普查|检查|抽查|监测)(?:工作|范围)?的?")
#: A month's own figure stands beside the quarter's.
_MONTH = re.compile(r"(?<!至)(?<![-—~])(?<!\d)1?\d月(?:份|(?!\d{1,2}日|底|末|初|中旬|[-至—~]))")
#: The figures of one month's check: 10月检查账号50个，不合格2个.
_OF_MONTH = re.compile(r"\s*(?:20\d\d年)?1?\d月份?[,，]?共?(?:检查|抽查|监测)")
_BARE = re.compile(r"[和与及]?(?:政府系统)?(?:政府网站|政务新媒体)(?:[账帐]号)?")
_OF = r"[^\d,，。]{0,16}中的?(?:随机)?(?:抽[取查]|选取|检查|监测)?了?"
_WHOLE_OF = re.compile(rf"{_OF}(?:{NUMBER}) ?[家个]")
_PART_OF = re.compile(rf"(?:{NUMBER}) ?[家个]{_OF}$")
#: Two figures and what is said of both.
_JOINED = re.compile(rf"[^\d,，、。;]{{0,14}}[、和与及](?:{NUMBER}) ?[家个](?P<rest>[^\d,，、。;]{{0,60}})")
_SHARED = re.compile("存在|被通报|不合格(?!率)")
#: What is counted are places, not targets: "9个地区", "3个市网站".
_PLACES = re.compile(r"地区|地方|市州|省份|[市县区州](?:网站|政府网站|新媒体|的|合格|抽查)")
_ASIDE = re.compile(r"\((?:含|包括|包含|其中|不含)[^()]*$")  # left open: the figure stands within
_VERB = re.compile("共有|现有|抽查|检查|监测")
#: A rate of all targets says so by nothing but these words; any name makes it the rate of a part.
_OVERALL = re.compile(
    r"(?:\d{4}年度?|第?[一二三四1-4]季度|本次|此次|本季度|本轮|全[市省县区国州]|我[市省县区]|抽查|抽检|检查|监测|普查|总体|整体|平均|"
    r"结果显示|结果|显示|政府系统|政府网站|网站|政务新媒体|新媒体|[账帐]号|的|其)*(?:不?合格率|不?达标率)(?:为|是|达|达到|达了|仅为)?"
)
_NOT_MENDED = re.compile("未(?:完成|整改|按)|没有(?:完成|整改)|不到位|正在|逾期")
_ERRORS = re.compile("错误|错别字|错敏|错链|问题|敏感|表述|死链|断链|隐患")


def read(text: str, period: Period) -> list[Figure]:
    """Figures in the order of the text, which is normalised; titles of documents say nothing."""
    plain = _NAMES.sub(lambda match: "□" * len(match[0]), text)
    plain = _BOTH.sub(lambda match: "政务新媒体".ljust(len(match[0])), plain)
    kind = ""
    found: list[Figure] = []
    for match in _SENTENCE.finditer(plain):
        reader = _Sentence(text, match[0], match.start(), kind)
        reader.past_from = _past(reader.quote, period)
        found += reader.read()
        kind = reader.kind
    return found


def _past(sentence: str, period: Period) -> int:
    """Where a sentence turns to a quarter other than the notice's; its end where it does not."""
    if period.quarter is None:
        return len(sentence)
    for match in QUARTER.finditer(sentence):
        year = int(match["year"]) if match["year"] else period.year
        if (year, quarter(match)) != period:
            return match.start()
    return len(sentence)


class _Sentence:
    """One sentence; ``kind`` is what it, or the sentence before it, speaks of."""

    def __init__(self, text: str, words: str, start: int, kind: str) -> None:
        self.text, self.words, self.start, self.kind = text, words, start, kind
        self.parts_from = words.find("其中")
        self.quote = text[start : start + len(words)]
        self.past_from = len(words)
        self.of_month = _OF_MONTH.match(words) is not None and QUARTER.search(words) is None
        self.feedback = "找错" in self.quote or "留言" in words or "来信" in words

    def read(self) -> Iterator[Figure]:
        heard = [*_COUNT.finditer(self.words), *_RATE.finditer(self.words)]
        before = 0
        for match in sorted(heard, key=lambda each: each.start()):
            if match.start() > self.past_from:
                break
            part = self._around(match, before, _CLAUSE if match.re is _RATE else _SEPARATOR)
            figure = self._rate(match, part) if match.re is _RATE else self._count(match, part)
            before = match.end()
            if figure is not None:
                yield figure
        for both in _EACH.finditer(self.words):
            for kind in ("site", "account"):
                decimals = len(both[kind].partition(".")[2])
                at = self.start + both.start(kind)
                yield Figure(f"{kind}_pass_rate", float(both[kind]), self.quote, at, decimals, self.start)
        none = re.search("未发现(?:存在)?[^,，]{0,12}不合格(?!率)[^,，]{0,24}", self.quote)
        if none:
            one = self._kind(none[0], self.words)
            of_both = _SITE.search(none[0]) and _ACCOUNT.search(none[0])
            for kind in ("site", "account") if of_both else (one,) if one else ():
                yield Figure(f"{kind}s_unqualified", 0, self.quote, self.start, scope=self.start)
        if not heard:
            self.kind = self._kind(self.words, self.words) or self.kind

    def _around(self, match: re.Match[str], before: int, stop: re.Pattern[str]) -> tuple[str, str]:
        left = stop.split(self.words[before : match.start()])[-1]
        right = stop.split(self.words[match.end() :], maxsplit=1)[0]
        other = _COUNT.search(right)
        if other:
            right = right[: other.start()]
            right = "" if right[:1] in {"和", "与", "及"} else right  # it goes with the other
        return left, right + self._shared(match)

    def _shared(self, match: re.Match[str]) -> str:
        """What is said of several figures together behind the last of them: 8家网站、63家新媒体存在问题."""
        joined = _JOINED.match(self.words, match.end())
        return "".join(_SHARED.findall(joined["rest"])) if joined else ""

    def _kind(self, near: str, far: str) -> str:
        for words in (near, far):
            site, account = _SITE.search(words), _ACCOUNT.search(words)
            if site and account:
                return "site" if site.start() < account.start() else "account"
            if site or account:
                return "site" if site else "account"
        return ""

    def _figure(self, meaning: str, match: re.Match[str], value: float, decimals: int = 0) -> Figure:
        return Figure(meaning, value, self.quote, self.start + match.start(), decimals, self.start)

    def _count(self, match: re.Match[str], around: tuple[str, str]) -> Figure | None:
        left, right = around
        value = number(match["n"])
        chinese = not match["n"][0].isdigit()
        if match["about"] or value is None or (chinese and len(match["n"]) < 2):
            return None
        words = f"{left}{right}"
        if match["unit"] in "家个" and (whole := _of_whole(self.words, match)):
            self.kind = self._kind(right, left) or self._kind(self.words[match.end() :], left) or self.kind
            return self._figure(f"{self.kind}s_{whole}", match, value) if self.kind else None
        if match["unit"] in "家个":
            self.kind = self._kind(right, left) or _last_kind(self.words[: match.start()]) or self.kind
        meaning = self._meaning(left, right, words, match)
        if meaning is None:
            return None
        return self._figure(meaning, match, value)

    def _meaning(self, left: str, right: str, words: str, match: re.Match[str]) -> str | None:  # noqa: PLR0911 - a table of cases
        if _EARLIER.search(words) or _NEAR_MISS.search(words) or _ABLE.match(right):
            return None
        failed = match["unit"] in "家个" and self._failed(match)
        if right.startswith("存在") and not failed:
            return None
        other = _other_count(words, self.words[: match.start()], match["unit"], feedback=self.feedback)
        if other is not None and not failed:
            return other or None
        words = _SCOPE.sub("", words)  # which targets are meant, not what was done with them
        if match["unit"] not in "家个" or not self.kind or "栏目" in words or "单位" in words:
            return None
        if _PLACES.match(right):
            return None
        of_part = _PART.search(words) or _MONTH.search(left) or _ASIDE.search(self.words[: match.start()])
        part = "part_" if of_part or self.of_month else ""
        if re.search("不合格(?!率)|不达标(?!率)", words) or failed:
            return f"{part}{self.kind}s_unqualified"
        if re.search("合格(?!率)", words):
            return f"{part}{self.kind}s_qualified"
        if 0 <= self.parts_from < match.start():
            return f"part_{self.kind}s"
        return self._total(left, right, words, match, part)

    def _failed(self, match: re.Match[str]) -> bool:
        """Other words for 不合格: 被单项否决, and 存在突出问题 where a pass rate follows."""
        clause, _, rest = re.sub("，", ",", self.words[match.end() :]).partition(",")
        so_far = re.split("[,，]", self.words[: match.start()])[-1]
        if "被单项否决" in clause or "存在突出问题的" in so_far:
            return True
        if re.search("存在(?:突出|严重|单项否决)(?:性)?的?问题|单项否决(?:问题|情形|项)", clause):
            return "合格率" in rest
        # 发现9个存在问题，总体合格率97%: plain problems are failures only where the rate follows at once
        return "存在问题" in clause and re.match(r"(?:总体|检查|抽查)?合格率", rest) is not None

    def _total(self, left: str, right: str, words: str, match: re.Match[str], part: str) -> str | None:
        earlier = self.words[: match.start()]
        near = words + re.split("[,，]", earlier)[-1]
        if re.search("发现|存在|未|没有|仍有|不更新|问题|分以上|优秀|良好", near) or _ASIDE.search(earlier):
            return None
        object_ = re.search(r"(?:抽查|检查|监测)对象", earlier) is not None
        spoken = re.search(r"对", earlier) and re.search(
            r"(?:进行|开展|实施)[^,，]{0,40}?(?:抽查|检查|监测|普查|巡查|检测)", self.words[match.end() :]
        )
        checked = object_ or bool(spoken) or bool(_CHECK.search(words))
        checked = checked or re.search("共(?:检查|抽查|监测)", near) is not None
        strong, check = _STRONG.search(left), _CHECK.search(_SCOPE.sub("", left))
        if checked and strong and (spoken or _CHECK.search(right)):
            return f"{part}{self.kind}s_both"
        if strong and check and check.start() > strong.start():
            checked = False
        if checked:
            return f"{part}{self.kind}s_checked"
        if not part and _BARE.fullmatch(left.strip()):
            last = max(_VERB.finditer(earlier), key=lambda each: each.start(), default=None)
            if last is not None:  # the second of two kinds goes with the first one's verb
                return f"{self.kind}s_registered" if "有" in last[0] else f"{self.kind}s_checked"
        if _STRONG.search(words) or _WEAK.search(words) or _STRONG.search(earlier):
            return f"{part}{self.kind}s_registered"
        return None

    def _rate(self, match: re.Match[str], around: tuple[str, str]) -> Figure | None:  # noqa: PLR0911 - a table of cases
        left, right = around
        value = float(match["n"]) if match["n"] else number(match["c"])
        if value is None or _EARLIER.search(left) or right.startswith(("以上", "以下", "个")):
            return None
        decimals = len(match["d"] or "")
        if "办结率" in left or "办理率" in left or "回复率" in left:
            if not self.feedback:
                return None
            return self._figure(
                "feedback_on_time_rate" if "期" in left or "时" in left else "feedback_rate",
                match,
                value,
                decimals,
            )
        if "整改" in left and "率" in left and "合格" not in left:
            return self._figure("rectified_rate", match, value, decimals)
        self.kind = self._kind(left, "") or _last_kind(self.words[: match.start()]) or self.kind
        if not self.kind or _NOT_OVERALL.search(left):
            return None
        overall = _OVERALL.fullmatch(left.strip()) or "率" not in left or not re.search("合格率|达标率", left)
        part = "" if overall else "part_"
        if re.search("不合格率|不达标率", left):
            return self._figure(f"{part}{self.kind}_fail_rate", match, value, decimals)
        if "合格率" in left or "达标率" in left:
            return self._figure(f"{part}{self.kind}_pass_rate", match, value, decimals)
        if re.search("抽查比例|抽查率|检查比例|抽检比例|占.{0,12}总数|占比|覆盖率", left):
            return self._figure(f"{part}{self.kind}_sample_rate", match, value, decimals)
        return None


def _of_whole(words: str, match: re.Match[str]) -> str:
    """Which of the two in 1061个中的173个 a figure is; empty where it is neither."""
    behind, before = words[match.end() : match.end() + 60], words[max(0, match.start() - 60) : match.start()]
    if _WHOLE_OF.match(behind):
        return "registered" if _CHECK.search(words) else ""
    return "checked" if _PART_OF.search(before) and _CHECK.search(words) else ""


def _last_kind(words: str) -> str:
    """What the words before a figure spoke of last."""
    site = max((m.start() for m in _SITE.finditer(words)), default=-1)
    account = max((m.start() for m in _ACCOUNT.finditer(words)), default=-1)
    if site == account:
        return ""
    return "site" if site > account else "account"


def _other_count(words: str, earlier: str, unit: str, *, feedback: bool) -> str | None:  # noqa: PLR0911 - a table of cases
    """Meaning of a count of messages or errors; empty where it is one of no interest, None where neither."""
    if feedback and re.search("留言|来信|信件|投诉|找错|□|办结|反映|办理|收到|按期|按时|逾期|超期", words):
        if re.search("逾期|超期|未办结|未按期|属实|不属实", words):
            return ""
        if re.search("按期办结|按时办结|按期办理|按时办理", words):
            return "feedback_on_time"
        if re.search("办结|已办理|已处理|已回复|答复", words):
            return "feedback_handled"
        return "feedback_received"
    if unit == "家":
        return None
    if re.search("整改", words) and re.search("完成|已整改|已经整改|整改到位|未整改", words):
        return "" if _NOT_MENDED.search(words) else "errors_rectified"
    if re.search("不合格|网站|新媒体|[账帐]号|栏目|单位", words) and not re.search("错误|错别字|问题", words):
        return None
    if _ERRORS.search(words + (earlier[-16:] if unit == "处" else "")) and re.search(
        "发现|查出|存在|反馈|共|监测", words + earlier[-12:]
    ):
        if unit != "处" and re.search("网站|新媒体|[账帐]号|单位|栏目", words.rpartition("发现")[2]):
            return ""
        return "errors_found"
    return None
