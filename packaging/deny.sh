#!/usr/bin/env bash
# Checks the dependencies against deny.toml. Licences, bans and sources need
# nothing but Cargo.lock. Known vulnerabilities need the advisory database,
# which lives in a git repository: where that can not be reached, this says so
# instead of passing in silence.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo deny --locked check --hide-inclusion-graph licenses bans sources

if timeout 120 cargo deny --locked fetch db >/dev/null 2>&1; then
  cargo deny --locked check --hide-inclusion-graph --disable-fetch advisories
else
  echo "deny: WARNING: known vulnerabilities were NOT checked: the advisory database could not be fetched"
fi
