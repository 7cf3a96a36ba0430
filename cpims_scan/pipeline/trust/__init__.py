"""The blind sample, the thresholds in force, the report about them."""
