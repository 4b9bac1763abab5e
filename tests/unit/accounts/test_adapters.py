"""The platforms' own interfaces: how far they are read, and what their refusals mean."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st
from support.platforms import City, platforms

from jiancha.accounts.connections import Endpoint
from jiancha.accounts.plan import PlannedSource
from jiancha.accounts.reader import check_account, fetch_account
from jiancha.cli.main import main
from jiancha.errors import FailureKind, PermanentFailure, TransientFailure, UnreadableSource
from jiancha.evidence.replay import Replay
from jiancha.lake import Lake
from jiancha.pipeline.quarterly_inspection import roll_up
from jiancha.registry.model import Account
from jiancha.settings import AccountSettings, HttpSettings, Settings
from jiancha.windows import ZONE, Calendar

WINDOW = Calendar().window("2021Q1")  # checkpoint: 2021-02-15 23:59:59
WECHAT = Account("610402M001WX0001", "微信公众号", "秦都发布", "秦都区政府")
WEIBO = Account("610402M001XL0001", "新浪微博", "秦都发布", "秦都区政府")
DOUYIN = Account("610402M001DY0001", "抖音短视频", "秦都发布", "秦都区政府")
SECRET = "0123456789abcdef0123456789abcdef"
KEYS = {
    "wechat": ("wx0123456789abcdef", SECRET),
    "weibo_owner": ("2000000001", "owner-token"),
    "douyin_owner": ("_000open-id", "owner-token"),
    "weibo_mobile": ("", ""),
}
ACCOUNTS = {"wechat": WECHAT, "douyin_owner": DOUYIN}


@pytest.fixture
def served() -> Iterator[tuple[City, str]]:
    with platforms() as found:
        yield found


@pytest.fixture
def city(served):
    return served[0]


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path / "lake")


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    """A server that asks to be left alone is not asked a second time."""
    monkeypatch.setattr("jiancha.accounts.reader.LONGEST_WAIT", 0)


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def settings_of(tmp_path, **account):
    account.setdefault("state", tmp_path)
    account.setdefault("weibo_mobile", True)
    return Settings(
        clock="2021-02-16T09:00:00+08:00",
        http=HttpSettings(connect_timeout=5, total_timeout=20, allow_private=True),
        account=AccountSettings(**account),
    )


@pytest.fixture
def settings(tmp_path):
    return settings_of(tmp_path)


def connect_to(base, keys=KEYS):
    def connect(name):
        if name not in keys:
            raise UnreadableSource(FailureKind.CONFIG, f"没有名为 {name} 的连接")
        return Endpoint(name, base, *keys[name])

    return connect


def source(adapter, account=None, uid=""):
    account = account or ACCOUNTS.get(adapter, WEIBO)
    uid = uid or ("2000000001" if adapter.startswith("weibo") else "")
    return PlannedSource(account.account_code, account.platform, account.name, adapter, adapter, uid)


def fetch(adapter, served, lake, settings, *, keys=KEYS, account=None):
    account = account or ACCOUNTS.get(adapter, WEIBO)
    error = None
    try:
        fetch_account(
            account,
            [source(adapter, account)],
            WINDOW,
            settings=settings,
            lake=lake,
            connect=connect_to(served[1], keys),
        )
    except (TransientFailure, PermanentFailure) as raised:
        error = raised
    visit, listing, posts = (
        lake.read_rows(lake.table_path(table, WINDOW.key, account.target_id))
        for table in ("visits", "listings", "posts")
    )
    assert (error is None) is (visit[0]["status"] == "ok")
    return visit[0], listing[0], posts


def judged(adapter, served, settings, at=WINDOW.checkpoint):
    account = ACCOUNTS.get(adapter, WEIBO)
    return check_account(
        account, [source(adapter)], at, 14, settings=settings, connect=connect_to(served[1])
    ).judgement


def kept_bytes(lake):
    import gzip

    files = [path.read_bytes() for path in lake.root.rglob("*") if path.is_file()]
    return b"".join(files + [gzip.decompress(data) for data in files if data[:2] == b"\x1f\x8b"])


# --- WeChat ---


def test_wechat_is_read_day_by_day_to_the_cut_off_and_one_further(served, city, lake, settings):
    city.published = [moment("2021-02-10 09:00"), moment("2021-02-10 08:00"), moment("2021-01-03 09:00")]
    visit, listing, posts = fetch("wechat", served, lake, settings)
    assert (visit["status"], listing["outcome"], visit["adapter"]) == ("ok", "fresh", "wechat")
    assert visit["url"] == "wechat"  # the Connection's name
    days = [f"{date(2021, 2, 15) - timedelta(days=n)}" for n in range(16)]
    assert city.days() == days
    assert days[-1] == "2021-01-31"
    assert [post["published_on"] for post in posts] == [date(2021, 2, 10), date(2021, 2, 10)]
    assert visit["as_of"] == moment("2021-02-15 23:59:59")


def test_an_account_that_fell_silent_is_read_back_to_its_last_post(served, city, settings):
    city.published = [moment("2021-01-08 09:00")]
    result = judged("wechat", served, settings)
    assert (result.outcome, result.newest.published_on) == ("stale", date(2021, 1, 8))
    assert city.days()[-1] == "2021-01-08"


def test_empty_days_alone_accuse_nobody(served, city, settings, monkeypatch):
    monkeypatch.setattr("jiancha.accounts.adapters.wechat.MAX_DAYS", 30)
    result = judged("wechat", served, settings)
    assert (result.outcome, result.failure) == ("unknown", FailureKind.SOURCE_EMPTY)
    assert len(city.days()) == 30


def test_no_day_is_asked_for_before_its_figures_are_there(served, city, settings):
    city.published = [moment("2021-01-08 09:00")]
    early = replace(settings, clock="2021-02-16T07:59:00")
    result = judged("wechat", served, early)
    assert (result.outcome, result.failure) == ("unknown", FailureKind.COLLECTOR_STALE)
    assert city.days()[0] == "2021-02-14"


def test_late_figures_are_no_empty_day(served, city, lake, settings):
    city.published, city.late = [moment("2021-01-20 09:00")], {date(2021, 2, 15)}
    assert judged("wechat", served, settings).outcome == "unknown"
    city.late = {date(2021, 2, 12)}
    assert judged("wechat", served, settings).failure is FailureKind.COLLECTOR_STALE
    city.late, city.published = {date(2021, 2, 15)}, [moment("2021-02-14 09:00")]
    assert judged("wechat", served, settings).outcome == "fresh"


def test_the_flag_of_delay_counts_as_late(served, city, settings):
    city.published = [moment("2021-01-20 09:00")]
    city.answer_once("/datacube/getarticletotaldetail", {"list": [], "is_delay": True})
    assert judged("wechat", served, settings).outcome == "unknown"


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"list": None, "is_delay": False},
        {"is_delay": False},
        {"list": [{"ref_date": "2021-01-01", "msgid": "1_1"}], "is_delay": False},  # another day's
        {"list": [{"msgid": "1_1"}], "is_delay": False},
    ],
)
def test_an_answer_to_another_question_is_none(served, city, settings, answer):
    city.published = [moment("2021-01-20 09:00")]
    city.answer_once("/datacube/getarticletotaldetail", answer)
    assert judged("wechat", served, settings).failure is FailureKind.SCHEMA


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (45009, "rate_limited"),
        (48001, "not_authorised"),
        (61007, "not_authorised"),
        (61500, "config"),
        (50002, "banned"),
        (-1, "server_error"),
    ],
)
def test_wechats_refusals(code, kind, served, lake, settings):
    served[0].answer_once("/datacube/getarticletotaldetail", {"errcode": code, "errmsg": "e"})
    visit, _, posts = fetch("wechat", served, lake, settings)
    assert (visit["failure"], posts) == (kind, [])


def test_what_fails_behind_a_post_that_was_seen_settles_nothing_less(served, city, lake, settings):
    city.published = [moment("2021-02-15 09:00")]
    path = "/datacube/getarticletotaldetail"
    city.answer_once(path, {"list": [{"ref_date": "2021-02-15", "msgid": "1_1"}], "is_delay": False})
    city.answer_once(path, {"errcode": 45009, "errmsg": "reach max api daily quota limit"})
    visit, listing, _ = fetch("wechat", served, lake, settings)
    assert (visit["status"], listing["complete_back_to"]) == ("ok", date(2021, 2, 15))


@given(
    gaps=st.lists(st.integers(0, 18), max_size=4),
    clock=st.datetimes(datetime(2021, 2, 10), datetime(2021, 3, 5)),
)
@rules(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_days_are_paged_once_each_and_decide_as_the_posts_do(
    served, city, settings, *, gaps, clock, monkeypatch
):
    monkeypatch.setattr("jiancha.accounts.adapters.wechat.MAX_DAYS", 20)
    city.asked.clear()
    day, city.published = datetime(2021, 2, 17, 9, tzinfo=ZONE), []
    for gap in gaps:
        day -= timedelta(days=gap)
        city.published.append(day)
    city.today = clock.date()
    settings = replace(settings, clock=clock.isoformat())
    result = judged("wechat", served, settings)
    asked = [date.fromisoformat(day) for day in city.days()]
    assert all(later - earlier == timedelta(days=1) for later, earlier in pairwise(asked))
    assert asked[0] <= min(WINDOW.checkpoint_day, clock.date() - timedelta(days=1))
    known = asked[0] - timedelta(days=19)  # 20 days are looked at, and all of the span
    seen = [post.date() for post in city.published if known <= post.date() <= asked[0]]
    if any(day >= WINDOW.cutoff(14) for day in seen):
        assert result.outcome == "fresh"
    elif asked[0] < WINDOW.checkpoint_day or not seen:
        assert result.outcome == "unknown"
    else:
        assert (result.outcome, result.newest.published_on) == ("stale", max(seen))


# --- WeChat's tokens ---


def test_one_token_serves_all_tasks(served, city, lake, settings, tmp_path):
    city.published = [moment("2021-02-10 09:00")]
    for _ in range(3):
        fetch("wechat", served, lake, settings)
    assert city.paths().count("/cgi-bin/stable_token") == 1
    (file,) = (tmp_path / "tokens").glob("*.json")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "tokens").stat().st_mode) == 0o700


def test_a_token_that_expired_is_renewed_once(served, city, lake, settings):
    city.published = [moment("2021-02-10 09:00")]
    fetch("wechat", served, lake, settings)
    city.dead.add(city.issued[-1])
    visit, *_ = fetch("wechat", served, lake, settings)
    assert visit["status"] == "ok"
    assert len(city.issued) == 2
    assert city.paths().count("/cgi-bin/stable_token") == 2


def test_a_new_token_that_is_refused_too_goes_to_the_owner(served, city, lake, settings):
    for _ in range(2):
        city.answer_once(
            "/datacube/getarticletotaldetail", {"errcode": 40001, "errmsg": "invalid credential"}
        )
    visit, *_ = fetch("wechat", served, lake, settings)
    assert visit["failure"] == "auth_expired"
    assert city.paths().count("/datacube/getarticletotaldetail") == 1  # the platform gave the same one again


def test_a_damaged_token_file_is_written_anew(served, city, lake, settings, tmp_path):
    city.published = [moment("2021-02-10 09:00")]
    fetch("wechat", served, lake, settings)
    (file,) = (tmp_path / "tokens").glob("*.json")
    for damaged in (b"", b"[]", b'{"token": "x", "until": "soon"}', b'{"token": "x"}', b"\xff"):
        file.write_bytes(damaged)
        visit, *_ = fetch("wechat", served, lake, settings)
        assert visit["status"] == "ok"


def test_wrong_keys_and_missing_connections_are_for_the_office(served, city, lake, settings):
    visit, *_ = fetch("wechat", served, lake, settings, keys={"wechat": ("wx0123456789abcdef", "wrong")})
    assert visit["failure"] == "config"
    for keys in ({"wechat": ("", "")}, {}):
        visit, *_ = fetch("wechat", served, lake, settings, keys=keys)
        assert visit["failure"] == "config"


def test_a_token_answer_of_no_use(served, city, lake, settings):
    for answer in (b"<html>gateway</html>", b"{}", b'{"access_token": "t"}', b'{"access_token": 1}'):
        city.answer_once("/cgi-bin/stable_token", answer)
        visit, *_ = fetch("wechat", served, lake, settings)
        assert visit["failure"] in ("schema", "bad_content")


def test_no_secret_is_stored(served, city, lake, settings, caplog):
    caplog.set_level("DEBUG")
    city.published = [moment("2021-02-10 09:00")]
    for adapter in ("wechat", "weibo_owner", "douyin_owner"):
        fetch(adapter, served, lake, settings)
        city.answer_once("/datacube/getarticletotaldetail", {"errcode": 45009, "errmsg": "e"}, status=500)
    fetch("wechat", served, lake, settings)
    stored = kept_bytes(lake)
    assert b"getarticletotaldetail" in stored
    assert b'"begin_date": "2021-02-15"' in stored  # what was asked is evidence
    for secret in (city.issued[0], SECRET, "owner-token"):
        assert secret.encode() not in stored
        assert secret not in caplog.text


# --- Weibo and Douyin ---


def spread(count, step=1, newest="2021-02-20 09:00"):
    return [moment(newest) - timedelta(days=n * step) for n in range(count)]


@pytest.mark.parametrize("adapter", ["weibo_owner", "douyin_owner", "weibo_mobile"])
def test_pages_are_read_back_past_the_checkpoint_and_one_further(adapter, served, city, lake, settings):
    city.published = spread(100)
    later = replace(settings, clock="2021-02-21T09:00:00")
    visit, listing, posts = fetch(adapter, served, lake, later)
    assert (visit["status"], listing["outcome"]) == ("ok", "fresh")
    # page 1 reaches to 02-11: a post of the span settles it
    assert (len(city.asked), len(posts)) == (1, 10)


@pytest.mark.parametrize("adapter", ["weibo_owner", "douyin_owner", "weibo_mobile"])
@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (["2021-02-10 09:00", "2021-01-10 09:00"], ("fresh", None)),
        (["2021-01-31 23:59", "2021-01-10 09:00"], ("stale", None)),
        (["2021-02-01 00:00", "2021-01-10 09:00"], ("fresh", None)),
        ([], ("unknown", FailureKind.SOURCE_EMPTY)),
    ],
)
def test_the_rule_holds_for_every_platform(adapter, published, expected, served, settings):
    served[0].published = [moment(text) for text in published]
    result = judged(adapter, served, settings)
    assert (result.outcome, result.failure) == expected


@pytest.mark.parametrize("adapter", ["weibo_owner", "douyin_owner"])
def test_an_expired_authorisation_stops_its_connection(adapter, served, city, lake, settings):
    city.token = "another"
    visit, *_ = fetch(adapter, served, lake, settings)
    assert visit["failure"] == "auth_expired"
    asked = len(city.asked)
    visit, *_ = fetch(adapter, served, lake, settings)
    assert (visit["failure"], visit["requests"], len(city.asked)) == ("auth_expired", 0, asked)
    other = "douyin_owner" if adapter == "weibo_owner" else "weibo_owner"
    fetch(other, served, lake, settings)
    assert len(city.asked) == asked + 1  # another Connection


def test_another_accounts_timeline_is_no_answer(served, city, lake, settings):
    city.published, city.uid = [moment("2021-01-10 09:00")], "2000000002"
    visit, *_ = fetch("weibo_owner", served, lake, settings)
    assert visit["failure"] == "identity_mismatch"
    city.uid, city.name = "2000000001", "渭城发布"
    assert fetch("weibo_owner", served, lake, settings)[0]["failure"] == "renamed"


def test_the_mobile_pages_are_off_by_default(served, city, lake, tmp_path):
    city.published = [moment("2021-02-10 09:00")]
    assert AccountSettings().weibo_mobile is False
    visit, *_ = fetch("weibo_mobile", served, lake, settings_of(tmp_path, weibo_mobile=False))
    assert (visit["failure"], city.asked) == ("config", [])


def test_pinned_posts_of_the_mobile_pages_count_by_their_own_time(served, city, settings):
    city.published, city.pinned = spread(12, newest="2021-01-20 09:00"), [moment("2019-05-01 09:00")]
    result = judged("weibo_mobile", served, settings)
    assert (result.outcome, result.newest.published_on) == ("stale", date(2021, 1, 20))


def test_a_part_out_of_order_proves_nothing(served, city, settings):
    city.published = [moment(f"20{year}-01-10 09:00") for year in (16, 17, 18, 19, 20)]
    city.per_page = 5
    result = judged("weibo_mobile", served, settings)
    assert (result.outcome, result.failure) == ("unknown", FailureKind.INCOMPLETE)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((200, {"ok": -100, "url": "https://passport.weibo.com/sso/signin"}), "needs_login"),
        ((200, {"ok": 0, "url": "https://m.weibo.cn/captcha/geetest"}), "anti_bot"),
        ((200, b"<html><title>Sina Visitor System</title></html>"), "anti_bot"),
        ((432, b""), "anti_bot"),
        ((418, b""), "anti_bot"),
        ((403, b""), "anti_bot"),
        ((429, b""), "rate_limited"),
        ((404, b""), "not_found"),
        ((502, b"<html>bad gateway</html>"), "server_error"),
    ],
)
def test_what_the_mobile_pages_answer_to_programs(answer, kind, served, lake, settings):
    status, body = answer
    served[0].answer_once("/api/container/getIndex", body, status)
    assert fetch("weibo_mobile", served, lake, settings)[0]["failure"] == kind


def test_the_server_says_for_how_long_it_wants_to_be_left_alone(served, city, lake, settings):
    city.published = [moment("2021-02-10 09:00"), moment("2021-01-10 09:00")]
    city.answer_once("/api/container/getIndex", b"", 429, Retry_After="1200")
    fetch("weibo_mobile", served, lake, settings)
    for clock, status in (("2021-02-16T09:19:59", "failed"), ("2021-02-16T09:20:01", "ok")):
        visit, *_ = fetch("weibo_mobile", served, lake, replace(settings, clock=clock))
        assert visit["status"] == status


def test_json_that_is_cut_or_wild_proves_nothing(served, city, lake, settings):
    for adapter, path in (
        ("weibo_owner", "/2/statuses/user_timeline.json"),
        ("douyin_owner", "/api/douyin/v1/video/video_list/"),
        ("weibo_mobile", "/api/container/getIndex"),
        ("wechat", "/datacube/getarticletotaldetail"),
    ):
        for body in (b"", b"{", b"[" * 20_000, b"null", b'{"data": []}', json.dumps({"x": 1}).encode()):
            city.answer_once(path, body)
            visit, _, posts = fetch(adapter, served, lake, settings)
            assert (visit["status"], posts) == ("failed", []), (adapter, body[:20])


PLACES = {
    "weibo_owner": "/2/statuses/user_timeline.json",
    "douyin_owner": "/api/douyin/v1/video/video_list/",
    "weibo_mobile": "/api/container/getIndex",
    "wechat": "/datacube/getarticletotaldetail",
}
WILD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=8),
    st.just([]),
    st.just({}),
    st.sampled_from([float("nan"), 10**400, "2021-02-10", -1, [[]], {"x": []}]),
)


#: These say whether a post is public, and the account's own; a card without ``mblog`` is none.
TELLING = {"visible", "video_status", "is_reviewed", "user", "mblog"}


def spoilt(data, draw):
    """The answer with one value in it replaced; whole posts stay."""
    while isinstance(data, dict | list) and data:
        inner = isinstance(data, list)
        keys = range(len(data)) if inner else [key for key in sorted(data) if key not in TELLING]
        if isinstance(data, dict) and "mblog" in data:
            data, inner = data["mblog"], False
            keys = [key for key in sorted(data) if key not in TELLING]
        key = draw(st.sampled_from(keys))
        whole = inner or (isinstance(data[key], dict | list) and data[key] and draw(st.booleans()))
        if not whole:
            data[key] = draw(WILD)
            return
        data = data[key]


@given(data=st.data(), adapter=st.sampled_from(sorted(PLACES)))
@rules(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_spoilt_answer_leaves_an_outcome_and_accuses_nobody(served, city, tmp_path, data, adapter):
    city.instead.clear()
    city.published = [moment("2021-02-10 09:00"), moment("2021-01-10 09:00")]
    city.issued = city.issued or ["wechat-token-0"]
    answers = {
        "weibo_owner": lambda: city.timeline({"access_token": city.token}),
        "douyin_owner": lambda: city.videos({"cursor": "0", "count": "20"}, city.token),
        "weibo_mobile": lambda: city.mobile({"containerid": f"107603{city.uid}"}),
        "wechat": lambda: {"list": [{"ref_date": "2021-02-15", "msgid": "1_1"}], "is_delay": False},
    }
    answer = json.loads(json.dumps(answers[adapter]()))
    spoilt(answer, data.draw)
    city.answer_once(PLACES[adapter], json.dumps(answer).encode())
    result = judged(adapter, served, settings_of(tmp_path))
    assert result.outcome in ("fresh", "unknown")


# --- from the evidence again ---


def test_a_replay_needs_neither_network_nor_token(served, city, lake, settings, tmp_path):
    city.published = [moment("2021-01-28 09:00")]
    for adapter in ("wechat", "weibo_owner", "douyin_owner"):
        account = ACCOUNTS.get(adapter, WEIBO)
        visit, listing, posts = fetch(adapter, served, lake, settings)
        asked = len(city.asked)
        unused = replace(settings, account=replace(settings.account, state=tmp_path / "none"))
        again = Lake(tmp_path / f"again-{adapter}")
        with Replay(lake.root / visit["evidence"], visit["evidence"]) as recorder:
            fetch_account(
                account,
                [source(adapter)],
                WINDOW,
                settings=unused,
                lake=again,
                connect=connect_to(served[1]),
                recorder=recorder,
            )
        assert len(city.asked) == asked
        for table, rows in (("listings", [listing]), ("posts", posts)):
            assert again.read_rows(again.table_path(table, WINDOW.key, account.target_id)) == rows
        assert not (tmp_path / "none").exists()


def test_the_roll_up_names_the_connection_that_failed(served, city, lake, settings, monkeypatch):
    city.token = "another"
    rows = []
    for adapter, account in (("weibo_owner", WEIBO), ("douyin_owner", DOUYIN), ("wechat", WECHAT)):
        fetch(adapter, served, lake, settings)
        columns = ("target_id", "account_code", "platform", "name", "owner", "row")
        rows.append({name: getattr(account, name) for name in columns})
    lake.write_rows("sites", WINDOW.key, "registry", [])
    lake.write_rows("accounts", WINDOW.key, "registry", rows)
    monkeypatch.setenv("JIANCHA_LAKE", str(lake.root))
    failed = roll_up(WINDOW.key).failed
    assert [(each.failure, each.connection) for each in failed] == [
        ("auth_expired", "连接 weibo_owner"),
        ("auth_expired", "连接 douyin_owner"),
        ("source_empty", ""),  # this account's own
    ]


# --- by the command, with an Airflow Connection ---


def test_the_command_reads_through_an_airflow_connection(served, city, tmp_path, monkeypatch, capsys):
    city.published = [moment("2021-02-10 09:00"), moment("2021-01-05 09:00")]
    (tmp_path / "accounts.csv").write_text(
        "新媒体标识码,账号类型,账号名称,开设主体\r\n610402M001WX0001,微信公众号,秦都发布,区政府\r\n",
        encoding="utf-8",
    )
    (tmp_path / "plan.csv").write_text(
        "账号类型,账号名称,读取方式,地址\r\n微信公众号,秦都发布,微信接口,wechat_qindu\r\n", encoding="utf-8"
    )
    app, secret = city.app
    address = served[1].removeprefix("http://")
    monkeypatch.setenv("AIRFLOW_CONN_WECHAT_QINDU", f"http://{app}:{secret}@{address}/http")
    monkeypatch.setenv("JIANCHA_HTTP__ALLOW_PRIVATE", "true")
    monkeypatch.setenv("JIANCHA_ACCOUNT__STATE", str(tmp_path / "state"))
    monkeypatch.setenv("JIANCHA_ACCOUNT__SOURCES", str(tmp_path / "plan.csv"))
    monkeypatch.setenv("JIANCHA_CLOCK", "2021-02-16T09:00:00")
    base = ["account", "check", "秦都发布", "--registry", str(tmp_path / "accounts.csv")]
    assert main([*base, "--as-of", "2021-02-15", "--json"]) == 0
    printed = capsys.readouterr()
    shown = json.loads(printed.out.splitlines()[-1])
    assert (shown["outcome"], shown["newest"], shown["adapter"]) == ("fresh", "2021-02-10", "wechat")
    assert secret not in printed.out + printed.err
    monkeypatch.delenv("AIRFLOW_CONN_WECHAT_QINDU")
    assert main([*base, "--json"]) == 0
    shown = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (shown["outcome"], shown["failure"]) == ("unknown", "config")
