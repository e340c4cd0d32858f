"""What offices write in Vietnamese: numbers and dates, names of units, words respelled."""
