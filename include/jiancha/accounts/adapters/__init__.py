"""Ways of reading an account, one small module each, behind one protocol (base.Adapter)."""

from __future__ import annotations

from collections.abc import Mapping

from jiancha.accounts.adapters import app, douyin, export, feed, manual, report, rsshub, wechat, weibo, werss
from jiancha.accounts.adapters.base import Adapter

#: By the names that the plan uses.
ADAPTERS: Mapping[str, Adapter] = {
    "wechat": wechat.fetch,
    "weibo_owner": weibo.fetch_owner,
    "douyin_owner": douyin.fetch,
    "self_report": report.fetch,
    "manual": manual.fetch,
    "export": export.fetch,
    "feed": feed.fetch,
    "werss": werss.fetch,
    "rsshub": rsshub.fetch,
    "weibo_mobile": weibo.fetch_mobile,
    "app": app.fetch,
}
