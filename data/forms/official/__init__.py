"""The official forms of the Central Organisation Commission, one module an issue."""
