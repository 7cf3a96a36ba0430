"""Paper of Kenya's child protection offices, read into the central database with its evidence."""
