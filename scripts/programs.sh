#!/usr/bin/env bash
# See that the system programs are there: `scan` what reading needs, `tests` what the tests need.
# Installs them with apt where it may (root, or sudo without a password), else names the command.
set -uo pipefail

wanted=()
for group in "$@"; do
  case "$group" in
    scan)
      command -v tesseract >/dev/null || wanted+=(tesseract-ocr)
      command -v pdftoppm >/dev/null || wanted+=(poppler-utils)
      ;;
    tests)
      command -v chromium >/dev/null || command -v chromium-browser >/dev/null || wanted+=(chromium)
      compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || wanted+=(postgresql)
      ;;
  esac
done
[ ${#wanted[@]} -eq 0 ] && exit 0

command="apt-get install -y ${wanted[*]}"
echo "Installing system programs: ${wanted[*]}"
root=()
[ "$(id -u)" = 0 ] || root=(sudo -n)
if [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; then
  "${root[@]}" apt-get update -qq
  missing=()
  for package in "${wanted[@]}"; do # one by one: a name that a release lacks must not stop the rest
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$package" >/dev/null ||
      missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && exit 0
  command="apt-get install -y ${missing[*]}"
fi
echo "These programs are missing and could not be installed from here. Please run: sudo $command"
# Without them the tests that need them skip; the demo says itself what it cannot do.
exit 0
