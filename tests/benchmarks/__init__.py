"""Side-by-side measurements of whole processes against what a user would pick instead; never a part of the tests."""
