"""The only way the rest of the application reads the store: scoped to a viewer, as known at an instant."""
