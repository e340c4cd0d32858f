"""Nộp báo cáo: returns received, late and missing; uploads."""
