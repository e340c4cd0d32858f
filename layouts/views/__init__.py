"""View models: what a page shows, computed from a request; no Dash, no Flask."""
