"""So sánh: units beside each other."""
