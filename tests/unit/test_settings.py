"""Configuration: defaults, file, environment, and errors that name the place."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, get_type_hints

import pytest

from jiancha.errors import SettingsError
from jiancha.settings import Settings, load
from jiancha.windows import ZONE, Quarter


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "jiancha.toml"


def test_defaults_without_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load(environ={}) == Settings()


def test_a_file_in_the_working_directory_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("jiancha.toml").write_text('lake = "here"', encoding="utf-8")
    assert load(environ={}).lake == "here"


def test_file_then_environment(file: Path) -> None:
    file.write_text(
        'lake = "s3://bucket/lake"\nwindows = "w.toml"\n'
        "[http]\ntotal_timeout = 12\nmax_bytes = 2\nallow_private = true\n"
        '[mail]\nrecipients = ["a@example.cn", "b@example.cn"]\n',
        encoding="utf-8",
    )
    from_file = load(file, {})
    assert from_file.lake == "s3://bucket/lake"
    assert from_file.windows == Path("w.toml")
    assert (from_file.http.total_timeout, type(from_file.http.total_timeout)) == (12.0, float)
    assert from_file.http.allow_private is True
    assert from_file.http.connect_timeout == Settings().http.connect_timeout
    assert from_file.mail.recipients == ("a@example.cn", "b@example.cn")
    environ = {
        "JIANCHA_LAKE": "elsewhere",
        "JIANCHA_WINDOWS": "",
        "JIANCHA_HTTP__MAX_BYTES": "7",
        "JIANCHA_HTTP__ALLOW_PRIVATE": "0",
        "JIANCHA_MAIL__RECIPIENTS": " c@example.cn ,, d@example.cn",
        "JIANCHA_RUN__MAX_UNDETERMINED_SHARE": "0.5",
    }
    both = load(file, environ)
    assert (both.lake, both.windows) == ("elsewhere", None)
    assert (both.http.max_bytes, both.http.allow_private, both.http.total_timeout) == (7, False, 12.0)
    assert both.mail.recipients == ("c@example.cn", "d@example.cn")
    assert both.run.max_undetermined_share == 0.5


def test_the_environment_names_the_file(file: Path) -> None:
    file.write_text('lake = "named"', encoding="utf-8")
    assert load(environ={"JIANCHA_CONFIG": str(file)}).lake == "named"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("laek = 'x'", "'laek'"),
        ("[http]\nproxi = 'x'", "'proxi'"),
        ("http = 3", "http must be a table"),
        ("lake = 3", "lake"),
        ("[http]\nmax_bytes = 2.5", "max_bytes"),
        ("[http]\nmax_bytes = true", "max_bytes"),
        ("[http]\nallow_private = 1", "allow_private"),
        ("[http]\ntotal_timeout = '3'", "total_timeout"),
        ("[http]\ntotal_timeout = true", "total_timeout"),
        ("[mail]\nrecipients = 'a@example.cn'", "recipients"),
        ("[mail]\nrecipients = [1]", "recipients"),
        ("lake = ", "jiancha.toml"),
    ],
)
def test_a_faulty_file_is_named_with_the_key(file: Path, text: str, named: str) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load(file, {})
    assert "jiancha.toml" in str(caught.value)
    assert named in str(caught.value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("JIANCHA_HTTP__MAX_BYTES", "many"),
        ("JIANCHA_HTTP__TOTAL_TIMEOUT", ""),
        ("JIANCHA_HTTP__ALLOW_PRIVATE", "yes"),
    ],
)
def test_a_faulty_variable_is_named(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        load(environ={variable: value})


def test_a_file_that_is_not_there_or_no_text_is_an_error(file: Path) -> None:
    with pytest.raises(SettingsError, match=r"jiancha\.toml"):
        load(file, {})
    file.write_bytes(b'lake = "\xff"')
    with pytest.raises(SettingsError, match=r"jiancha\.toml"):
        load(file, {})


@pytest.mark.parametrize(
    ("table", "name"),
    [
        (table.name, name.name)
        for table in fields(Settings)
        if is_dataclass(getattr(Settings(), table.name))
        for name in fields(getattr(Settings(), table.name))
    ],
)
def test_every_setting_can_be_set_by_variable(table: str, name: str) -> None:
    kind = get_type_hints(type(getattr(Settings(), table)))[name]
    samples = {int: ("2", 2), float: ("0.75", 0.75), bool: ("true", True), Path: ("p", Path("p"))}
    samples |= {str: ("a@b.cn", "a@b.cn"), Path | None: ("p", Path("p"))}
    samples |= {Literal[0, 1, 2]: ("1", 1), Literal["respect", "ignore"]: ("ignore", "ignore")}
    samples |= {Literal["auto", "never"]: ("never", "never")}
    text, value = samples.get(kind, ("a@b.cn, c@d.cn", ("a@b.cn", "c@d.cn")))
    if name == "levels":
        text, value = "other,county_portal", ("other", "county_portal")
    loaded = load(environ={f"JIANCHA_{table}__{name}".upper(): text})
    assert getattr(getattr(loaded, table), name) == value


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[mail]\nrecipients = ["a@b.cn", "ops"]', "mail: recipients[1]: Expected a mail address such as"),
        ('[mail]\nsender = "nobody"', "mail: sender: Expected a mail address such as"),
        ('[review]\nrecipients = ["a@b.cn,c@d.cn"]', "review: recipients[0]: Expected a mail address"),
        ("[site]\nmax_pages = 0", "site: max_pages: Expected `int` >= 1, not 0"),
        ("[http]\npace_seconds = -1", "http: pace_seconds: Expected `float` >= 0"),
        (
            '[site]\nrobots = "no"',
            "site: robots: Invalid enum value 'no', expected one of 'respect', ",
        ),
        ("[notice]\nrate_decimals = 3", "notice: rate_decimals: Invalid enum value 3, expected one of 0, 1"),
        ('[wording]\nlevels = ["city"]', "wording: levels[0]: Invalid enum value 'city', expected one of 'm"),
        ('[notice]\narea = ""', "notice: area: Expected a text, not ''"),
        ("[http]\ntotal_timeuot = 3", "http: unknown setting 'total_timeuot' (expected: total_timeout)"),
    ],
)
def test_an_error_tells_what_was_expected(file: Path, text: str, told: str) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load(file, {})
    assert str(caught.value).startswith(f"{file}: {told}")


def test_the_calendar_of_the_settings(file: Path) -> None:
    file.write_text('[calendar]\nfirst = "2020Q3"', encoding="utf-8")
    assert load(environ={"JIANCHA_WINDOWS": str(file)}).calendar().first == Quarter(2020, 3)


@pytest.mark.parametrize(
    ("clock", "now"),
    [
        ("2021-03-31T09:00:00", datetime(2021, 3, 31, 9, tzinfo=ZONE)),
        ("2021-03-31T09:00:00+00:00", datetime(2021, 3, 31, 17, tzinfo=ZONE)),
        ("2021-03-31", datetime(2021, 3, 31, tzinfo=ZONE)),
    ],
)
def test_a_clock_stands_in_for_the_present(clock: str, now: datetime) -> None:
    set_now = Settings(clock=clock).now()
    assert set_now == now
    assert set_now.utcoffset() == timedelta(hours=8)


def test_without_a_clock_it_is_the_present() -> None:
    assert abs(Settings().now() - datetime.now(tz=ZONE)) < timedelta(seconds=5)


def test_a_faulty_clock() -> None:
    with pytest.raises(SettingsError, match="clock"):
        Settings(clock="noon").now()


@pytest.mark.parametrize("variable", ["JIANCHA_HTTP__PROXI", "JIANCHA_RUN__", "JIANCHA_SITE__max_pages"])
def test_a_variable_of_no_setting_is_a_typing_mistake(variable: str) -> None:
    with pytest.raises(SettingsError, match=f"unknown setting '{variable}'"):
        load(environ={variable: "1"})


def test_variables_of_other_tools_are_left_alone() -> None:
    assert load(environ={"JIANCHA_ADMIN_PASSWORD": "x", "JIANCHA_HTTPS__PROXY": "x"}) == load(environ={})


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_a_limit_that_no_number_reaches_is_refused(file: Path, value: str) -> None:
    with pytest.raises(SettingsError, match="JIANCHA_RUN__MAX_UNDETERMINED_SHARE"):
        load(environ={"JIANCHA_RUN__MAX_UNDETERMINED_SHARE": value})
    file.write_text(f"[run]\nmax_undetermined_share = {value}", encoding="utf-8")
    with pytest.raises(SettingsError, match="max_undetermined_share"):
        load(file, {})
