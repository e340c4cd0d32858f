"""The periodic report to the Standing Committee and letters to the units, written as .docx or PDF."""
