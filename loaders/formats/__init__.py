"""Any spreadsheet container to cells: one module a container; `opening` tells them apart."""
