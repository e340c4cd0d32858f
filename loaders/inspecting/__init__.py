"""What the reader sees in a file: for `app.py inspect`."""
