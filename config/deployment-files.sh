#!/usr/bin/env bash
# What docker-compose.yaml expects beside it: random passwords and keys in ./secrets, settings in ./settings. What is there stays.
set -euo pipefail
umask 077
mkdir -p secrets
make_secret() { [ -s "secrets/$1" ] || python3 -c "$2" > "secrets/$1"; }
for name in api_secret jwt_secret; do make_secret "$name" 'import secrets; print(secrets.token_urlsafe(64), end="")'; done
for name in postgres_password redis_password admin_password; do
  make_secret "$name" 'import secrets; print(secrets.token_urlsafe(24), end="")'
done
make_secret fernet_key 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode(), end="")'
mkdir -p settings var
[ -e settings/jiancha.toml ] || cp jiancha.toml settings/
echo "settings lie in settings/, the password of admin in secrets/admin_password"
