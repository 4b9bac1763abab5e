"""The platforms' official interfaces, for accounts whose owners have authorised the office.

They answer as their documentation says: WeChat's statistics by single days, Weibo's timeline by pages,
Douyin's list of videos by a cursor.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from jiancha.windows import ZONE
from jiancha_sandbox.accounts import CityAccount
from jiancha_sandbox.answer import NOT_FOUND, Answer, Request, json_answer
from jiancha_sandbox.channels import Fault, Habit, platform_uid
from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.connections import Grant
from jiancha_sandbox.feeds import link_of, post_id, title_of

_READY = time(8)  # WeChat's figures of a day are there the next morning
_DOUYIN_MOST = 20
_WEIBO_MOST = 100


class Owners:
    """What the three interfaces have in common: who authorised the office, and whether that still holds."""

    def __init__(self, city: SandboxCity, adapter: str) -> None:
        self.city, self._adapter = city, adapter
        self._accounts: dict[str, CityAccount] = {}
        self._grants: dict[str, Grant] = {}
        for account in city.accounts:
            channel = next((c for c in city.channels(account) if c.adapter == adapter), None)
            if channel is not None:
                grant = Grant.named(channel.address)
                self._accounts[grant.login], self._grants[grant.login] = account, grant

    def account(self, login: str, secret: str) -> CityAccount | None:
        """The account of a log-in with the right secret."""
        grant = self._grants.get(login)
        return self._accounts[login] if grant is not None and grant.secret == secret else None

    def login_with(self, secret: str) -> str:
        """The log-in that a secret belongs to, or an empty text."""
        return next((login for login, grant in self._grants.items() if grant.secret == secret), "")

    def expired(self, account: CityAccount) -> bool:
        return self.city.fault(account, self._adapter) is Fault.GRANT_EXPIRED

    def rows(self, account: CityAccount) -> list[tuple[int, datetime]]:
        """Index and moment of all posts, newest first."""
        return list(enumerate(self.city.posts(account)))[::-1]


class WechatApi:
    """``cgi-bin/stable_token`` and ``datacube/getarticletotaldetail``."""

    def __init__(self, city: SandboxCity) -> None:
        self._owners = Owners(city, "wechat")

    def answer(self, request: Request) -> Answer:
        try:
            asked = json.loads(request.body or b"{}")
        except ValueError:
            return _wechat_error(47001, "data format error")
        if not isinstance(asked, dict):
            return _wechat_error(47001, "data format error")
        if request.path == "/cgi-bin/stable_token":
            return self._token(asked)
        if request.path == "/datacube/getarticletotaldetail":
            return self._totals(request.value("access_token"), asked)
        return NOT_FOUND

    def _token(self, asked: Mapping[str, Any]) -> Answer:
        login, secret = str(asked.get("appid", "")), str(asked.get("secret", ""))
        if self._owners.account(login, secret) is None:
            return _wechat_error(40125, "invalid appsecret")
        return json_answer({"access_token": f"token-{login}", "expires_in": 7200})

    def _totals(self, token: str, asked: Mapping[str, Any]) -> Answer:
        login = token.removeprefix("token-")
        account = self._owners.account(login, Grant.of_login(login).secret)
        if account is None:
            return _wechat_error(40001, "invalid credential, access_token is invalid or not latest")
        if self._owners.expired(account):
            return _wechat_error(48001, "api unauthorized")
        try:
            first, last = (date.fromisoformat(str(asked.get(f"{end}_date"))) for end in ("begin", "end"))
        except ValueError:
            return _wechat_error(61500, "date format error")
        now = self._owners.city.clock
        ready = now.date() - timedelta(days=1 if now.timetz().replace(tzinfo=None) >= _READY else 2)
        if first != last or first >= now.date():
            return _wechat_error(61501, "date range error")
        if first > ready:
            return _wechat_error(61503, "data not ready")
        sent = [row for row in self._owners.rows(account) if row[1].astimezone(ZONE).date() == first]
        return json_answer({"list": [_total(account, *row) for row in sent], "is_delay": False})


class WeiboApi:
    """``2/statuses/user_timeline.json``."""

    def __init__(self, city: SandboxCity) -> None:
        self._owners = Owners(city, "weibo_owner")

    def answer(self, request: Request) -> Answer:
        if request.path != "/2/statuses/user_timeline.json":
            return NOT_FOUND
        token = request.value("access_token")
        account = self._owners.account(self._owners.login_with(token), token)
        if account is None:
            return _weibo_error(21332, "invalid_access_token", request.path)
        if self._owners.expired(account):
            return _weibo_error(21327, "expired_token", request.path)
        if request.value("uid", platform_uid(account)) != platform_uid(account):
            return _weibo_error(21335, "uid parameter is not current user", request.path)
        count, page = min(request.number("count", 20), _WEIBO_MOST), request.number("page", 1)
        rows = self._owners.rows(account)
        statuses = [
            mblog(self._owners.city, account, *row) for row in rows[count * (page - 1) : count * page]
        ]
        return json_answer({"statuses": statuses, "total_number": len(rows), "next_cursor": 0})


class DouyinApi:
    """``video/video_list``."""

    def __init__(self, city: SandboxCity) -> None:
        self._owners = Owners(city, "douyin_owner")

    def answer(self, request: Request) -> Answer:
        if request.path != "/api/douyin/v1/video/video_list/":
            return NOT_FOUND
        account = self._owners.account(request.value("open_id"), request.token)
        if account is None:
            return self._answer(2190002, "access_token无效")
        if self._owners.expired(account):
            return self._answer(2190008, "access_token过期,请刷新或重新授权")
        cursor, count = request.number("cursor", 0), min(request.number("count", 10), _DOUYIN_MOST)
        older = [row for row in self._owners.rows(account) if not cursor or _millis(row[1]) < cursor]
        shown = older[:count]
        return self._answer(
            0,
            "",
            list=[_video(account, *row) for row in shown],
            cursor=_millis(shown[-1][1]) if shown else cursor,
            has_more=len(older) > len(shown),
        )

    def _answer(self, code: int, description: str, **data: object) -> Answer:
        error = {"error_code": code, "description": description}
        extra = {"sub_error_code": 0, "sub_description": "", "logid": "20210216085959010193120032",
                 "now": _millis(self._owners.city.clock)}  # fmt: skip
        return json_answer({"data": data | error, "extra": extra | error})


def mblog(city: SandboxCity, account: CityAccount, index: int, moment: datetime) -> dict[str, Any]:
    """A Weibo post as the platform's own answers hold it."""
    number, text = post_id(account, index, moment), title_of(account, index, moment)
    name = city.shown_name(account, city.fault(account, city.channels(account)[0].adapter))
    found: dict[str, Any] = {
        "created_at": moment.strftime("%a %b %d %H:%M:%S %z %Y"),
        "id": int(number),
        "idstr": number,
        "mid": number,
        "text": text,
        "source": "微博网页版",
        "user": {"id": int(platform_uid(account)), "idstr": platform_uid(account), "screen_name": name},
        "visible": {"type": 0, "list_id": 0},
    }
    if city.habit(account) is Habit.REPOSTS:
        found |= {
            "text": "转发微博",
            "retweeted_status": {"text": text, "user": {"id": 1, "screen_name": "咸阳发布"}},
        }
    return found


def _total(account: CityAccount, index: int, moment: datetime) -> dict[str, Any]:
    return {
        "ref_date": f"{moment:%Y-%m-%d}",
        "msgid": f"{2_247_480_000 + index}_1",
        "publish_type": 0,
        "title": title_of(account, index, moment),
        "content_url": link_of(account, index, moment),
        "detail_list": [],
    }


def _video(account: CityAccount, index: int, moment: datetime) -> dict[str, Any]:
    number = post_id(account, index, moment)
    return {
        "item_id": f"@{number[::-1]}",
        "video_id": number,
        "title": title_of(account, index, moment),
        "create_time": int(moment.timestamp()),
        "share_url": f"https://www.iesdouyin.com/share/video/{number}/",
        "is_top": False,
        "is_reviewed": True,
        "video_status": 5,
        "media_type": 4,
    }


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _wechat_error(code: int, message: str) -> Answer:
    return json_answer({"errcode": code, "errmsg": f"{message} rid: 602b1a2f-4ac04b5e-0c31b1f2"})


def _weibo_error(code: int, message: str, path: str) -> Answer:
    return json_answer({"error": message, "error_code": code, "request": path}, 403)
