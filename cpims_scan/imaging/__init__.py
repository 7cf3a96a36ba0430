"""Pixels in, cells out: files, pages, which form it is, where its boxes are. Reads no character."""
