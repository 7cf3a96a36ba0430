"""A layout written by people becomes places and a drawing."""
