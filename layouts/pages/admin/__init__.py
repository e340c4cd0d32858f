"""Quản trị: accounts, thresholds, audit log, upkeep."""
