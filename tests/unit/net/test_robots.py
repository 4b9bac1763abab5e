"""robots.txt of any size and form is read in little memory, and our own rules are kept."""

from __future__ import annotations

from pathlib import Path

from support.little_memory import outcomes

IMPORTS = "from jiancha.net.robots import read_rules"
CALL = "read_rules(data, 'jiancha').can_fetch('http://a.gov.cn/private/x', 'jiancha')"
OURS = "\nUser-agent: *\nDisallow: /private/\n"


def test_files_of_many_agents_and_rules(tmp_path: Path) -> None:
    agents = "".join(f"User-agent: bot{n}\n" for n in range(9_000))
    rules = "".join(f"Disallow: /a{n}/*/b\n" for n in range(9_000))
    groups = "".join(f"User-agent: bot{n}\nAllow: /\nDisallow: /{n}\n" for n in range(9_000))
    inputs = {
        "agents times rules": OURS + agents + rules,
        "groups": OURS + groups,
        "ours a thousand times": OURS + "User-agent: *\nAllow: /x\n\n" * 9_000,
        "stars": OURS
        + "Disallow: /"
        + "*a" * 100_000
        + "$\n"
        + "Disallow: /*a*a*a*a*a*a*a*a*a*a*b$\n" * 2_000,
        "one line": OURS + "Disallow: /" + "x" * 500_000,
        "no line ends": OURS + "User-agent:" * 60_000,
        "paths of percent signs": OURS + "Disallow: /" + "%E4%B8" * 20_000 + "\n" + rules,
        "maps": OURS + "Sitemap: http://a.gov.cn/s.xml\n" * 15_000,
    }
    data = {name: text.encode()[:512_000] for name, text in inputs.items()}
    assert outcomes(tmp_path, data, IMPORTS, CALL) == dict.fromkeys(inputs, "False")
