"""The only way the rest of the application reads the store: scoped to a viewer, now or as of an instant."""
