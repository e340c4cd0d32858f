"""Asks the reader and gives rows: values, verdicts, signals, lagging cells, tasks."""
