"""Figures as plain dicts: rows in, what plotly.js draws out; no request, no database."""
