"""Returns made wrong, or harmlessly different, on purpose: each with the outcome that it must have."""
