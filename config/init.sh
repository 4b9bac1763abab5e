#!/usr/bin/env bash
# What stands before the services of docker-compose.yaml start; safe to run again at each start.
set -euo pipefail
for folder in /var/lib/jiancha /run/jiancha /opt/airflow/logs; do
  mkdir -p "$folder"
  chown airflow: "$folder"
done
mkdir -p /var/lib/jiancha/{lake,registry,accounts}
chown airflow: /var/lib/jiancha/{lake,registry,accounts}
exec setpriv --reuid airflow --regid airflow --init-groups bash -euo pipefail -c '
python - <<PYTHON
"""Give every named user a password: the first one that of ./secrets/admin_password, others a random one, once."""
import json, os, pathlib, secrets

path = pathlib.Path("/run/jiancha/passwords.json")
known = json.loads(path.read_text()) if path.exists() else {}
names = [each.split(":")[0] for each in os.environ["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS"].split(",")]
given = pathlib.Path("/run/secrets/admin_password").read_text().strip()
passwords = {name: known.get(name) or secrets.token_urlsafe(16) for name in names} | {names[0]: given}
path.touch(mode=0o600)
path.write_text(json.dumps(passwords))
for name in names[1:]:
    if name not in known:
        print(f"password of {name}: {passwords[name]}")
PYTHON
airflow db migrate
python - <<PYTHON
"""Make the pools that are missing; a pool that is there keeps the slots that the office gave it."""
import json, subprocess

wanted = json.load(open("/opt/jiancha/config/pools.json"))
listed = json.loads(subprocess.run(["airflow", "pools", "list", "-o", "json"], capture_output=True, check=True, text=True).stdout)
for name in wanted.keys() - {pool["pool"] for pool in listed}:
    pool = wanted[name]
    subprocess.run(["airflow", "pools", "set", name, str(pool["slots"]), pool["description"]], check=True)
PYTHON
'
