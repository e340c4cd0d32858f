"""The tables as an API: /api/v1, JSON and CSV, by token or session; described by OpenAPI."""
