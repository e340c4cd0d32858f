"""Sequences of everything that may happen to a store, on both databases, held against slow, plain code after each step.

`world` keeps what happened as the second reading knows it, `trial` takes the steps and compares, `test_differential`
has Hypothesis choose them; `python -m tests.differential --minutes 30` goes on for as long as wanted and keeps what
failed.
"""
