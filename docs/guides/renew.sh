#!/usr/bin/env bash
# Makes the pictures of the guides anew: builds, runs the tests that take them, and puts them into docs/guides/images.
# Needs what ./test.sh installs (chromium). Look at them before you commit them.
set -euo pipefail
cd "$(dirname "$0")/../.."
rm -rf artifacts/guides
dotnet build tests/IOC.Browser.Tests -c Release -v q -nologo

# All that take pictures; those that compare the pictures with the guides come after.
names=FullyQualifiedName~GuideTests
dotnet test tests/IOC.Browser.Tests -c Release --no-build --nologo --filter "$names&FullyQualifiedName!~picture"
for language in vi en; do
  mkdir -p "docs/guides/images/$language"
  cp artifacts/guides/$language/*.png "docs/guides/images/$language/"
done
dotnet test tests/IOC.Browser.Tests -c Release --no-build --nologo --filter "$names&FullyQualifiedName~picture"
