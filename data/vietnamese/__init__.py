"""Vietnamese text: cleaned and keyed, decoded from old fonts; syllables, and names of persons."""
