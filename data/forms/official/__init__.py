"""The official forms of the Central Organisation Commission, one module per set."""
