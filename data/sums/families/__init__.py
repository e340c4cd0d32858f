"""What counts each derived family: one module a family."""
