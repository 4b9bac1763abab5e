"""The sentences follow the figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from support.notice_rows import COLUMNS, LONG, TWO_WEEKS, account, notice_of, seed_notice, site, summary

from jiancha.notice.model import SpecialCheck
from jiancha.notice.sentences import wording
from jiancha.settings import NoticeSettings


def text_of(notice):
    """Paragraphs keyed by section number and place: "1.0" is 一(一)."""
    words = wording(notice)
    return {
        f"{no}.{index}": paragraph.lead + paragraph.text
        for no, section in enumerate(words.sections, 1)
        for index, paragraph in enumerate(section.paragraphs)
    }


def test_the_published_sentences():
    words = wording(seed_notice())
    assert words.opening == (
        "按照《国务院办公厅秘书局关于印发政府网站与政务新媒体检查指标、监管工作年度考核指标的通知》"
        "（国办秘函〔2019〕19号）要求，2月1日至2月15日，我局组织人员开展了全市政府网站与政务新媒体检查，"
        "现将有关情况通报如下："
    )
    assert [section.heading for section in words.sections] == [
        "一、总体情况",
        "二、主要问题",
        "三、下一步工作要求",
    ]
    text = text_of(seed_notice())
    assert text["1.0"] == (
        "（一）政府网站。截至2021年2月15日，全市纳入国办“全国政府网站信息报送系统”的政府网站共计56家，其中，"
        "市级政府门户网站1家，县级政府门户网站13家，市级政府部门网站42家。本次检查56家政府网站，"
        "不合格网站2家，合格率96%。"
    )
    assert "政务新媒体共计252个。本次检查252个政务新媒体，不合格政务新媒体25个，合格率90%。" in text["1.1"]
    assert (
        "市发展和改革委员会、市科学技术局网站应更新但长期未更新栏目数量超过（含）10个。（详情见附件1）"
        in text["2.0"]
    )
    assert text["2.1"].startswith(
        "（二）政务新媒体。检查发现10个政务新媒体账号长期未更新，15个政务新媒体账号超过两周未更新，"
        "依据国办政务新媒体检查指标，这25个政务新媒体账号出现单项否决中超过两周无更新的情况，判定为不合格。"
        "（详情见附件2）“长期未更新”指至监测时间点超过90天未更新。"
    )
    assert "2.2" not in text  # no special check, no section


def test_nothing_wrong():
    text = text_of(notice_of([site(1), account(1)]))
    assert "本次检查1家政府网站，未发现不合格网站，合格率100%。" in text["1.0"]
    assert "未发现不合格政务新媒体，合格率100%。" in text["1.1"]
    assert "附件" not in text["2.0"] + text["2.1"]
    assert "尽快完成问题整改" not in text["3.0"]


def test_one_of_each():
    verdicts = [
        site(1, outcome="unqualified", problem=COLUMNS, owner="市财政局"),
        account(1, outcome="unqualified", problem=TWO_WEEKS),
    ]
    text = text_of(notice_of(verdicts))
    assert "市财政局网站应更新但长期未更新栏目数量超过（含）10个。" in text["2.0"]
    assert "检查发现1个政务新媒体账号超过两周未更新，" in text["2.1"]
    assert "该政务新媒体账号出现" in text["2.1"]
    assert "“长期未更新”指" not in text["2.1"]


def test_many_sites_are_counted_and_problems_kept_apart():
    verdicts = [site(n, outcome="unqualified", problem=COLUMNS) for n in range(1, 7)]
    verdicts += [
        site(n, outcome="unqualified", problem="空白栏目数量超过（含）5个。", owner="市教育局")
        for n in (7, 8)
    ]
    text = text_of(notice_of(verdicts))["2.0"]
    assert (
        "6家政府网站应更新但长期未更新栏目数量超过（含）10个；市教育局等2家网站空白栏目数量超过（含）5个。"
        in text
    )
    assert "单位1" not in text


def test_a_site_without_owner_is_named_itself():
    text = text_of(notice_of([site(1, name="某某网", owner="", outcome="unqualified", problem=COLUMNS)]))
    assert "某某网网站应更新" in text["2.0"]


def test_another_veto_is_not_called_stale():
    verdicts = [
        account(1, outcome="unqualified", problem=LONG),
        account(2, outcome="unqualified", problem="未提供有效互动功能。"),
    ]
    text = text_of(notice_of(verdicts))["2.1"]
    assert "1个政务新媒体账号长期未更新，1个政务新媒体账号未提供有效互动功能，" in text
    assert "这2个政务新媒体账号出现单项否决情形" in text
    assert "超过两周无更新" not in text


@pytest.mark.parametrize(
    ("reasons", "sentence"),
    [
        (["首页无法访问。"], "另有1家因“首页无法访问”暂未判定，不计入不合格，也不计入合格率。"),
        (["甲", "乙", "甲"], "另有3家因“甲”、“乙”暂未判定，"),
        (["甲", "乙", "丙"], "另有3家因“甲”、“乙”等原因暂未判定，"),
        ([None], "另有1家暂未判定，"),
    ],
)
def test_undetermined_are_told(reasons, sentence):
    verdicts = [site(1)] + [
        site(n, outcome="undetermined", reason=reason) for n, reason in enumerate(reasons, 2)
    ]
    text = text_of(notice_of(verdicts))
    assert sentence in text["1.0"]
    assert "人工核查" in text["3.0"]


def test_all_undetermined_gives_no_rate():
    text = text_of(notice_of([site(1, outcome="undetermined"), account(1, outcome="undetermined")]))
    assert "本次检查未能对任何政府网站作出判定，不计算合格率。" in text["1.0"]
    assert "合格率None" not in text["1.0"] + text["1.1"]
    assert "未发现" not in "".join(text.values())


def test_no_targets():
    text = text_of(notice_of([]))
    assert text["1.0"].endswith("政府网站共计0家。")
    assert "未发现" not in "".join(text.values())


def test_the_quarter_before_is_compared():
    verdicts = [site(1), account(1)]
    past = {("site", "inspected"): 56, ("site", "unqualified"): 3}
    text = text_of(notice_of(verdicts, summary=summary(verdicts, past)))
    assert text["1.0"].endswith("2020年第四季度不合格网站为3家，合格率95%。")  # 94.64
    assert "2020年第四季度" not in text["1.1"]


def test_what_was_not_measured_is_said_once_per_name():
    text = text_of(seed_notice())
    assert (
        "本次未监测的指标：“站点无法访问”、“互动回应差”、“服务不实用”、“安全、泄密事故等严重问题”，"
        in text["2.0"]
    )
    assert "内容不更新" not in text["2.1"]


def test_special_checks_have_their_section():
    check = SpecialCheck("网站内容错误表述", "42家市级部门网站", 332, 312, date(2021, 3, 15))
    text = text_of(replace(seed_notice(), special_checks=(check,)))
    assert text["2.2"] == (
        "（三）专项检查。对42家市级部门网站进行了网站内容错误表述专项检查，共发现错误表述332个，"
        "截至3月15日，已完成整改312个。"
    )


def test_nothing_is_said_of_rectification_before_any():
    check = SpecialCheck("网站内容错误表述", "42家市级部门网站", 332, 0, date(2021, 2, 15))
    text = text_of(replace(seed_notice(), special_checks=(check,)))
    assert text["2.2"].endswith("专项检查，共发现错误表述332个。")


def test_the_office_words_itself():
    words = NoticeSettings(area="全县", office="县政务服务局", subject="县局", basis=())
    notice = notice_of([site(1)], words)
    assert notice.title == "2021年第一季度全县政府网站与政务新媒体检查结果通报"
    told = wording(notice)
    assert told.opening.startswith("2月1日至2月15日，县局组织人员开展了全县政府网站")
    assert told.office == "县政务服务局"
