"""Forms of a set that a workbook leaves out and that its sender has not returned otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from data.periods import Period
from data.reading.queries import Reader
from data.returns import Finding, ParsedWorkbook
from loaders.findings import period_text, warning
from loaders.vietnamese.numbers import show

_A_SET = 2  # forms of one period: a single one may come in a file of its own


def check_missing_forms(workbook: ParsedWorkbook, reader: Reader) -> Iterator[Finding]:
    """A warning for each sender and period of which the workbook has several forms, but not all that are due."""
    brought: dict[tuple[str, Period], set[str]] = defaultdict(set)
    for given in workbook.returns:
        if given.period is not None:
            brought[given.unit, given.period].add(given.form.code)
    for (unit, period), forms in brought.items():
        if len(forms) < _A_SET:
            continue
        if reader.due_forms(unit, period) <= forms:
            continue
        due = [due for due in reader.returns(period) if due.unit.code == unit]
        missing = [due.form for due in due if due.versions == 0 and due.form not in forms]
        if missing:
            about = {"number": show(len(missing)), "forms": ", ".join(missing), "period": period_text(period)}
            yield warning("forms_missing", "", name=due[0].unit.name, code=unit, **about)
