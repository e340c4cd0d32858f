"""Dash components and page mechanics shared by pages."""
