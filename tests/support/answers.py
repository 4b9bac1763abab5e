"""Answers of sources, written by hand in the forms that the sources use."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from jiancha.accounts.detect import AHEAD, read_saved
from jiancha.accounts.freshness import judge
from jiancha.posts.model import Reading
from jiancha.posts.tables import Wanted
from jiancha.windows import ZONE

AT = datetime(2021, 2, 15, 23, 59, 59, tzinfo=ZONE)
SINCE = datetime(2021, 2, 1, 0, 0, tzinfo=ZONE)
FRESH = datetime(2021, 2, 10, 9, 30, tzinfo=ZONE)
OLD = datetime(2021, 1, 20, 9, 30, tzinfo=ZONE)
OLDER = datetime(2020, 12, 24, 9, 30, tzinfo=ZONE)


def read(body, platform="新浪微博", at=AT, **wanted):
    data = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else dumped(body)
    return read_saved(data, reading=Reading(at, AHEAD), wanted=Wanted(platform, **wanted))


def outcome(body, platform="新浪微博", at=AT, since=SINCE, **wanted):
    """What comes of an answer, and the failure in words, as the command line gives them."""
    result = judge(read(body, platform, at, **wanted), since, at)
    return result.outcome, None if result.failure is None else str(result.failure)


def dumped(data):
    return json.dumps(data, ensure_ascii=False).encode()


def mid(moment, low=7):
    """A Weibo id made at a moment."""
    return str(((int(moment.timestamp()) - 515_483_463) << 22) | low)


def video_id(moment, low=7):
    return str((int(moment.timestamp()) << 32) | low)


def weibo_time(moment):
    return moment.strftime("%a %b %d %H:%M:%S %z %Y")


def mblog(moment, *, shown=None, uid=2_000_000_001, name="秦都发布", **more):
    number = mid(moment)
    return {
        "id": number,
        "mid": number,
        "created_at": weibo_time(moment) if shown is None else shown,
        "text": "春耕<br />备耕",
        "user": {"id": uid, "screen_name": name},
        "visible": {"type": 0, "list_id": 0},
        "isLongText": False,
    } | more


def card(moment, *, profile="proweibo_", **more):
    return {"card_type": 9, "profile_type_id": profile, "mblog": mblog(moment, **more)}


def mobile(*cards, uid=2_000_000_001, **more):
    info = {"containerid": f"107603{uid}", "total": len(cards)}
    return {"ok": 1, "data": {"cardlistInfo": info, "cards": list(cards)}} | more


def timeline(*blogs):
    return {"statuses": list(blogs), "total_number": len(blogs), "next_cursor": 0}


def videos(*rows, now=None, **data):
    extra = {"logid": "20210216", "error_code": 0}
    if now is not None:
        extra["now"] = int(now.timestamp() * 1000)
    return {"data": {"list": list(rows), "has_more": False, "error_code": 0} | data, "extra": extra}


def video(moment, **more):
    return {
        "item_id": "@8hxdhauTCMppanGnM4ltGM780mDqPP",
        "video_id": video_id(moment),
        "title": "春耕",
        "create_time": int(moment.timestamp()),
        "is_top": False,
        "is_reviewed": True,
        "video_status": 5,
    } | more


def totals(*days, **more):
    rows = [{"ref_date": day, "msgid": f"22474{n}_1", "publish_type": 0} for n, day in enumerate(days)]
    return {"list": rows, "is_delay": False} | more


def article(script="", body='<h1 id="activity-name">春耕</h1><div id="js_content">正文</div>'):
    return (
        "<!DOCTYPE html><html><head>"
        '<meta property="og:url" content="http://mp.weixin.qq.com/s?__biz=Mz1==" />'
        '<meta property="og:title" content="春耕" /></head><body class="rich_media">'
        f"{body}<script>{script}</script></body></html>"
    )


def feed(*moments, title="秦都发布", **more):
    items = [
        {"id": f"p{n}", "url": f"https://a.cn/{n}", "title": f"第{n}篇", "date_published": m}
        for n, m in enumerate(m if isinstance(m, str) else m.isoformat() for m in moments)
    ]
    return {"version": "https://jsonfeed.org/version/1.1", "title": title, "items": items} | more


def rss(*items, title="秦都发布", head=""):
    body = "".join(
        f"<item><title>t{n}</title><guid>{n}</guid><pubDate>{when}</pubDate></item>"
        for n, when in enumerate(items)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>{title}</title>'
        f"{head}{body}</channel></rss>"
    )


def rfc822(moment):
    return moment.strftime("%a, %d %b %Y %H:%M:%S %z")


def hub_error(message):
    """RSSHub's error page."""
    return (
        "<html><head><title>Welcome to RSSHub!</title></head><body><h1>Looks like something went wrong</h1>"
        f"<p>Error Message:<br/><code>{message}</code></p><p>Route: <code>/weibo/user/:uid</code></p>"
        "<p>Full Route: <code>/weibo/user/1</code></p><p>请在 GitHub 登录后提交 issue</p></body></html>"
    )


def hours(count):
    return timedelta(hours=count)
