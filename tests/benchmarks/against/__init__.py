"""What a user would pick instead of this application, each a program of its own."""
