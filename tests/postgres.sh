#!/usr/bin/env bash
# Start a throw-away PostgreSQL, run the command given with DATABASE_URL set, stop it.
set -euo pipefail
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
bin=${PGBIN:-$bin}
if [ ! -x "$bin/initdb" ]; then
  echo "PostgreSQL's programs are not installed (Debian: apt-get install postgresql)." >&2
  exit 1
fi
folder=$(mktemp -d)
chmod 755 "$folder"
as() { "$@"; }
if [ "$(id -u)" = 0 ]; then # the server refuses to run as root
  chown postgres "$folder"
  as() { runuser -u postgres -- "$@"; }
fi
stop() {
  as "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap stop EXIT
cd_back=$PWD
cd /
as "$bin/initdb" -D "$folder/data" -A trust -U immunosite -E UTF8 --locale=C.UTF-8 >/dev/null
as "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/log" \
  -o "-c listen_addresses='' -k $folder -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=50" start >/dev/null
as "$bin/createdb" -h "$folder" -U immunosite immunosite
cd "$cd_back"
export DATABASE_URL="postgres://immunosite@${folder//\//%2F}/immunosite"
"$@"
