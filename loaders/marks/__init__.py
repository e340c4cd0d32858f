"""Annotated copies: cells coloured and commented, and a first sheet that lists every finding."""
