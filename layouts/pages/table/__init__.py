"""Bảng chỉ tiêu: tables of indicators."""
