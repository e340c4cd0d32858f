"""Leaf rows of one source and period as arrays, made from rows of the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from data.forms.model import Form
from data.measures import Kind


@dataclass(frozen=True)
class LeafRows:
    """Leaf rows of one source and period: unit ids, and values (rows x measures, NaN where blank).

    `stands_for` names the leaf units in whose place the row of a unit above them stands (an official form's).
    """

    measures: tuple[str, ...]
    units: Sequence[int]
    values: NDArray[np.float64]
    stands_for: Mapping[int, frozenset[int]] = field(default_factory=dict)


def leaf_rows(form: Form, units: Sequence[int], rows: Sequence[Sequence[int | None]]) -> LeafRows:
    """Values in the order of the form's counts; a blank flag means no, so it is 0 and not blank."""
    values = np.array(rows, dtype=np.float64).reshape(len(units), len(form.counts))
    flags = [place for place, measure in enumerate(form.counts) if measure.kind is Kind.FLAG]
    if flags:
        values[:, flags] = np.nan_to_num(values[:, flags])
    return LeafRows(form.count_codes, units, values)
