"""Interprets a sheet: title block, header, columns, body, totals, personal data."""
