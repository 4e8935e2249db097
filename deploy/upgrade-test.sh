#!/usr/bin/env bash
# Upgrades a data folder that an older version made, looks whether everything is there, and goes back. deploy/upgrade-test.sh [COMMIT]: the
# version to come from; default the newest tag that is not this commit, or the commit that deploy/previous-version names. Needs this version
# built (Release), the repository's past, mosquitto-clients and curl.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
from=${1:-$(git tag --merged HEAD --no-contains HEAD --sort=-creatordate 'v*' | head -1)}
from=${from:-$(cut -d' ' -f1 deploy/previous-version)}
git cat-file -e "$from^{commit}" || { echo "FAILED: the repository does not hold $from: fetch its past"; exit 1; }

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
dotnet publish "$work/old/src/IOC.Host" -c Release -o "$work/program" -v quiet -nologo -p:BuildDashboards=false -p:RunAnalyzers=false
data=$work/data
old=$work/program/IOC.Host.dll
new=$root/src/IOC.Host/bin/Release/net10.0/IOC.Host.dll
settings=(--data "$data" --http 127.0.0.1:0 --mqtt 127.0.0.1:0)

start() {
  rm -f "$data/run/endpoints.json"
  dotnet "$1" "${settings[@]}" >"$work/log" 2>&1 &
  host=$!
  for _ in $(seq 900); do
    [ -s "$data/run/endpoints.json" ] && break
    kill -0 "$host" 2>/dev/null || { cat "$work/log"; echo "FAILED: $1 did not start"; exit 1; }
    sleep 0.1
  done
  http=$(sed -n 's/.*"http": *"\([^"]*\)".*/\1/p' "$data/run/endpoints.json")
  mqtt=$(sed -n 's/.*"mqtt": *"[^"]*:\([0-9]*\)".*/\1/p' "$data/run/endpoints.json")
  until_ok 300 "ready" curl -fs -o /dev/null "$http/health/ready"
}
stop() { kill -TERM "$host"; local code=0; wait "$host" || code=$?; host=''; [ "$code" -eq 0 ] || { cat "$work/log"; echo "FAILED: ended with $code"; exit 1; }; }
until_ok() {
  local times=$1 what=$2; shift 2
  for _ in $(seq "$times"); do "$@" && return; sleep 0.1; done
  cat "$work/log"; echo "FAILED: waited in vain for: $what"; exit 1
}
ask() { curl -sS --fail-with-body -H "Authorization: Bearer $(cat "$data/run/local.token")" "$http$1" "${@:2}"; }
holds() { ask "$1" 2>/dev/null | grep -q "$2"; }
publish() { mosquitto_pub -p "$mqtt" -q 1 -t ioc/v1/viet-yen/environment/upgrade-1/telemetry -m "{\"ts\":$1,\"v\":{\"pm25\":$2}}"; }
readings='/api/v1/history?sensor=upgrade-1&property=pm25&from=2025-10-09T00:00:00Z&to=2025-10-10T00:00:00Z'
retained() { [ "$(mosquitto_sub -p "$mqtt" -t upgrade/kept -C 1 -W 10)" = before ]; }

# A reading, an alert that somebody has acted on, a person, a retained message, a dead letter: something of every store.
make() {
  publish 1760000000000 41.5
  until_ok 200 "the reading" holds "$readings" "1760000000000,41.5"
  mosquitto_pub -p "$mqtt" -q 1 -r -t upgrade/kept -m before
  mosquitto_pub -p "$mqtt" -q 1 -t ioc/v1/viet-yen/environment/upgrade-1/telemetry -m 'not a payload'
  mosquitto_pub -p "$mqtt" -q 1 -t ioc/v1/viet-yen/environment/vy-air-01/telemetry -m '{"v":{"temp":250}}'
  until_ok 300 "the alert" holds '/api/v1/alerts?sensor=vy-air-01' '"id"'
  alert=$(ask '/api/v1/alerts?sensor=vy-air-01' | sed -n 's/.*"id": *"\([^"]*\)".*/\1/p' | head -1)
  ask "/api/v1/alerts/$alert/note" -o /dev/null -H 'Content-Type: application/json' -d '{"operator":"vh01","note":"before the upgrade"}'
  ask /api/v1/accounts -o /dev/null -H 'Content-Type: application/json' -d '{"userName":"vh07","displayName":"Lan","grants":[{"role":"operator","districts":["viet-yen"]}]}'
}
check() {
  until_ok 200 "the reading" holds "$readings" "1760000000000,41.5"
  until_ok 1 "the alert" holds "/api/v1/alerts/$alert" "vy-air-01"
  until_ok 1 "what was noted of it" holds "/api/v1/alerts/$alert/acts" "before the upgrade"
  until_ok 1 "the dead letter" holds '/api/v1/dead-letters' "upgrade-1"
  until_ok 1 "the retained message" retained
  until_ok 1 "the account" holds /api/v1/accounts '"vh07"'
}

start "$old"
make
check
stop
cp -a "$data" "$work/before"

echo "starting this version on its folder"
start "$new"
check
publish 1760000060000 42.5
until_ok 200 "a new reading" holds "$readings" "1760000060000,42.5"
stop
dotnet "$new" audit verify --data "$data"

echo "the way back: the copy from before, with the former program"
rm -rf "$data"; mv "$work/before" "$data"
start "$old"
check
stop
echo "upgraded from $from and back"
