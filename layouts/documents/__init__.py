"""Exported documents: tables, reports."""
