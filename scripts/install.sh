#!/usr/bin/env bash
# Make .venv and install the locked dependencies and this checkout into it.
set -euo pipefail
cd "$(dirname "$0")/.."

find_python() {
  for name in python3 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
      echo "$name"
      return
    fi
  done
  echo "Python 3.11 or later is needed. Install it: sudo apt-get install python3 python3-venv" >&2
  exit 3
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

if ! command -v python3 >/dev/null; then
  as_root apt-get update -qq && as_root apt-get install -y -qq python3 python3-venv >/dev/null
fi
python=$(find_python)
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  as_root apt-get update -qq || true
  as_root apt-get install -y -qq python3-venv >/dev/null || {
    echo "Python's venv module is missing. Install it: sudo apt-get install python3-venv" >&2
    exit 3
  }
fi

[ -x .venv/bin/python ] || "$python" -m venv .venv
echo "Installing the locked dependencies into .venv (a few minutes the first time) ..."
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
touch .venv/installed
