"""The content of a return sheet and its checks."""
