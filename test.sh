#!/usr/bin/env bash
# Installs what the tests need and runs them all. --fast: unit tests only, for quick feedback.
# The last line is "N passed, N failed, N skipped" over all suites.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

fast=no
case "${1:-}" in
  '') ;;
  --fast) fast=yes ;;
  -h|--help) echo "./test.sh [--fast]: runs all tests, or with --fast the ones that need no server or browser"; exit 0 ;;
  *) echo "test.sh: unknown option '$1'" >&2; exit 2 ;;
esac

results=$PWD/artifacts/test-results
rm -rf "$results"; mkdir -p "$results"
passed=0 failed=0 skipped=0

step() { printf '\n== %s\n' "$*"; }
count() { passed=$((passed + $1)); failed=$((failed + $2)); skipped=$((skipped + $3)); }
# A step that is no test of its own counts as one failure when it fails.
must() { local what=$1; shift; if ! "$@"; then echo "FAILED: $what"; count 0 1 0; return 1; fi; }
finish() {
  printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]; exit
}

have_postgres() { compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; }

install_packages() {
  local missing=()
  command -v mosquitto_pub >/dev/null || missing+=(mosquitto-clients)
  [ -x /usr/sbin/mosquitto ] || missing+=(mosquitto)
  command -v chromium >/dev/null || missing+=(chromium)
  command -v influxd >/dev/null || missing+=(influxdb)
  have_postgres || missing+=(postgresql)
  /usr/bin/python3 -c 'import paho.mqtt' 2>/dev/null || missing+=(python3 python3-paho-mqtt)
  command -v promtool >/dev/null || missing+=(prometheus)
  command -v aiosmtpd >/dev/null || missing+=(python3 python3-aiosmtpd)
  command -v curl >/dev/null || missing+=(curl)
  [ -x /usr/sbin/nginx ] || missing+=(nginx-light)
  command -v bwrap >/dev/null || missing+=(bubblewrap)
  command -v systemd-analyze >/dev/null || missing+=(systemd)
  command -v ps >/dev/null || missing+=(procps)
  [ ${#missing[@]} -eq 0 ] && return 0
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null && as_root=(sudo -n) || { echo "not root: cannot install ${missing[*]}"; return 1; }
  fi
  "${as_root[@]}" apt-get update -qq && DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >"$results/apt.log" 2>&1
}

if [ "$fast" = no ]; then
  step "Debian packages that the tests run"
  if ! install_packages; then
    echo "some packages are missing: the tests that need them are skipped"
    [ "${CI:-}" = true ] && must "packages" false
  fi
fi

# One compiler for all projects: it is loaded once.
step "Build"
must "build" dotnet build IOC.sln -c Release -v quiet -nologo -p:UseSharedCompilation=true || finish

if [ "$fast" = no ]; then
  # Hundreds of hosts are started: the published one starts with a quarter less processor time.
  step "The host, as it is published"
  must "publish" dotnet publish src/IOC.Host -c Release --no-build -v quiet -nologo -o artifacts/published-host && export IOC_TESTED_HOST=$PWD/artifacts/published-host
fi
dotnet build-server shutdown --vbcscompiler >/dev/null

if [ "$fast" = no ]; then
  step "Dependency audit"
  must "dependency audit" tests/audit.sh
fi

step "Operators' page"
if must "page tests" npm --prefix dashboards/operator test --silent -- --reporter=default --reporter=json --outputFile="$results/page.json"; then :; fi
if [ -s "$results/page.json" ]; then
  # shellcheck disable=SC2046
  count $(node -e 'const r=JSON.parse(require("fs").readFileSync(process.argv[1]));console.log(r.numPassedTests, 0, r.numPendingTests)' "$results/page.json")
fi

# Tests with this trait start PostgreSQL and fail where there is none; in CI there must be.
without=()
if [ "$fast" = yes ] || { [ "${CI:-}" != true ] && ! have_postgres; }; then
  without=(--filter 'Server!=postgresql'); echo "the tests on PostgreSQL are left out"
fi

# Nothing here runs long enough to be worth instrumenting.
export DOTNET_TieredPGO=0

run_suite() {
  local project=$1 name; name=$(basename "$project" .csproj)
  step "$name"
  # Crash or hang of a suite counts as a failure even when no result file was written.
  timeout 1200 dotnet test "$project" -c Release --no-build --nologo -v quiet --blame-hang-timeout 8min "${without[@]}" \
    --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" --results-directory "$results"
  local code=$? counters
  counters=$(grep -o '<Counters [^>]*' "$results/$name.trx" 2>/dev/null | head -1)
  if [ -z "$counters" ]; then count 0 1 0; echo "FAILED: $name wrote no results"; return; fi
  field() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters"; }
  local total ok bad; total=$(field total); ok=$(field passed); bad=$(field failed)
  count "$ok" "$bad" $((total - ok - bad))
  if [ "$total" -eq 0 ]; then count 0 1 0; echo "FAILED: $name ran no test"; fi
  if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then count 0 1 0; echo "FAILED: $name ended with exit code $code"; fi
}

# The browser tests mostly wait for pages: the suites of one process run beside them. The acceptance tests keep all cores busy, and come before.
browser=tests/IOC.Browser.Tests/IOC.Browser.Tests.csproj
if [ "$fast" = no ]; then
  run_suite tests/IOC.Acceptance.Tests/IOC.Acceptance.Tests.csproj
  (passed=0 failed=0 skipped=0; run_suite "$browser"; echo "$passed $failed $skipped" >"$results/browser.counts") >"$results/browser.log" 2>&1 &
  beside=$!
  trap 'pkill -P "$beside"; kill "$beside" 2>/dev/null' EXIT
fi
for project in tests/*.Tests/*.csproj; do
  case "$project" in *IOC.Acceptance.Tests*|*IOC.Browser.Tests*) continue ;; esac
  case "$fast:$project" in yes:*IOC.Deploy.Tests*) continue ;; esac
  run_suite "$project"
done

# Still beside the browser tests, which take longest.
if [ "$fast" = no ]; then
  # What the analyzers find has stopped the build already.
  step "Code style"
  must "dotnet format whitespace" dotnet format whitespace . --folder --verify-no-changes --exclude artifacts
  must "dotnet format style" dotnet format style IOC.sln --verify-no-changes --no-restore --severity warn

  step "Upgrade from the version before"
  must "upgrade" deploy/upgrade-test.sh

  wait "$beside"
  trap - EXIT
  cat "$results/browser.log"
  # shellcheck disable=SC2046
  if [ -s "$results/browser.counts" ]; then count $(<"$results/browser.counts"); else must "browser tests" false; fi
fi

if [ "${CI:-}" = true ] && [ "$skipped" -gt 0 ]; then
  echo "FAILED: in CI nothing may be skipped"; count 0 1 0
fi
finish
