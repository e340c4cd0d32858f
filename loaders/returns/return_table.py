"""A return as read from its sheet, before its rules are checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.forms.model import Balance
from data.measures import Kind
from data.organisations.units import Registry
from data.returns import Finding
from loaders.sheets.body import SheetBody
from loaders.sheets.counts import Flags, SheetCounts
from loaders.sheets.recognise import Recognised
from loaders.sheets.sum_rows import TOTAL, WrongSum, wrong_sums
from loaders.sheets.title_block import TitleBlock


def places(flags: Flags) -> list[int]:
    """Indices at which an array of flags is set."""
    found: list[int] = np.flatnonzero(flags).tolist()
    return found


@dataclass(frozen=True, kw_only=True)
class ReturnTable:
    """A return as read: `counts` has one line for each of `body.leaves`, in order."""

    found: Recognised
    head: TitleBlock
    body: SheetBody
    counts: SheetCounts
    registry: Registry

    def cell(self, line: int, measure: str) -> str:
        """The address of a measure in a leaf line."""
        return self.found.cell(self.counts.rows[line], measure)

    def column(self, flags: NDArray[Any], measure: str) -> NDArray[Any]:
        """One measure from one of the arrays of `counts`."""
        return flags[:, self.found.form.positions[measure]]

    @property
    def filled(self) -> Flags:
        """Lines with at least one cell filled in, other than prefilled opening balances."""
        reported = [place for place, m in enumerate(self.found.form.measures) if m.kind is not Kind.OPENING]
        return np.asarray(~self.counts.blank[:, reported].all(axis=1))

    def excess(self, rule: Balance) -> NDArray[np.int64]:
        """By how much each line's total exceeds the balance; 0 where a part of it is unreadable."""
        positions, counts = self.found.form.positions, self.counts
        plus, minus = [positions[code] for code in rule.plus], [positions[code] for code in rule.minus]
        given = counts.values[:, plus].sum(axis=1) - counts.values[:, minus].sum(axis=1)
        readable = self.filled & ~counts.unreadable[:, [*plus, *minus, positions[rule.total]]].any(axis=1)
        return np.where(readable, self.column(counts.values, rule.total) - given, 0)

    @cached_property
    def sums(self) -> tuple[list[WrongSum], list[Finding]]:
        """Wrong totals and groups, and findings about unreadable cells in their rows."""
        return wrong_sums(self.found, self.body, self.counts, self.head.tree)

    @cached_property
    def crossings(self) -> Mapping[int, str]:
        """By line: the only measure whose column total is off by as much as the balance of that line alone."""
        found: dict[int, str] = {}
        for rule in self.found.form.checks:
            if isinstance(rule, Balance):
                excess = self.excess(rule)
                for line in places(excess != 0):
                    explaining = {one.measure for one in self.sums[0] if _explains(rule, one, int(excess[line]))}
                    if len(explaining) == 1:
                        found[line] = explaining.pop()
        named = Counter(found.values())
        return {line: measure for line, measure in found.items() if named[measure] == 1}


def _explains(rule: Balance, wrong: WrongSum, excess: int) -> bool:
    """Whether a single wrong cell breaks both the balance of its line and the total of its column."""
    if wrong.code != TOTAL:
        return False
    if wrong.measure in rule.plus:
        return wrong.excess == excess
    return wrong.measure in (rule.total, *rule.minus) and wrong.excess == -excess
