"""
Pages that find themselves: every figure asked of identifying, registering and joining, in one run.

Seeds from 3000 report; nothing is tuned on them. Each part is a module with `figures(scale)`.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from benchmarks.figure import show

# What each part measures stands in its first line.
PARTS = (
    "residuals",  # boxes against the known warp, beside one homography from ORB features
    "rows",  # tables cropped, scaled, stretched, covered: no cell in a wrong row
    "identification",  # all editions beside decoys and foreign pages
    "editions",  # machine-readable editions filled, printed and scanned
    "prints",  # print-outs of the Excel tools
    "stacks",  # pages joined into sheets
    "returning",  # sheets that come again
    "coach",  # what the clerk is told at the scanner
    "real",  # every real page whose blank is there
    "cost",  # CPU time beside decoding and beside Tesseract
)


def main(arguments: Sequence[str] = ()) -> None:
    """Run the parts named, or all; `--scale 0.1` takes a tenth of the pages."""
    parser = argparse.ArgumentParser(prog="registration", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--scale", type=float, default=1.0, help="share of the pages asked")
    options = parser.parse_args(arguments)
    for part in options.parts or PARTS:
        if part not in PARTS:
            parser.error(f"there is no part '{part}'. Known: {', '.join(PARTS)}.")
        sys.stdout.write(f"\n-- {part} --\n")
        module = importlib.import_module(f"benchmarks.registration.{part}")
        show(module.figures(options.scale))
