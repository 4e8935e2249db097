#!/usr/bin/env bash
# Builds IOC and starts it with a simulated city. See ./run.sh --help.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
  cat <<'TEXT'
./run.sh [options]: builds IOC and starts it with a simulated city.

  --data DIR            folder of everything that is stored (default ./data)
  --http ADDRESS:PORT   web page, REST and live stream (default 127.0.0.1:8080)
  --mqtt ADDRESS:PORT   MQTT endpoint of the devices (default 127.0.0.1:1883)
  --no-fleet            without the simulated city
  --no-accounts         nobody has to sign in (this machine only)
  --release             build with optimisation
  -h, --help            this text

Ctrl-C or SIGTERM ends it cleanly. Other settings: docs/settings.md.
TEXT
}

data=./data http=127.0.0.1:8080 mqtt=127.0.0.1:1883 fleet=yes configuration=Debug accounts=()
need() { [ $# -ge 2 ] || { echo "run.sh: $1 needs a value; see ./run.sh --help" >&2; exit 2; }; }
while [ $# -gt 0 ]; do
  case "$1" in
    --data) need "$@"; data=$2; shift 2 ;;
    --http) need "$@"; http=$2; shift 2 ;;
    --mqtt) need "$@"; mqtt=$2; shift 2 ;;
    --no-fleet) fleet=no; shift ;;
    --no-accounts) accounts=(--Ioc:Security:Accounts=Off); shift ;;
    --release) configuration=Release; shift ;;
    -h|--help) usage; exit 0 ;;
    *) echo "run.sh: unknown option '$1'; see ./run.sh --help" >&2; exit 2 ;;
  esac
done

command -v dotnet >/dev/null || { echo "run.sh: the .NET 10 SDK is needed (dotnet is not on PATH)" >&2; exit 1; }
command -v npm >/dev/null || { echo "run.sh: Node.js 20 with npm is needed for the operators' page" >&2; exit 1; }

echo "Building ($configuration) ..."
for project in src/IOC.Host firmware-sim; do
  dotnet build "$project" -c "$configuration" -v quiet -nologo || { echo "run.sh: the build failed" >&2; exit 1; }
done

mkdir -p "$data"
endpoints=$data/run/endpoints.json
rm -f "$endpoints"
host_pid='' fleet_pid=''

stop() {
  trap '' INT TERM
  [ -n "$fleet_pid" ] && kill -TERM "$fleet_pid" 2>/dev/null && wait "$fleet_pid" 2>/dev/null
  [ -n "$host_pid" ] && kill -TERM "$host_pid" 2>/dev/null
  [ -n "$host_pid" ] && wait "$host_pid"
}
trap 'code=0; stop || code=$?; exit "$code"' INT TERM

dotnet "src/IOC.Host/bin/$configuration/net10.0/IOC.Host.dll" --data "$data" --http "$http" --mqtt "$mqtt" "${accounts[@]}" &
host_pid=$!

# The host writes the addresses that it listens on once it takes publishes.
while [ ! -s "$endpoints" ]; do
  if ! kill -0 "$host_pid" 2>/dev/null; then
    code=0; wait "$host_pid" || code=$?
    echo "run.sh: the host ended at its start (exit code $code); what was wrong is said above" >&2
    exit "$((code == 0 ? 1 : code))"
  fi
  sleep 0.1
done
page=$(sed -n 's/.*"http": *"\([^"]*\)".*/\1/p' "$endpoints")
broker=$(sed -n 's/.*"mqtt": *"\([^"]*\)".*/\1/p' "$endpoints")

if [ "$fleet" = yes ]; then
  dotnet "firmware-sim/bin/$configuration/net10.0/firmware-sim.dll" fleet --mqtt "$broker" --quiet \
    --truth "$data/fleet-truth.ndjson" &
  fleet_pid=$!
fi

cat <<TEXT

  IOC is running.      IOC đang chạy.
  Operators' page      Trang điều hành:   $page
  MQTT for devices     MQTT cho thiết bị: $broker
  Data                 Dữ liệu:           $data

TEXT

code=0
wait "$host_pid" || code=$?
host_pid=''
stop || true
exit "$code"
