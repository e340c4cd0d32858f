"""What is computed: declarations, methods, values, answers."""
