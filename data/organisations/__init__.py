"""Organisations: units with their validity, the tree on a date, reorganisations and lineage."""
