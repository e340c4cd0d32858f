"""Workbooks that are written: blank or prefilled forms and registers."""
