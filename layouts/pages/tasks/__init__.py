"""Nhiệm vụ: the register of tasks."""
