"""Leaf rows of one source and period as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from data.forms.model import Form
from data.measures import Kind


@dataclass(frozen=True)
class LeafRows:
    """Leaf rows of one source and period: unit ids, and values (rows x measures, NaN for blanks).

    `substitutes_for` gives, for the row of a higher unit (an official form's), the leaf units that it replaces.
    """

    measures: tuple[str, ...]
    units: Sequence[int]
    values: NDArray[np.float64]
    substitutes_for: Mapping[int, frozenset[int]] = field(default_factory=dict)


def leaf_rows(form: Form, units: Sequence[int], rows: Sequence[Sequence[int | None]]) -> LeafRows:
    """Leaf rows from values in the order of the form's counts; a blank flag means no and becomes 0."""
    values = np.array(rows, dtype=np.float64).reshape(len(units), len(form.counts))
    flags = [place for place, measure in enumerate(form.counts) if measure.kind is Kind.FLAG]
    if flags:
        values[:, flags] = np.nan_to_num(values[:, flags])
    return LeafRows(form.count_codes, units, values)
