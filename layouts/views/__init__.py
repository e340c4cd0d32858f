"""What a page shows, computed from a question; no Dash, no Flask."""
