"""A fictitious province: its organisations, history, plans and returns as data, as real workbooks, and in a store."""

from loaders.sample.loading import load_sample
from loaders.sample.province import SEED, Province, province
from loaders.sample.scale import FULL, TINY, SampleScale
from loaders.sample.workbooks import NOTE, RECEIVED, SampleFile, write

__all__ = [
    "FULL",
    "NOTE",
    "RECEIVED",
    "SEED",
    "TINY",
    "Province",
    "SampleFile",
    "SampleScale",
    "load_sample",
    "province",
    "write",
]
