"""Pages become sheets, records and questions."""
