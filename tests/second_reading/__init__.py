"""The second reading: every indicator computed once more from the workbooks, by a program that shares no code.

It is written from the methods, not from the application, and as plainly as a person with a pocket calculator would
work: leaf by leaf, with nothing summed ahead. Read in this order: `periods`, `workbooks` (what is on the sheets),
`known` (what was in force at an instant), `organisations` (trees, lineage), `counts` (leaf rows and their sums),
`counted` (derived counts), `catalogue` (the indicators), `values` (their values and verdicts), `cells` (lagging cells).
`comparison` holds them against the tables of the application; `python -m tests.second_reading` does so for a demo.
"""
