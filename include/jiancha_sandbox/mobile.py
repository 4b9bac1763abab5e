"""Weibo's mobile pages (m.weibo.cn), as anybody may ask for them, with what stands in the way."""

from __future__ import annotations

from typing import Any

from jiancha_sandbox.accounts import CityAccount
from jiancha_sandbox.answer import NOT_FOUND, Answer, Request, json_answer
from jiancha_sandbox.channels import Fault, platform_uid
from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.platform_apis import mblog

_PAGE = 10
_PINNED = 3  # the fourth post ever stays on top


class MobileWeibo:
    """``api/container/getIndex`` of the accounts that are read there."""

    def __init__(self, city: SandboxCity) -> None:
        self._city = city
        self._accounts = {
            platform_uid(a): a
            for a in city.accounts
            if any(channel.adapter == "weibo_mobile" for channel in city.channels(a))
        }

    def answer(self, request: Request) -> Answer:
        if request.path != "/api/container/getIndex":
            return NOT_FOUND
        account = self._accounts.get(request.value("value"))
        if account is None:
            return json_answer({"ok": 0, "msg": "用户不存在", "data": {"cards": []}})
        fault = self._city.fault(account, "weibo_mobile")
        if fault is Fault.LOGIN:
            return json_answer({"ok": -100, "url": "https://passport.weibo.com/sso/signin?entry=wapsso"})
        if fault is Fault.CAPTCHA:
            return json_answer({"ok": -100, "url": "https://security.weibo.com/captcha/geetest?c=spr"})
        shown = self._city.stranger(account) if fault is Fault.STRANGER else account
        cards, since = ([], 0) if fault is Fault.EMPTY else self._cards(shown, request)
        if not cards:
            return json_answer({"ok": 0, "msg": "这里还没有内容", "data": {"cards": []}})
        info = {"containerid": f"107603{platform_uid(shown)}", "v_p": 42, "show_style": 1,
                "total": len(self._city.posts(shown)), "since_id": since}  # fmt: skip
        return json_answer({"ok": 1, "data": {"cardlistInfo": info, "cards": cards}})

    def _cards(self, account: CityAccount, request: Request) -> tuple[list[dict[str, Any]], int]:
        """The cards of a page and the id that leads to the next one, 0 at the end."""
        rows = list(enumerate(self._city.posts(account)))[::-1]
        blogs = [mblog(self._city, account, *row) for row in rows]
        since, page = request.number("since_id", 0), request.number("page", 1)
        older = [blog for blog in blogs if blog["id"] < since] if since else blogs[_PAGE * (page - 1) :]
        cards = [{"card_type": 9, "profile_type_id": "proweibo_", "mblog": blog} for blog in older[:_PAGE]]
        if account.pinned and not since and page == 1 and len(blogs) > _PINNED:
            pinned = blogs[-1 - _PINNED] | {"isTop": 1, "title": {"text": "置顶", "base_color": 1}}
            cards.insert(0, {"card_type": 9, "profile_type_id": "proweibotop_", "mblog": pinned})
        return cards, older[_PAGE - 1]["id"] if len(older) > _PAGE else 0
