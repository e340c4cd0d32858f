"""So sánh: comparison of units."""
