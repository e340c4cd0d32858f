"""Chi bộ cần quan tâm: the lagging cells."""
