"""Xu hướng: one indicator over time."""
