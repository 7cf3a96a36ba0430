"""Cells in, probabilities and values out. Knows no page, no rule and no database."""
