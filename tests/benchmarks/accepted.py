"""Returns that keep coming: corrections of one district after the other, with other numbers each time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count, cycle
from pathlib import Path

from data.returns import ParsedWorkbook, Return, ReturnedRow, SourceFile
from data.viewers import SYSTEM
from data.writing.store import Store
from loaders.reading import read
from loaders.references import References

_FORM, _MORE = "B1", frozenset({"admitted", "members_end"})


def opened(store: Store, workbook: Path) -> ParsedWorkbook:
    """What a workbook holds."""
    source = SourceFile(name=workbook.name, content=workbook.read_bytes())
    found, findings = read(source, References(vocabulary=store.vocabulary, registry=store.reader(SYSTEM).registry))
    if found is None:
        raise ValueError(f"{workbook.name}: {findings[0].message.en}")
    return found


def accepting(store: Store, given: Sequence[ParsedWorkbook]) -> Callable[[], None]:
    """A function that accepts the workbooks again, one after the other, each time as another file."""
    numbers, turns = count(1), cycle(given)

    def accept() -> None:
        store.accept(corrected(next(turns), next(numbers)), viewer=SYSTEM)

    return accept


def corrected(given: ParsedWorkbook, number: int) -> ParsedWorkbook:
    """The same workbook as another file, in which one organisation admitted so many more."""
    content = given.source.content + f"{len(given.returns)}.{number}".encode()
    source = SourceFile(name=given.source.name, content=content)
    return replace(given, source=source, returns=tuple(_with_more(each, number) for each in given.returns))


def _with_more(given: Return, number: int) -> Return:
    if given.form.code != _FORM:
        return given
    first, *others = given.rows
    codes = [measure.code for measure in given.form.measures]
    values = tuple(
        value + number if code in _MORE and isinstance(value, int) else value
        for code, value in zip(codes, first.values, strict=True)
    )
    row = ReturnedRow(first.unit, first.row, values, first.not_applicable, first.period)
    return replace(given, rows=(row, *others))
