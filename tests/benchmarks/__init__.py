"""Side-by-side measurements of whole processes against the obvious alternatives; not part of the test suite."""
