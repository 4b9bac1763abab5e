"""Run a reader over inputs in a process whose memory and CPU time the kernel limits."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

BYTES, SECONDS = 900_000_000, 60
_HEAD = """\
import json, resource, sys
from pathlib import Path
from jiancha.errors import JianchaError
{imports}
files = sorted(Path(sys.argv[1]).iterdir())
resource.setrlimit(resource.RLIMIT_AS, ({bytes},) * 2)
resource.setrlimit(resource.RLIMIT_CPU, ({seconds},) * 2)
for file in files:
    data = file.read_bytes()
    try:
        said = str({call})
    except JianchaError as error:
        said = "error: " + str(error)
    print(json.dumps([file.name, said[:300]]), flush=True)
"""


def outcomes(folder: Path, inputs: Mapping[str, bytes], imports: str, call: str) -> dict[str, str]:
    """What ``call``, an expression over ``file.name`` and ``data``, gives for each input, or the error."""
    for name, data in inputs.items():
        (folder / name).write_bytes(data)
    code = _HEAD.format(imports=imports, call=call, bytes=BYTES, seconds=SECONDS)
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], check=False, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, f"{done.stdout[-300:]}\n{done.stderr[-700:]}"
    return dict(map(json.loads, done.stdout.splitlines()))
