"""Writes the parts of one accepted workbook within the store's transaction: file, submissions, rows, receipt, log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from data.forms.dm_registry import DM
from data.forms.kh_plans import KH
from data.forms.model import Form
from data.forms.nv_tasks import NV
from data.forms.vocabulary import Vocabulary
from data.measures import Kind
from data.office_time import office_day
from data.organisations.units import Registry
from data.returns import (
    Outcome,
    OutcomeStatus,
    ParsedWorkbook,
    PlannedValue,
    PlanReturn,
    RegistryReturn,
    Return,
    SourceFile,
    cell_of,
)
from data.tables import audit
from data.tables.audit import Action
from data.tables.digests import contents_accepted
from data.tables.engine import insert_rows
from data.tables.form_tables import leaf_table
from data.tables.last_changes import DataChange
from data.tables.outcomes import finding_as_json
from data.tables.published import store_published
from data.tables.schema import (
    files,
    official_values,
    plans,
    receipts,
    submissions,
    successions,
    unit_spells,
    units,
)
from data.tables.task_register import store_tasks
from data.tasks import TaskReturn
from data.viewers import Viewer
from data.writing.changes import receipt_change


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A workbook's source, its sender, and when it was received and accepted."""

    source: SourceFile
    viewer: Viewer
    received_at: datetime
    at: datetime


def store_file(connection: Connection, delivery: Delivery) -> None:
    """Stores a file's bytes as received, unless they are stored already."""
    source = delivery.source
    if connection.execute(select(files.c.sha256).where(files.c.sha256 == source.sha256)).scalar() is None:
        connection.execute(
            insert(files).values(
                sha256=source.sha256,
                name=source.name,
                size=len(source.content),
                content=source.content,
                stored_at=delivery.at,
            )
        )


def _intern(connection: Connection, codes: Iterable[str]) -> dict[str, int]:
    """Ids of unit codes, assigning new ones as needed."""
    wanted = list(dict.fromkeys(codes))
    ids = dict(connection.execute(select(units.c.code, units.c.id)).all())
    new = [{"code": code} for code in wanted if code not in ids]
    if new:
        connection.execute(insert(units), new)
        ids = dict(connection.execute(select(units.c.code, units.c.id)).all())
    return {code: ids[code] for code in wanted}


def _supersede(connection: Connection, delivery: Delivery, form: str, unit: int, period: str) -> bool:
    changed = connection.execute(
        update(submissions)
        .where(
            submissions.c.form == form,
            submissions.c.unit_id == unit,
            submissions.c.period == period,
            submissions.c.superseded_at.is_(None),
        )
        .values(superseded_at=delivery.at)
    )
    return bool(changed.rowcount)


def _insert_submission(
    connection: Connection, delivery: Delivery, form: Form, unit: int, period: str, sheet: str, **more: Any
) -> int:
    values = {"cumulative": False, "columns": {}, "row_count": 0, "blank_count": 0, **more}
    key = connection.execute(
        insert(submissions)
        .values(
            sha256=delivery.source.sha256,
            form=form.code,
            form_version=form.version,
            unit_id=unit,
            period=period,
            sheet=sheet,
            sender=delivery.viewer.name,
            received_at=delivery.received_at,
            accepted_at=delivery.at,
            **values,
        )
        .returning(submissions.c.id)
    ).scalar_one()
    return int(key)


