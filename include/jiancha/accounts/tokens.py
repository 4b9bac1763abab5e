"""WeChat's access tokens: the one place where they are asked for, kept and renewed.

A token is kept in a file that only this user can read, never in the lake, and is neither logged nor part of
the evidence. Tasks on one machine share the file; those on another get the same token from the platform,
which hands out one until it expires. It is never forced to make a new one: that would shut out the owner's
own systems.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from jiancha.accounts.connections import Endpoint
from jiancha.errors import FailureKind, UnreadableSource
from jiancha.net.http import Fetcher
from jiancha.posts.model import load_json, refuse, table, text
from jiancha.posts.wechat import refuse_error
from jiancha.settings import Settings

WECHAT = "https://api.weixin.qq.com"
_PATH = "/cgi-bin/stable_token"
_MARGIN = 60.0  # seconds before its end at which a token is not used any more
_MOST_SECONDS = 7200.0


class Tokens:
    """The tokens of one folder."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._folder = settings, settings.account.state / "tokens"

    def get(self, endpoint: Endpoint, refused: str = "") -> str:
        """A token that holds; ``refused`` is one that the platform has just refused.

        Raises FetchFailure, or UnreadableSource where the platform gives none.
        """
        if not (endpoint.login and endpoint.password):
            refuse(FailureKind.CONFIG, f"连接 {endpoint.name} 缺少 AppID 或 AppSecret")
        path = self._folder / f"{self._name(endpoint)}.json"
        try:
            with self._locked(path):
                kept = _kept(path)
                if kept and kept != refused:
                    return kept
                token, seconds = self._ask(endpoint)
                _write(path, token, seconds)
        except OSError as error:
            refuse(FailureKind.CONFIG, f"令牌文件夹 {self._folder} 不可用：{error.strerror}")
        if token == refused:
            raise UnreadableSource(FailureKind.AUTH_EXPIRED, f"连接 {endpoint.name} 的令牌不被平台接受")
        return token

    def _ask(self, endpoint: Endpoint) -> tuple[str, float]:
        """Ask the platform; a fetcher of its own keeps no evidence, for question and answer are secrets."""
        question = {
            "grant_type": "client_credential",
            "appid": endpoint.login,
            "secret": endpoint.password,
            "force_refresh": False,
        }

        def now() -> datetime:
            return self._settings.now()

        with Fetcher(self._settings.http, now=now) as fetcher:
            fetcher.hide(endpoint.password)
            address = endpoint.address(WECHAT, _PATH)
            response = fetcher.post(address, json.dumps(question).encode(), inside=endpoint.inside)
        data: Mapping[str, Any] = table(load_json(response.body.decode("utf-8", "replace")))
        refuse_error(data)
        token, seconds = text(data.get("access_token")), data.get("expires_in")
        if not token or isinstance(seconds, bool) or not isinstance(seconds, int):
            refuse(FailureKind.SCHEMA, "微信令牌接口的应答无法识别")
        return token, min(float(seconds), _MOST_SECONDS)

    @staticmethod
    def _name(endpoint: Endpoint) -> str:
        """One file per server and AppID; the AppSecret too, so that a new one is used at once."""
        named = "\n".join((endpoint.base, endpoint.login, endpoint.password))
        return hashlib.sha256(named.encode()).hexdigest()[:32]

    @contextmanager
    def _locked(self, path: Path) -> Iterator[None]:
        """One task asks, the others wait for what it gets."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _kept(path: Path) -> str:
    """The token in a file, or an empty text where there is none that holds."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        stored = json.loads(path.read_bytes())
        if time.time() < float(stored["until"]) - _MARGIN:
            return str(stored["token"])
    return ""


def _write(path: Path, token: str, seconds: float) -> None:
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump({"token": token, "until": time.time() + seconds}, file)
    new.replace(path)
