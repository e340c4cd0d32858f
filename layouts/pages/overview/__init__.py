"""Tổng quan: the start page."""
