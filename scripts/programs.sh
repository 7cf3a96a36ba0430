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
if [ "$(id -u)" = 0 ]; then
  apt-get update -qq; DEBIAN_FRONTEND=noninteractive $command -qq >/dev/null && exit 0
elif sudo -n true 2>/dev/null; then
  sudo -n apt-get update -qq; sudo -n env DEBIAN_FRONTEND=noninteractive $command -qq >/dev/null && exit 0
fi
echo "These programs are missing and could not be installed from here. Please run: sudo $command"
# Without them the tests that need them skip; the demo says itself what it cannot do.
exit 0
