#!/usr/bin/env bash
# Installs the web app's packages and builds it, each only when its input
# changed (by content, so a fresh checkout's file times do not matter).
#
#   packaging/web.sh deps|build
set -euo pipefail
cd "$(dirname "$0")/../web"

deps() {
  local stamp=node_modules/.bwenge-lock
  cmp -s package-lock.json "$stamp" && return
  echo "web: installing packages"
  npm ci --no-audit --no-fund --loglevel=error
  cp package-lock.json "$stamp"
}

# A digest over every file the build reads.
inputs() {
  find . \( -name node_modules -o -name build -o -name .svelte-kit -o -name e2e -o -name test-results \) \
    -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
}

build() {
  deps
  local stamp=node_modules/.bwenge-built now
  now=$(inputs)
  if [ -f build/index.html ] && [ "$now" = "$(cat "$stamp" 2>/dev/null)" ]; then
    return
  fi
  echo "web: building"
  npm run --silent build
  echo "$now" >"$stamp"
}

case ${1:-build} in
  deps) deps ;;
  build) build ;;
  *) echo "usage: $0 deps|build" >&2; exit 2 ;;
esac
