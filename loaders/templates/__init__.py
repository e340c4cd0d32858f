"""Writes workbooks: blank or prefilled forms and registers."""
