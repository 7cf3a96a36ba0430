"""How far a reading may be believed, and the proof."""