def accept_registry(connection: Connection, delivery: Delivery, given: RegistryReturn) -> bool:
    """Stores a registry, superseding the previous one; returns whether there was one."""
    ids = _intern(connection, [line.code for line in given.units])
    root = next(ids[line.code] for line in given.units if line.parent is None)
    current = connection.execute(
        select(submissions.c.unit_id).where(submissions.c.form == "DM", submissions.c.superseded_at.is_(None))
    ).scalar()
    replaced = current is not None and _supersede(connection, delivery, "DM", current, "")
    submission = _insert_submission(connection, delivery, DM, root, "", given.sheet, row_count=len(given.units))
    connection.execute(
        insert(unit_spells),
        [
            {
                "submission_id": submission,
                "row": line.row,
                "unit_id": ids[line.code],
                "name": line.name,
                "kind": line.kind.value,
                "parent_id": ids[line.parent] if line.parent else None,
                "valid_from": line.valid_from,
                "valid_to": line.valid_to,
                "base_type": line.base_type,
                "residential": line.residential,
            }
            for line in given.units
        ],
    )
    if given.successions:
        connection.execute(
            insert(successions),
            [
                {
                    "submission_id": submission,
                    "row": line.row,
                    "date": line.date,
                    "decision": line.decision,
                    "event": line.event.value,
                    "predecessor_id": ids[line.predecessor] if line.predecessor else None,
                    "successor_id": ids[line.successor] if line.successor else None,
                    "share": str(line.share) if line.share is not None else None,
                }
                for line in given.successions
            ],
        )
    return replaced


def accept_plans(connection: Connection, delivery: Delivery, registry: Registry, given: PlanReturn) -> bool:
    """Stores plan lines; of two for the same unit, term and indicator the later decision is in force."""
    root = registry.at(given.plans[0].decision_date).root if given.plans else None
    owner = root.id if root else registry.ids[given.plans[0].unit]
    submission = _insert_submission(connection, delivery, KH, owner, "", given.sheet, row_count=len(given.plans))
    current = {
        (row.unit_id, row.term, row.indicator): row
        for row in connection.execute(select(plans).where(plans.c.superseded_at.is_(None)))
    }
    newest = {_plan_key(registry, line): line for line in sorted(given.plans, key=lambda line: line.decision_date)}
    in_force = {
        key: line
        for key, line in newest.items()
        if key not in current or current[key].decision_date <= line.decision_date
    }
    for key in in_force.keys() & current.keys():
        older = current[key]
        connection.execute(
            update(plans)
            .where(plans.c.submission_id == older.submission_id, plans.c.row == older.row)
            .values(superseded_at=delivery.at)
        )
    connection.execute(
        insert(plans),
        [
            {
                "submission_id": submission,
                "row": line.row,
                "cell": line.cell,
                "unit_id": key[0],
                "term": key[1],
                "indicator": line.indicator,
                "value": str(line.value),
                "decision": line.decision,
                "decision_date": line.decision_date,
                "accepted_at": delivery.at,
                "superseded_at": None if in_force.get(key) is line else delivery.at,
            }
            for line in given.plans
            for key in (_plan_key(registry, line),)
        ],
    )
    return bool(in_force.keys() & current.keys())


def accept_tasks(connection: Connection, delivery: Delivery, registry: Registry, given: TaskReturn) -> bool:
    """Stores task lines, superseding those in force of the same task, owner and term."""
    root = registry.at(office_day(delivery.received_at)).root or registry.spells[0]
    submission = _insert_submission(connection, delivery, NV, root.id, "", given.sheet, row_count=len(given.tasks))
    return store_tasks(connection, registry, submission, delivery.at, given.tasks)


def _plan_key(registry: Registry, line: PlannedValue) -> tuple[int, str, str]:
    return registry.ids[line.unit], line.term.code, line.indicator


def accept_return(connection: Connection, delivery: Delivery, registry: Registry, given: Return) -> bool:
    """Stores a return, superseding the one in force under its key; returns whether there was one."""
    form, unit = given.form, registry.ids[given.unit]
    period = given.period.code if given.period else ""
    replaced = _supersede(connection, delivery, form.code, unit, period)
    counted = [place for place, measure in enumerate(form.measures) if measure.kind is not Kind.FLAG]
    blanks = sum(
        row.values[place] is None and form.measures[place].code not in row.not_applicable
        for row in given.rows
        if None in row.values
        for place in counted
    )
    submission = _insert_submission(
        connection,
        delivery,
        form,
        unit,
        period,
        given.sheet,
        cumulative=given.cumulative,
        columns=dict(given.columns),
        row_count=len(given.rows),
        blank_count=blanks,
    )
    codes = [measure.code for measure in form.measures]
    insert_rows(
        connection,
        leaf_table(form),
        ("submission_id", "unit_id", "period", "row", "not_applicable", *codes),
        [
            (
                submission,
                registry.ids[row.unit],
                row.period.code if row.period else period,
                row.row,
                " ".join(sorted(row.not_applicable)) or None,
                *row.values,
            )
            for row in given.rows
        ],
    )
    store_published(connection, registry, submission, given)
    return replaced


