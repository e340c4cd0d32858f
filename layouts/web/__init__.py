"""The web server around the pages: access, sessions, downloads, uploads, logs, health."""
