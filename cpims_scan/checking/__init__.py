"""What a read record must satisfy before it is loaded."""