def accept_official(connection: Connection, delivery: Delivery, registry: Registry, given: Return) -> bool:
    """Stores an official form, superseding the one in force under its key; returns whether there was one."""
    unit, period = registry.ids[given.unit], given.period.code if given.period else ""
    replaced = _supersede(connection, delivery, given.form.code, unit, period)
    (row,) = given.rows
    measures = [(measure.code, value) for measure, value in zip(given.form.measures, row.values, strict=True)]
    blanks = sum(value is None and code not in row.not_applicable for code, value in measures)
    about = {"row_count": 1, "blank_count": blanks}
    submission = _insert_submission(connection, delivery, given.form, unit, period, given.sheet, **about)
    lines = [
        {
            "submission_id": submission,
            "measure": code,
            "unit_id": unit,
            "period": period,
            "cell": cell_of(given.columns, code, row.row),
            "value": value,
            "not_applicable": code in row.not_applicable,
        }
        for code, value in measures
    ]
    if lines:
        connection.execute(insert(official_values), lines)
    return replaced


def contents(workbook: ParsedWorkbook) -> tuple[tuple[str, str, str], ...]:
    """The contents of a workbook, as in `Outcome.returns`."""
    sent = (*workbook.returns, *workbook.official)
    found = [(given.form.code, given.unit, given.period.code if given.period else "") for given in sent]
    if workbook.registry is not None:
        found.append(("DM", next(line.code for line in workbook.registry.units if line.parent is None), ""))
    if workbook.plans is not None:
        found.append(("KH", workbook.plans.plans[0].unit if workbook.plans.plans else "", ""))
    if workbook.tasks is not None:
        found.append(("NV", next((line.owner_code for line in workbook.tasks.tasks if line.owner_code), ""), ""))
    return tuple(found)


def record_receipt(
    connection: Connection,
    delivery: Delivery,
    outcome: Outcome,
    registry: Registry,
    vocabulary: Vocabulary,
    *,
    changes: frozenset[DataChange] = frozenset(),
) -> None:
    """Records the receipt of an attempt to load, and logs it with digests of what was stored and what that changed."""
    viewer, sender = delivery.viewer, _sender(outcome, delivery.viewer, registry)
    connection.execute(
        insert(receipts).values(
            at=delivery.at,
            received_at=delivery.received_at,
            file_name=outcome.file,
            sha256=delivery.source.sha256,
            sender=viewer.name,
            sender_unit_id=sender,
            status=outcome.status.value,
            findings=[finding_as_json(finding) for finding in outcome.findings],
            returns=[list(item) for item in outcome.returns],
        )
    )
    action = {OutcomeStatus.REFUSED: Action.REFUSED, OutcomeStatus.SUPERSEDED: Action.SUPERSEDED}
    audit.append(
        connection,
        at=delivery.at,
        actor=viewer.name,
        action=action.get(outcome.status, Action.LOADED),
        subject=outcome.file,
        details={
            "sha256": delivery.source.sha256,
            "received_at": delivery.received_at.isoformat(),
            "returns": [list(item) for item in outcome.returns],
            "contents": contents_accepted(connection, vocabulary, delivery.at),
        },
        changes=changes | receipt_change(registry, sender),
    )


def _sender(outcome: Outcome, viewer: Viewer, registry: Registry) -> int | None:
    code = viewer.unit or next((unit for _, unit, period in outcome.returns if period), None)
    return registry.ids.get(code) if code else None
