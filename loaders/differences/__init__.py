"""What a workbook would change of what is in force: returns, registry, plans, tasks."""
