"""The statements that a store runs, their cost and their query plans."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, Engine, event, func, select

from data.forms.builtin import BUILTIN
from data.tables.form_tables import leaf_tables

LEAVES = leaf_tables(BUILTIN)

HOTTEST = 10
WHOLE = "leaf table read whole"
_FEW = 1000  # so few rows that a scan beats an index


@dataclass(slots=True)
class Statement:
    """A statement: executions, total seconds, and last parameters."""

    times: int = 0
    seconds: float = 0.0
    given: Any = None


@dataclass(slots=True)
class StatementLog:
    """Statements by text, and total rows returned where the driver reports them."""

    statements: dict[str, Statement] = field(default_factory=dict)
    rows: int = 0


@contextmanager
def record_statements(engine: Engine) -> Iterator[StatementLog]:
    """Records every SELECT."""
    log, began = StatementLog(), [0.0]

    def before(*_: Any) -> None:
        began[0] = perf_counter()

    def after(_connection: Any, cursor: Any, statement: str, given: Any, _context: Any, many: bool) -> None:
        if statement.startswith("SELECT") and not many:
            noted = log.statements.setdefault(statement, Statement())
            noted.times, noted.seconds, noted.given = noted.times + 1, noted.seconds + perf_counter() - began[0], given
            log.rows += max(cursor.rowcount, 0)

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    try:
        yield log
    finally:
        event.remove(engine, "before_cursor_execute", before)
        event.remove(engine, "after_cursor_execute", after)


def plans_of(engine: Engine, log: StatementLog) -> tuple[tuple[str, str], ...]:
    """The plans of the slowest statements, abridged, and of all that scan a leaf table."""
    output = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    hottest = sorted(log.statements.items(), key=lambda item: -item[1].seconds)
    found = []
    with engine.connect() as connection:
        scans = _scans(connection)
        for place, (statement, noted) in enumerate(hottest):
            rows = connection.exec_driver_sql(output + statement, noted.given).all()
            lines = [row[-1] for row in rows] if engine.dialect.name == "sqlite" else [row[0] for row in rows]
            plan = _access(lines)
            whole = any(scans.search(line) for line in lines)
            if place < HOTTEST or whole:
                took = f"{_short(statement)} ({noted.times} times, {1000 * noted.seconds / noted.times:.3g} ms)"
                found.append((took, f"{WHOLE}: {plan}" if whole else plan))
    return tuple(found)


def _scans(connection: Connection) -> re.Pattern[str]:
    """The pattern of a full scan of a leaf table, for tables of more than a few rows."""
    counts = {t.name: connection.execute(select(func.count()).select_from(t)).scalar_one() for t in LEAVES.values()}
    large = "|".join(name for name, count in counts.items() if count > _FEW) or "none"
    return re.compile(rf"(?:SCAN|Seq Scan on) (?:{large})\b(?! USING)")


def _access(lines: list[str]) -> str:
    """The lines of a plan that say which rows are visited, and by which index."""
    told = [line.strip(" ->") for line in lines if re.search(r"SCAN|SEARCH|Scan", line)]
    return "; ".join(dict.fromkeys(re.sub(r"\s+\(cost.*", "", line) for line in told)).replace("|", "/")


def _short(statement: str) -> str:
    """The statement abridged to its columns and tables."""
    plain = re.sub(r"\s+", " ", statement)
    columns, _, rest = plain.partition(" FROM ")
    asked = columns if len(columns) < 60 else columns[:57] + "..."
    listed = re.sub(r"IN \([^)]*\)", "IN (...)", rest)
    return f"{asked} FROM {listed[:150]}".replace("|", "/")
