"""Figures as plain dicts for plotly.js, from rows; no request, no database."""
