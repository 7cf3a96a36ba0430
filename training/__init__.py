"""How the weights were made: anyone can make them again; nothing of it ships."""
