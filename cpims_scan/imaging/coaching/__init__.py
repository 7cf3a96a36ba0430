"""What is wrong with a picture, and what the clerk should do about it."""
