"""The table of marks in an indicator set."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiancha import standard as package
from jiancha.standard import StandardError, load_standard

SHIPPED = (Path(package.__file__).parent / "guoban-2019.toml").read_text(encoding="utf-8")
OWN = '\n[[mark]]\nid = "x"\nname = "某项"\npages = ["all"]\n'


def load(tmp_path: Path, mark: str) -> tuple[str, ...]:
    (tmp_path / "own.toml").write_text(SHIPPED + mark, encoding="utf-8")
    return tuple(m.id for m in load_standard("own", tmp_path).marks)


def test_the_shipped_marks() -> None:
    marks = {mark.id: mark for mark in load_standard("guoban-2019").marks}
    assert {m.tag for m in marks.values() if "all" in m.pages} == {"sitename", "sitedomain", "siteidcode"}
    assert {m.tag for m in marks.values() if m.pages == ("article",)} == {
        "articletitle", "pubdate", "contentsource",
    }  # fmt: skip
    assert {m.id for m in marks.values() if m.pattern is not None} == {
        f"footer.{name}"
        for name in ("site_code", "icp", "police", "party_government", "fault_report", "sponsor", "contact")
    }


def test_a_province_adds_marks_or_has_none(tmp_path: Path) -> None:
    assert load(tmp_path, OWN + 'tag = "keywords"\n')[-1] == "x"
    bare = SHIPPED[: SHIPPED.index("[[mark]]")]
    (tmp_path / "bare.toml").write_text(bare, encoding="utf-8")
    assert load_standard("bare", tmp_path).marks == ()


@pytest.mark.parametrize(
    ("mark", "message"),
    [
        (OWN, "tag in lower case or a pattern"),
        (OWN + 'tag = "Keywords"\n', "tag in lower case or a pattern"),
        (OWN + 'tag = "k"\npattern = "k"\n', "tag in lower case or a pattern"),
        (OWN + 'pattern = "(k"\n', "mark x: pattern: Expected a regular expression"),
        (
            OWN + 'tag = "k"\ncheck = "shape"\n',
            "check: Invalid enum value 'shape', expected one of '', 'site",
        ),
        (
            OWN.replace('"all"', '"every"') + 'tag = "k"\n',
            "Invalid enum value 'every', expected one of 'all'",
        ),
        (OWN.replace('["all"]', '"all"') + 'tag = "k"\n', "pages: Expected `array`, got `str`, not 'all'"),
        (OWN.replace('"x"', '"SiteName"') + 'tag = "k"\n', "'SiteName' is defined twice"),
        (OWN + 'tag = "k"\ncolour = "red"\n', "unknown key"),
    ],
)
def test_faulty_marks_are_refused(tmp_path: Path, mark: str, message: str) -> None:
    with pytest.raises(StandardError, match=message):
        load(tmp_path, mark)
