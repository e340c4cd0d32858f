"""Kế hoạch: pace, gap and allocation of plans."""
