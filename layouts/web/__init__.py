"""The web server around the pages: access control, sessions, downloads, uploads, logs, health."""
