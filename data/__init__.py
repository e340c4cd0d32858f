"""The domain model and its storage: what is counted, and where it is stored."""
