"""The user interface: server, frame, pages, figures, documents, API and console."""
