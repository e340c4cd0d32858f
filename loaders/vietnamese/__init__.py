"""Vietnamese as offices write it: numbers and dates, names of units, misencoded text."""
