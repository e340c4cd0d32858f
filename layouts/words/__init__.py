"""How numbers, dates, names and formulas are written, ordered and searched."""
