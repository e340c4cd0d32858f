"""The same tables for programs: /api/v1, JSON and CSV, with a token or a session; described by OpenAPI."""
