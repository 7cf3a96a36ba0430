"""Figures, each printed beside its peer or limit in the same run."""
