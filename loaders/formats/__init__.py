"""Reads any spreadsheet container into cells: one module per container."""
