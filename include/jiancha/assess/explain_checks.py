"""What the chain of a verdict tells of a site's channels, availability, tags and links."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from jiancha.windows import ZONE

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

#: The rows of one target by table.
_Rows = Mapping[str, list[dict[str, Any]]]


def channel_lines(rows: _Rows) -> Iterator[str]:
    """Messages that were not answered in time or may not have been, and all guides that were read."""
    if rows["messages"]:
        yield f"咨询留言：读到{len(rows['messages'])}条"
    for message in rows["message_states"]:
        if message["state"] in _MESSAGE_STATES:
            days = f"提问 {message['asked_on'] or '日期不明'}，答复 {message['answered_on'] or '无'}"
            yield f"  {_MESSAGE_STATES[message['state']]}：{message['title']}，{days} {message['url']}"
    for guide in rows["guide_states"]:
        lacking = "、".join(guide["missing"] or ()) or guide["reason"] or "无"
        yield f"办事指南 {guide['title']}：{_GUIDE_STATES[guide['state']]}，缺 {lacking} {guide['url']}"


def availability_lines(rows: _Rows) -> Iterator[str]:
    for row in rows["availability"]:
        if row["reason"] == "未监测":
            continue
        period = (
            f"{row['first_day'] or ''}至{row['last_day'] or ''}，{row['days']}天" if row["days"] else "0天"
        )
        share = "" if row["percent"] is None else f"（占{row['percent']:.2f}%）"
        counts = f"{period}，计入{row['probes']}次，未能打开{row['failed']}次{share}"
        yield f"可用性探测：{counts}，不计入{row['excused']}次，自身线路故障{row['own_line']}轮"
        if row["reason"]:
            yield f"  {row['reason']}"
        if row["probes"] and row["failed"] == row["probes"]:
            yield "  探测期内从未打开：请换一条线路人工核实，以排除本机被拦截"
        for example in json.loads(row["examples"]):
            yield f"  {example['time']} {example['reason']}，用时{example['seconds']:.1f}秒"
            if example.get("evidence"):
                yield f"    证据记录 {example['evidence']}"


def picture_lines(rows: _Rows) -> Iterator[str]:
    """Pictures of the accused pages, as they looked when they were taken, or why there is none."""
    for picture in rows["screenshots"]:
        taken = f"{picture['taken_at'].astimezone(ZONE):%Y-%m-%d %H:%M}"
        if picture["path"] is None:
            yield f"截图 {picture['page_url']}：未取得（{taken}，{picture['failure']}）"
            continue
        lacks = f"，{picture['failure']}" if picture["failure"] else ""
        yield f"截图 {picture['page_url']}：{picture['path']}（{taken} 拍摄{lacks}）"
        yield f"  SHA-256 {picture['sha256']}"


def page_lines(rows: _Rows) -> Iterator[str]:
    """Marks, links and suspicions: for people, no part of the verdict."""
    for mark in rows["site_marks"]:
        faults = [f"{name}{mark[key]}页" for key, name in _MARK_OUTCOMES.items() if mark[key]]
        if faults:
            example = f"例：{mark['example']} {mark['example_value'] or ''}".rstrip()
            counts = f"检查{mark['pages']}页，{'，'.join(faults)}"
            yield f"标签 {mark['name']}（{mark['mark']}）：{counts}，{example}"
    for links in rows["site_links"]:
        share = "" if links["dead_share"] is None else f"（{links['dead_share']:.1f}%）"
        counts = f"{links['links']}个，已检查{links['tried']}个，失效{links['dead']}个{share}"
        yield f"{_PLACES[links['where']]}链接：{counts}，站外{links['off_domain']}个"
    for link in [link for link in rows["links"] if link["outcome"] == "dead"][:_SHOWN]:
        yield f"  失效：{link['url']} {link['text'] or ''}（{link['reason']}），见 {link['page_url']}"
    for found in rows["suspicions"][:_SHOWN]:
        name = _SUSPICIONS.get(found["rule"].partition(":")[0], found["rule"])
        shown = f"{found['text'] or ''} {found['url'] or ''}".strip()
        yield f"待人工核实 {name}：{shown}，见 {found['page_url']}，证据 {found['evidence'] or '无'}"
