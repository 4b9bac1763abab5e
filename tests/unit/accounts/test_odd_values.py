"""Odd values in every field of every form of saved answers, and answers that are odd by their structure."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta

import pytest

from jiancha.accounts.detect import AHEAD, read_saved
from jiancha.accounts.freshness import judge
from jiancha.posts.model import Reading
from jiancha.posts.tables import Wanted
from jiancha.windows import ZONE

AT = datetime(2021, 3, 31, 9, tzinfo=ZONE)
#: Five fields each.
FORMS = {
    "feed": '{"title":"渭城发布","items":[{"id":%s,"url":%s,"title":%s,"date_published":%s}],"next_url":%s}',
    "weibo": '{"ok":1,"data":{"cards":[{"card_type":9,"mblog":{"mid":%s,"created_at":%s,"text":%s,"isTop":%s,'
    '"user":{"screen_name":%s,"id":1}}}]}}',
    "timeline": '{"statuses":[{"id":%s,"created_at":%s,"text":%s,"user":{"id":%s}}],"total_number":%s}',
    "douyin": '{"aweme_list":[{"aweme_id":%s,"create_time":%s,"desc":%s,"is_top":%s}],"has_more":%s}',
    "wechat": '{"item":[{"article_id":%s,"content":{"news_item":[{"title":%s,"url":%s}],"create_time":%s},'
    '"update_time":%s}],"total_count":1,"item_count":1}',
    "table": '[{"标题":%s,"发布时间":%s,"链接":%s,"状态":%s,"账号名称":%s}]',
}
ODD = (
    *("1e400", "-1e400", "NaN", "9" * 5_000, "-" + "9" * 400, "253402300800", "-62135596801", "true", "null"),
    *(
        "[]",
        "{}",
        r'"\ud800"',
        r'"\u0000"',
        '"0000-00-00"',
        '"99999-01-01"',
        '"2021-02-30"',
        f'"{"9" * 4_000}"',
    ),
    *('"Fri, 31 Dec 9999 23:59:59 -2359"', '"0001-01-01T00:00:00+23:59"', '"9999-12-31T23:59:59-23:59"'),
    *(f'"{"9" * 20}天前"', '"99999999小时前"', f'"{"1" * 400}年"'),
)
PLAIN = ('"1"', '"2021-02-10 10:00"', '"a"', "0", '"b"')


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_no_odd_value_breaks_the_reading(form: str) -> None:
    for value in ODD:
        for place in range(5):
            fields = [*PLAIN[:place], value, *PLAIN[place + 1 :]]
            body = (form % tuple(fields)).encode()
            listing = read_saved(
                body, reading=Reading(AT, AHEAD), wanted=Wanted("微信公众号", "渭城发布", "1")
            )
            found = judge(listing, AT - timedelta(days=14), AT)
            told = f"{found.why}{listing.reason}" + "".join(
                f"{post.title}{post.url}{post.id}" for post in listing.posts
            )
            told.encode()  # valid text, whatever was sent
            assert "\x00" not in told
            if listing.failure is not None:
                assert found.outcome == "unknown"


#: Structures that cost far more than their bytes where a reader takes them as they come.
STRUCTURES = r"""
bodies = [
    b"[" * 200_000 + b"]" * 200_000,
    b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    b'{"title":"x","items":[{"id":1,"date_published":' + b"[" * 100_000 + b"]" * 100_000 + b"}]}",
    ("[{" + ",".join(f'"c{n}":1' for n in range(100_000)) + "}]").encode(),
    ("[" + ",".join('{"标题":"a","发布时间":"2021-02-10","x%d":1}' % n for n in range(5_000)) + "]").encode(),
    ("标题,发布时间" + "," * 1_000_000 + "\na,2021-02-10\n").encode(),
    '标题,发布时间\n"'.encode() + b"a" * 3_000_000,
    b"<rss>" + b"<a>" * 100_000,
    ("<rss " + " ".join(f'a{n}="1"' for n in range(50_000)) + "><channel/></rss>").encode(),
    b"<html>" + b"<div>" * 100_000,
    b"\0" * 1_000_000,
]
"""


def test_answers_that_are_odd_by_their_structure_cost_little() -> None:
    code = (
        "import resource\nfrom datetime import datetime\n"
        "from jiancha.accounts.detect import AHEAD, read_saved\nfrom jiancha.posts.model import Reading\n"
        "from jiancha.posts.tables import Wanted\nfrom jiancha.windows import ZONE\n"
        f"{STRUCTURES}"
        "resource.setrlimit(resource.RLIMIT_AS, (900_000_000,) * 2)\n"
        "resource.setrlimit(resource.RLIMIT_CPU, (40, 40))\n"
        "at = datetime(2021, 3, 31, tzinfo=ZONE)\n"
        "for body in bodies:\n"
        "    print(read_saved(body, reading=Reading(at, AHEAD), wanted=Wanted('微博', 'x', '1')).failure)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-500:]
    kinds = done.stdout.split()
    assert len(kinds) == 11
    # two are tables, however many columns they have besides
    assert [place for place, kind in enumerate(kinds) if kind == "None"] == [4, 5]
