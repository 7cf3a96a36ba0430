"""A pack changed without losing how people wrote it."""
