"""How many mistakes in whole columns are asked about, and how many questions returns without any get.

python -m tests.mutations.questions URL FIRST: a store with the sample province, and the first quarter to be checked:
from 2019-Q4 on, every form has three earlier ones.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

import numpy as np

from data.forms.builtin import RETURNS, VERSIONS
from data.periods import Frequency, Period
from data.reading.queries import Reader
from data.returns import Return
from data.viewers import SYSTEM
from data.writing.store import Store
from loaders.returns.plausibility import check_plausibility
from loaders.returns.repeated_returns import check_repeated
from tests.mutations.figures import MISTAKES, Figures


@dataclass
class Measured:
    """Mistakes tried and found, by kind; clean returns by their number of questions."""

    tried: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    clean: Counter[int] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)

    @property
    def share(self) -> float:
        return self.found.total() / self.tried.total()

    def lines(self) -> Iterator[str]:
        for name, tried in self.tried.items():
            yield f"{name:<40} {self.found[name]:>5} of {tried}"
        yield f"{'all':<40} {self.found.total():>5} of {self.tried.total()} ({self.share:.1%})"
        yield f"clean returns by number of questions: {dict(sorted(self.clean.items()))}, {dict(self.asked)}"


def stored_returns(reader: Reader, after: Period) -> Iterator[Return]:
    """Every return in force, oldest period first, for periods that have enough earlier ones."""
    for period in (each for each in reader.opened(Frequency.QUARTER) if each.start >= after.start):
        for due in {item.unit.code for item in reader.returns(period)}:
            for form in RETURNS:
                found = reader.current_return(due, form.code, period.code)
                version = next(each for each in VERSIONS[form.code] if each.valid_on(period.end))
                if found is not None:
                    yield Return(
                        form=version,
                        unit=due,
                        period=period,
                        sheet=found.sheet,
                        columns=found.columns,
                        rows=found.rows,
                        cumulative=found.cumulative,
                    )


def questions(given: Return, reader: Reader) -> list[str]:
    """The codes of the questions about a return as a whole."""
    found, repeating = check_repeated([given], reader)
    more = [] if given.form.code in repeating else check_plausibility(given, reader)
    return [finding.code for finding in (*found, *more)]


def measure(reader: Reader, after: Period, seed: int = 0) -> Measured:
    """Checks every return as it is, and with one mistake of each kind that it has room for."""
    measured, rng = Measured(), np.random.default_rng(seed)
    for given in stored_returns(reader, after):
        usual = Counter(questions(given, reader))
        measured.clean[usual.total()] += 1
        measured.asked.update(usual)
        for name, mistake in MISTAKES.items():
            mistaken = mistake(Figures(given, reader, rng))
            if mistaken is not None and mistaken.rows != given.rows:
                measured.tried[name] += 1
                measured.found[name] += bool(Counter(questions(mistaken, reader)) - usual)
    return measured


if __name__ == "__main__":
    with closing(Store.open(sys.argv[1])) as opened:
        measured = measure(opened.reader(SYSTEM), Period.parse(sys.argv[2]))
    sys.stdout.writelines(f"{line}\n" for line in measured.lines())
