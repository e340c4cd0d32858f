"""Which table a sheet is: title block, header, columns, body, totals, personal data."""
