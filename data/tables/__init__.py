"""The tables, how the database is opened, and reads and writes of single tables."""
