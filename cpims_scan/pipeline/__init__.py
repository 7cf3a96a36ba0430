"""The walk of a sheet through all stations."""
