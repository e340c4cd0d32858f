"""The only way anything is written: one transaction for each accepted workbook."""
