"""What an empty form prints: rules, boxes, combs, lines to write on, words."""
