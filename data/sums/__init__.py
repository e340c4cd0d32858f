"""Sums up the tree: stored, recomputed for an instant or a map, and the counts derived from them."""
