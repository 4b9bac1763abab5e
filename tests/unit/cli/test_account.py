"""``jiancha account …`` as a person or a program calls it."""

from __future__ import annotations

import json

import pytest
from support.answers import FRESH, OLD, card, dumped, feed, mid, mobile

from jiancha.cli.main import main

LIMITS = ["--at", "2021-02-15T23:59:59", "--since", "2021-02-01T00:00:00+08:00"]


@pytest.fixture
def saved(tmp_path):
    def save(body, name="answer.json"):
        path = tmp_path / name
        path.write_bytes(body if isinstance(body, bytes) else dumped(body))
        return str(path)

    return save


def test_judging_a_saved_answer(saved, capsys):
    pinned, repost = card(OLD, isTop=1), card(FRESH, retweeted_status={"id": "1"})
    path = saved(mobile(pinned, repost, card(OLD, shown="01-20")))
    assert main(["account", "feed", path, "--platform", "新浪微博", *LIMITS, "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["outcome"], shown["failure"], shown["coverage"]) == ("fresh", None, "complete")
    assert shown["newest"] == "2021-02-10T09:30:00+08:00"
    assert [(p["id"], p["pinned"], p["repost"]) for p in shown["posts"]] == [
        (mid(OLD), True, False),
        (mid(FRESH), False, True),
        (mid(OLD), False, False),
    ]
    assert shown["posts"][2]["published_at"] == "2021-01-20"  # only the day is known
    assert shown["posts"][2]["time_source"] == "yearless"


def test_an_unknown_outcome_names_its_failure(saved, capsys):
    path = saved(b"<html><title>\xe7\x99\xbb\xe5\xbd\x95</title></html>", "page.html")
    assert main(["account", "feed", path, "--platform", "weibo", *LIMITS, "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["outcome"], shown["failure"], shown["newest"], shown["posts"]) == (
        "unknown",
        "needs_login",
        None,
        [],
    )
    assert shown["coverage"] == "partial"


def test_words_for_a_person_and_the_name_asked_for(saved, capsys):
    path = saved(feed(OLD, title="渭城发布"))
    assert main(["account", "feed", path, "--platform", "微信公众号", *LIMITS, "--name", "渭城发布"]) == 0
    assert capsys.readouterr().out.startswith("未按时更新：")
    main(["account", "feed", path, "--platform", "微信公众号", *LIMITS, "--name", "秦都发布"])
    assert "不是“秦都发布”" in capsys.readouterr().out


def test_a_vendors_own_columns(saved, capsys):
    path = saved("发稿时刻,大标题\r\n2021-02-10 08:00,春耕\r\n".encode("gbk"), "export.csv")
    arguments = ["account", "feed", path, "--platform", "微信公众号", *LIMITS, "--json"]
    main(arguments)
    assert json.loads(capsys.readouterr().out)["failure"] == "schema"
    main([*arguments, "--column", "published=发稿时刻", "--column", "title=大标题"])
    assert json.loads(capsys.readouterr().out)["outcome"] == "fresh"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--at", "someday", "--since", "2021-02-01"], "--at"),
        (["--at", "2021-02-01", "--since", "2021-02-02"], "--since"),
        ([*LIMITS, "--column", "colour=色"], "colour"),
    ],
)
def test_wrong_arguments_are_told(saved, capsys, arguments, words):
    assert main(["account", "feed", saved(feed(OLD)), "--platform", "weibo", *arguments]) == 1
    assert words in capsys.readouterr().err


def test_a_missing_file_is_told(tmp_path, capsys):
    assert main(["account", "feed", str(tmp_path / "no"), "--platform", "weibo", *LIMITS]) == 1
    assert "no" in capsys.readouterr().err
