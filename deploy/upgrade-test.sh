#!/usr/bin/env bash
# Upgrades a data folder that an older version made. deploy/upgrade-test.sh [COMMIT]: the version to come from; default the newest tag that is
# not this commit. Needs this version built (Release), mosquitto_pub and curl. Nothing to do, and exit code 0, without such a tag.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
from=${1:-$(git tag --merged HEAD --no-contains HEAD --sort=-creatordate 'v*' | head -1)}
[ -n "$from" ] || { echo "no tag before this commit: nothing to upgrade from"; exit 0; }

work=$(mktemp -d)
host=''
cleanup() {
  [ -n "$host" ] && kill -KILL "$host" 2>/dev/null || true
  git worktree remove --force "$work/old" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

echo "building $from"
git worktree add -q --detach "$work/old" "$from"
dotnet publish "$work/old/src/IOC.Host" -c Release -o "$work/program" -v quiet -nologo -p:BuildDashboards=false
data=$work/data
new=$root/src/IOC.Host/bin/Release/net10.0/IOC.Host.dll
settings=(--data "$data" --http 127.0.0.1:0 --mqtt 127.0.0.1:0)
grep -q 'AccountsMode' "$work/old/src/IOC.Host/Settings/IocOptions.cs" && off=(--Ioc:Security:Accounts=Off) || off=()

start() {
  rm -f "$data/run/endpoints.json"
  dotnet "$1" "${settings[@]}" "${@:2}" >"$work/log" 2>&1 &
  host=$!
  for _ in $(seq 900); do
    [ -s "$data/run/endpoints.json" ] && break
    kill -0 "$host" 2>/dev/null || { cat "$work/log"; echo "FAILED: $1 did not start"; exit 1; }
    sleep 0.1
  done
  http=$(sed -n 's/.*"http": *"\([^"]*\)".*/\1/p' "$data/run/endpoints.json")
  mqtt=$(sed -n 's/.*"mqtt": *"[^"]*:\([0-9]*\)".*/\1/p' "$data/run/endpoints.json")
  for _ in $(seq 300); do curl -fs "$http/health/ready" >/dev/null && return; sleep 0.1; done
  cat "$work/log"; echo "FAILED: not ready"; exit 1
}
stop() { kill -TERM "$host"; local code=0; wait "$host" || code=$?; host=''; [ "$code" -eq 0 ] || { cat "$work/log"; echo "FAILED: ended with $code"; exit 1; }; }
publish() { mosquitto_pub -p "$mqtt" -q 1 -t ioc/v1/viet-yen/environment/upgrade-1/telemetry -m "{\"ts\":$1,\"v\":{\"pm25\":$2}}"; }
expect() {
  for _ in $(seq 200); do
    curl -fs "$http/api/v1/history?sensor=upgrade-1&property=pm25&from=2025-10-09T00:00:00Z&to=2025-10-10T00:00:00Z" | grep -q "1760000000000,$1" && return
    sleep 0.1
  done
  echo "FAILED: the reading $1 is not there"; exit 1
}

start "$work/program/IOC.Host.dll" "${off[@]}"
publish 1760000000000 41.5
expect 41.5
stop
cp -a "$data" "$work/before"

echo "starting this version on its folder"
start "$new" --Ioc:Security:Accounts=Off
expect 41.5
publish 1760000060000 42.5
stop

echo "the way back: the copy from before, with the former program"
rm -rf "$data"; mv "$work/before" "$data"
start "$work/program/IOC.Host.dll" "${off[@]}"
expect 41.5
stop
echo "upgraded from $from and back"
