"""Vietnamese text as offices type it: encodings, numbers, names of units and of persons."""
