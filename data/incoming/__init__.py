"""Uploaded files that wait to be read, and what became of them."""
