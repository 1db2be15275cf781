#!/usr/bin/env bash
# Feeds the parsers random changes of real files until one fails.
#
#   packaging/fuzz.sh SECONDS [TARGET...]
#
# All targets, one after the other, when none is named. What was learned stays below
# the cache, so the next run begins there; so does a file that made a parser fail.
# Works with the stable toolchain: no sanitizer, memory is counted by the targets.
set -euo pipefail

seconds=$1
shift
cd "$(dirname "$0")/../fuzz"
kept=${XDG_CACHE_HOME:-$HOME/.cache}/bwenge/fuzz
export CARGO_TARGET_DIR=$kept/target
tools=${BWENGE_TOOLS_DIR:-$HOME/.cache/bwenge/tools}
export PATH="$tools/bin:$PATH"

command -v cargo-fuzz >/dev/null || {
  echo "fuzz: installing cargo-fuzz below $tools (some minutes)"
  cargo install --quiet --locked --root "$tools" cargo-fuzz@0.13.2
}
python3 seeds.py "$kept/seeds"
build=(--sanitizer none --codegen-units 16)
targets=("$@")
[ $# -gt 0 ] || mapfile -t targets < <(cargo fuzz list)
failed=()
for target in "${targets[@]}"; do
  mkdir -p "$kept/corpus/$target" "$kept/found/$target"
  echo "== $target"
  cargo fuzz run "${build[@]}" "$target" "$kept/corpus/$target" "$kept/seeds/$target" -- \
    -artifact_prefix="$kept/found/$target/" -max_total_time="$seconds" -timeout=20 \
    -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 || failed+=("$target")
done
[ ${#failed[@]} -eq 0 ] || { echo "fuzz: these failed: ${failed[*]}; see $kept/found" >&2; exit 1; }
