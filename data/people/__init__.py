"""Accounts, sign-in, tokens, and what accounts keep: saved views and follow-up notes."""
