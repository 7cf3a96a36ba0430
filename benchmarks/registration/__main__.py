"""`python -m benchmarks.registration [PART...] [--scale S]`."""

import sys

from benchmarks.registration import main

main(sys.argv[1:])
