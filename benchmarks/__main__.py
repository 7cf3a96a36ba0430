"""`make bench` runs every benchmark, `make bench NAME=page` one of them."""

from __future__ import annotations

import importlib
import sys

NAMES = ("page", "registration", "accuracy", "samples", "trust", "crash")


def main(wanted: list[str]) -> int:
    """Run the benchmarks named, or all."""
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        sys.stderr.write(f"No benchmark '{unknown[0]}'. Known: {', '.join(NAMES)}.\n")
        return 1
    for name in wanted or NAMES:
        sys.stdout.write(f"\n== {name} ==\n")
        importlib.import_module(f"benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
