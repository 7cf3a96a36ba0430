"""`python -m cpims_scan` is `cpims-scan`."""

from cpims_scan.commands.app import run

if __name__ == "__main__":
    run()
