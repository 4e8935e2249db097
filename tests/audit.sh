#!/usr/bin/env bash
# Asks the package feeds whether a package that is built in has a known vulnerability. Fails when one has. A feed without such data would
# answer "none" to everything: a package with a hole that everybody knows is asked about first, and where that is not known either,
# nothing was audited, and this says so.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
found=0

canary=$(mktemp -d)
trap 'rm -rf "$canary"' EXIT
cat >"$canary/canary.csproj" <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageReference Include="Newtonsoft.Json" Version="12.0.1" /></ItemGroup>
</Project>
XML
vulnerable() { grep -E '^ +> ' | sort -u; }
if ! dotnet restore "$canary/canary.csproj" -v quiet >"$canary/restore.log" 2>&1; then
  echo "NuGet: NOT AUDITED. The feed could not be asked."
elif ! dotnet list "$canary/canary.csproj" package --vulnerable 2>/dev/null | grep -q 'Newtonsoft.Json'; then
  echo "NuGet: NOT AUDITED. The feed has no data about vulnerabilities (it does not know that of Newtonsoft.Json 12.0.1, GHSA-5crp-9r3c-p9vr)."
else
  holes=$(dotnet list IOC.sln package --vulnerable --include-transitive 2>/dev/null | vulnerable)
  if [ -n "$holes" ]; then echo "NuGet: vulnerable packages:"; echo "$holes"; found=1; else echo "NuGet: no package with a known vulnerability."; fi
fi

for folder in dashboards/operator tests/interop; do
  report=$(npm --prefix "$folder" audit --audit=true --json 2>/dev/null)
  total=$(node -e 'try { const t = JSON.parse(process.argv[1]).metadata.vulnerabilities.total; console.log(Number.isInteger(t) ? t : "none"); } catch { console.log("none"); }' "$report")
  case "$total" in
    none) echo "npm, $folder: NOT AUDITED. The feed does not answer questions about vulnerabilities." ;;
    0) echo "npm, $folder: no package with a known vulnerability." ;;
    *) echo "npm, $folder: $total vulnerabilities:"; npm --prefix "$folder" audit --audit=true; found=1 ;;
  esac
done
exit "$found"
