"""How a verdict came about, in Chinese: registry, visit, columns or posts, freshness, findings, verdict."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from jiancha.errors import LakeError
from jiancha.lake import Lake
from jiancha.windows import ZONE

_OUTCOMES = {"qualified": "合格", "unqualified": "不合格", "undetermined": "未判定"}
_COLUMN_OUTCOMES = {
    "fresh": "已更新",
    "stale": "未更新",
    "blank": "空白",
    "empty": "读取时空白",
    "exempt": "不检查",
    "unknown": "未判定",
}
_METHODS = {
    "own": "首页自身的日期",
    "featured": "首页在监测时间点后已更新,按首页所列栏目",
    "all_columns": "导航型首页,按全部栏目",
}
_TABLES = (
    "visits",
    "columns",
    "column_freshness",
    "home_freshness",
    "messages",
    "message_states",
    "guide_states",
    "site_checks",
    "listings",
    "account_freshness",
    "availability",
    "measurements",
    "findings",
    "site_marks",
    "site_links",
)
#: Tables of many rows, of which only the target's own file is read.
_OF_TARGET = ("links", "suspicions")
_PLACES = {"home": "首页", "column": "栏目页"}
_MARK_OUTCOMES = {"missing": "缺失", "empty": "为空", "wrong": "有误"}
_SUSPICIONS = {
    "spam_title": "标题疑似广告",
    "spam_keywords": "关键词疑似广告",
    "spam_description": "描述疑似广告",
    "spam_link": "疑似广告链接",
    "hidden_link": "疑似暗链",
    "redirect_away": "页面跳转到其他域名",
    "search_redirect": "疑似对搜索引擎访客跳转",
    "escaped_script": "疑似注入脚本",
}
_SHOWN = 20  # dead links and suspicions of one site

_MESSAGE_STATES = {"unanswered": "超期未答复", "late": "超期后答复", "unknown": "未判定"}
_GUIDE_STATES = {"lacking": "要素缺失", "whole": "要素基本齐全", "unknown": "未判定"}

_Row = dict[str, Any]
#: The rows of one target by table.
_Rows = Mapping[str, list[_Row]]


def explain(lake: Lake, window_key: str, code: str) -> str:
    """The chain of evidence for every target with this code.

    Raises LakeError where the window was not assessed or has no target with the code.
    """
    verdicts = [row for row in lake.window_rows("verdicts", window_key) if row["code"] == code]
    if not verdicts:
        raise LakeError(f"no target with code {code} was assessed in window {window_key}")
    wanted = {row["target_id"] for row in verdicts}
    rows: dict[str, dict[str, list[_Row]]] = {target: defaultdict(list) for target in wanted}
    for table in _TABLES:
        for row in lake.window_rows(table, window_key):
            if row["target_id"] in wanted:
                rows[row["target_id"]][table].append(row)
    for target in wanted:
        for table in _OF_TARGET:
            path = lake.table_path(table, window_key, target)
            rows[target][table] = lake.read_rows(path) if path.exists() else []
    chains = [_lines(window_key, verdict, rows[verdict["target_id"]]) for verdict in verdicts]
    return "\n\n".join("\n".join(_printable(line) for line in chain) for chain in chains)


def _printable(line: str) -> str:
    """Names and titles come from outside: nothing in them may steer the terminal."""
    return "".join(c if c.isprintable() else " " for c in line)


def _lines(window: str, verdict: _Row, rows: _Rows) -> Iterator[str]:
    platform = f"({verdict['platform']})" if verdict["platform"] else ""
    yield f"{verdict['name']}{platform} {verdict['code']} · 窗口 {window} · 名录第{verdict['row']}行"
    yield f"结论:{_OUTCOMES[verdict['outcome']]} {verdict['problem'] or verdict['reason'] or ''}".rstrip()
    yield from _visit_lines(rows)
    yield from _site_lines(rows)
    yield from _channel_lines(rows)
    yield from _account_lines(rows)
    yield from _availability_lines(rows)
    for row in rows["measurements"]:
        told = f"{row['value']:g}" if row["measured"] else f"未测得({row['reason']})"
        yield f"指标 {row['indicator']}:{told}"
    yield from _finding_lines(rows)
    yield from _page_lines(rows)


def _visit_lines(rows: _Rows) -> Iterator[str]:
    if not rows["visits"]:
        yield "读取:没有采集结果"
    for visit in rows["visits"]:
        told = f"{visit['url'] or '无地址'},{_moment(visit['as_of'])},{visit['requests'] or 0}次请求"
        yield f"读取:{told},证据 {visit['evidence'] or '无'}"
        if visit["status"] != "ok":
            yield f"  读取失败:{visit['reason']}({visit['failure']})"


def _site_lines(rows: _Rows) -> Iterator[str]:
    for home in rows["home_freshness"]:
        yield f"首页:{home['unread'] or '最新 ' + str(home['newest'])}({_METHODS[home['method']]})"
        if home["doubt"]:
            yield f"  存疑:{home['doubt']}"
    pages = {row["column_id"]: row for row in rows["columns"]}
    for column in rows["column_freshness"]:
        newest = f"最新 {column['newest'] or '无'},界限 {column['cutoff'] or '无'}"
        told = f"{_COLUMN_OUTCOMES[column['outcome']]},{newest} {column['newest_title'] or ''}".rstrip()
        yield f"栏目 {column['name']}({column['kind_name']}):{told} {column['reason'] or ''}".rstrip()
        page = pages[column["column_id"]]
        reach = _reach(page, "读到末页")
        yield f"  {column['url']},{column['items']}条,{page['pages'] or 0}页,{reach}"


def _channel_lines(rows: _Rows) -> Iterator[str]:
    """Messages that were not answered in time or may not have been, and all guides that were read."""
    if rows["messages"]:
        yield f"咨询留言:读到{len(rows['messages'])}条"
    for message in rows["message_states"]:
        if message["state"] in _MESSAGE_STATES:
            days = f"提问 {message['asked_on'] or '日期不明'},答复 {message['answered_on'] or '无'}"
            yield f"  {_MESSAGE_STATES[message['state']]}:{message['title']},{days} {message['url']}"
    for guide in rows["guide_states"]:
        lacking = "、".join(guide["missing"] or ()) or guide["reason"] or "无"
        yield f"办事指南 {guide['title']}:{_GUIDE_STATES[guide['state']]},缺 {lacking} {guide['url']}"


def _account_lines(rows: _Rows) -> Iterator[str]:
    for listing in rows["listings"]:
        reach = _reach(listing, "读到最早一条")
        yield f"发布记录:{listing['entries'] or 0}条,{reach}"
    for account in rows["account_freshness"]:
        age = "" if account["age"] is None else f",距监测时间点{account['age']}天"
        post = f"{account['newest_title'] or ''} {account['newest_url'] or ''}"
        yield f"最新发布:{account['newest'] or '无'}{age} {post}".rstrip()
        if account["unread"] or account["doubt"]:
            yield f"  存疑:{account['unread'] or account['doubt']}"


def _availability_lines(rows: _Rows) -> Iterator[str]:
    for row in rows["availability"]:
        if row["reason"] == "未监测":
            continue
        period = (
            f"{row['first_day'] or ''}至{row['last_day'] or ''},{row['days']}天" if row["days"] else "0天"
        )
        share = "" if row["percent"] is None else f"(占{row['percent']:.2f}%)"
        told = f"{period},计入{row['probes']}次,未能打开{row['failed']}次{share}"
        yield f"可用性探测:{told},不计入{row['excused']}次,自身线路故障{row['own_line']}轮"
        if row["reason"]:
            yield f"  {row['reason']}"
        if row["probes"] and row["failed"] == row["probes"]:
            yield "  探测期内从未打开:请换一条线路人工核实,以排除本机被拦截"
        for example in json.loads(row["examples"]):
            yield f"  {example['time']} {example['reason']},用时{example['seconds']:.1f}秒"


def _finding_lines(rows: _Rows) -> Iterator[str]:
    for finding in rows["findings"]:
        told = f"测得 {finding['measured']:g},界限 {finding['threshold']:g}"
        basis = f"依据 {finding['standard_id']} 第{finding['standard_version']}版"
        yield f"问题:{finding['problem']} {told},{basis},证据 {finding['evidence'] or '无'}"
        detail = json.loads(finding["detail"])
        for column in detail.get("columns") or []:
            limits = f"最新 {column['newest'] or '无'},应不早于 {column['cutoff']}"
            yield f"  {column['name']}({column['kind']}):{limits} {column['url']}"
        for message in detail.get("messages") or []:
            asked = f"{message['asked_on']} 提问,至监测时间点{message['days']}天未答复"
            yield f"  {message['title']}:{asked} {message['url']}"
        for message in detail.get("late") or []:
            days = f"{message['asked_on']} 提问,{message['answered_on']} 超期答复(不计数)"
            yield f"  {message['title']}:{days} {message['url']}"
        for guide in detail.get("guides") or []:
            yield f"  {guide['title']}:缺 {'、'.join(guide['missing'])} {guide['url']}"


def _page_lines(rows: _Rows) -> Iterator[str]:
    """Marks, links and suspicions: for people, no part of the verdict."""
    for mark in rows["site_marks"]:
        faults = [f"{name}{mark[key]}页" for key, name in _MARK_OUTCOMES.items() if mark[key]]
        if faults:
            example = f"例:{mark['example']} {mark['example_value'] or ''}".rstrip()
            yield f"标签 {mark['name']}({mark['mark']}):检查{mark['pages']}页,{','.join(faults)},{example}"
    for links in rows["site_links"]:
        share = "" if links["dead_share"] is None else f"({links['dead_share']:.1f}%)"
        told = f"{links['links']}个,已检查{links['tried']}个,失效{links['dead']}个{share}"
        yield f"{_PLACES[links['where']]}链接:{told},站外{links['off_domain']}个"
    for link in [link for link in rows["links"] if link["outcome"] == "dead"][:_SHOWN]:
        yield f"  失效:{link['url']} {link['text'] or ''}({link['reason']}),见 {link['page_url']}"
    for found in rows["suspicions"][:_SHOWN]:
        name = _SUSPICIONS.get(found["rule"].partition(":")[0], found["rule"])
        told = f"{found['text'] or ''} {found['url'] or ''}".strip()
        yield f"待人工核实 {name}:{told},见 {found['page_url']},证据 {found['evidence'] or '无'}"


def _reach(listing: _Row, end: str) -> str:
    return end if listing["reached_end"] else f"完整读至 {listing['complete_back_to'] or '未知'}"


def _moment(instant: datetime | None) -> str:
    return f"{instant.astimezone(ZONE):%Y-%m-%d %H:%M}" if instant is not None else "时间未记录"
