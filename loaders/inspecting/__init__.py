"""Reports how the reader interprets a file, for `app.py inspect`."""
