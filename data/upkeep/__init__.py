"""Backups, verification and the audit log as an administrator reads it."""
