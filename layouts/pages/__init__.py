"""The pages; `registry` lists them in the order of the navigation."""
