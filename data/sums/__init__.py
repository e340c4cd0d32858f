"""Sums up the tree: stored, or recomputed as of an instant or on today's map, and the counts derived from them."""
