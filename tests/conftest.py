"""An Airflow of the tests' own: nothing they do touches the user's installation."""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings

# How fast a busy machine draws examples says nothing of the code.
settings.register_profile("jiancha", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("jiancha")

ROOT = Path(__file__).resolve().parent.parent

_home = tempfile.mkdtemp(prefix="jiancha-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
for _name in [name for name in os.environ if name.startswith(("JIANCHA_", "AIRFLOW"))]:
    del os.environ[_name]
os.environ.update(
    {
        "AIRFLOW_HOME": _home,
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        # Airflow makes these up only in the process that writes airflow.cfg
        "AIRFLOW__API__SECRET_KEY": secrets.token_urlsafe(64),
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_urlsafe(64),
        # the settings of the machine's user must not leak in
        "JIANCHA_CONFIG": str(Path(_home) / "jiancha.toml"),
    }
)
(Path(_home) / "jiancha.toml").write_text("", encoding="utf-8")
