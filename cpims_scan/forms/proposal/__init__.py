"""A pack proposed from the print of an empty form."""
