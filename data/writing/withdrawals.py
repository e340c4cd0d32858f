"""Withdraws what was accepted: returns, registers or their lines, within the store's transaction.

What is withdrawn is superseded as of now by nothing, or by the version before it if that is to be restored: a copy
that is accepted now, so that a read as of any earlier instant stays what it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, RowMapping, Table, and_, insert, literal, select, update

from data.forms.dm_registry import DM
from data.forms.kh_plans import KH
from data.forms.nv_tasks import NV
from data.forms.official.builtin import CODES, official_version
from data.forms.vocabulary import Vocabulary
from data.language import Text, UserError
from data.messages import sentence
from data.organisations.units import Registry
from data.periods import Period
from data.reading.registries import read_registry
from data.returns import (
    Finding,
    LineWithdrawal,
    RegistryWithdrawal,
    Return,
    ReturnWithdrawal,
    Severity,
    Withdrawal,
)
from data.sums import rollup_writes
from data.sums.rollup_reads import StoredCounts
from data.tables import audit
from data.tables.audit import Action
from data.tables.current import ReturnKey, read_units_with_returns
from data.tables.digests import contents_accepted
from data.tables.form_tables import leaf_table
from data.tables.outcomes import finding_as_json
from data.tables.schema import (
    files,
    official_values,
    plans,
    receipts,
    submissions,
    successions,
    tasks,
    unit_spells,
    units,
    withdrawals,
)
from data.tables.withdrawn import is_withdrawn
from data.viewers import Viewer
from data.writing.changes import changes_of, receipt_change

_LINES = {KH.code: plans, NV.code: tasks}
_NAMED = 5


class WithdrawalError(UserError, ValueError):
    """A withdrawal that cannot be made; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalAct:
    """By whom, when and why something is withdrawn."""

    viewer: Viewer
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """What was withdrawn, as (form, unit, period code or ""), and how many of it had an earlier version to restore."""

    returns: tuple[tuple[str, str, str], ...]
    restored: int = 0


def withdraw(stored: StoredCounts, act: WithdrawalAct, what: Withdrawal) -> Withdrawn:
    """Withdraws it, rolls up what is left, logs it and records what the sender is told.

    Raises:
        WithdrawalError: there is nothing to withdraw or to restore.
    """
    connection, reshaped = stored.connection, frozenset[tuple[int, str]]()
    if isinstance(what, RegistryWithdrawal):
        done = [_withdraw_registry(stored, act)]
    elif isinstance(what, LineWithdrawal):
        done = [_withdraw_lines(connection, act, what, one) for one in _line_submissions(connection, what)]
    else:
        found = _current_returns(connection, stored.registry, what)
        done = [_withdraw_return(connection, stored.vocabulary, act, one, restore=what.restore) for one in found]
        reshaped = _roll_up(stored, found)
    withdrawn = [one for one, _ in done]
    codes = dict(connection.execute(select(units.c.id, units.c.code)).all())
    returns = tuple((one["form"], codes[one["unit_id"]], one["period"]) for one in withdrawn)
    result = Withdrawn(returns=returns, restored=sum(restored for _, restored in done))
    _record(stored, act, withdrawn, result, reshaped)
    return result


_Done = tuple[RowMapping, bool]
"""A submission, and whether an earlier version of it was restored."""


def _current_returns(connection: Connection, registry: Registry, what: ReturnWithdrawal) -> Sequence[RowMapping]:
    period = what.period.code if what.period else ""
    query = select(submissions).where(
        submissions.c.unit_id == registry.ids.get(what.unit, -1),
        submissions.c.period == period,
        submissions.c.form.not_in([DM.code, *_LINES]),
        submissions.c.superseded_at.is_(None),
    )
    if what.forms:
        query = query.where(submissions.c.form.in_(what.forms))
    found = connection.execute(query.order_by(submissions.c.id)).mappings().all()
    if not found:
        about = {
            "unit": what.unit,
            "period": what.period.titles if what.period else "LS",
            "form": ", ".join(what.forms),
        }
        raise WithdrawalError(sentence("withdrawal.no_form" if what.forms else "withdrawal.no_return", **about))
    return found


def _withdraw_return(
    connection: Connection, vocabulary: Vocabulary, act: WithdrawalAct, one: RowMapping, *, restore: bool
) -> _Done:
    earlier = _versions_before(connection, one)
    connection.execute(update(submissions).where(submissions.c.id == one["id"]).values(superseded_at=act.at))
    if not restore:
        # The key is as if it had never been returned: what the withdrawn version had superseded goes with it.
        _mark(connection, act, [one["id"], *(each["id"] for each in earlier)])
        return one, False
    if not earlier:
        raise WithdrawalError(sentence("withdrawal.nothing_before", form=one["form"]))
    # Its copy takes the place of the earlier version, which must not be restored once more.
    _mark(connection, act, [one["id"], earlier[0]["id"]])
    table = official_values if one["form"] in CODES else leaf_table(vocabulary.stored[one["form"]])
    _copy_rows(connection, table, earlier[0]["id"], _copy(connection, act, earlier[0]))
    return one, True


def _versions_before(connection: Connection, one: RowMapping) -> Sequence[RowMapping]:
    """The earlier versions under the same key that were not withdrawn, newest first; the registry's have no key."""
    key = and_(submissions.c.unit_id == one["unit_id"], submissions.c.period == one["period"])
    query = select(submissions).where(
        submissions.c.form == one["form"],
        literal(True) if one["form"] == DM.code else key,
        submissions.c.id < one["id"],
        ~is_withdrawn(),
    )
    return connection.execute(query.order_by(submissions.c.id.desc())).mappings().all()


def _copy(connection: Connection, act: WithdrawalAct, one: RowMapping) -> int:
    """A submission accepted once more, now."""
    values = {name: value for name, value in one.items() if name != "id"}
    again = insert(submissions).values({**values, "accepted_at": act.at, "superseded_at": None})
    return int(connection.execute(again.returning(submissions.c.id)).scalar_one())


def _copy_rows(connection: Connection, table: Table, old: int, new: int) -> None:
    names = [column.name for column in table.columns if column.name != "submission_id"]
    rows = select(literal(new), *(table.c[name] for name in names)).where(table.c.submission_id == old)
    connection.execute(insert(table).from_select(["submission_id", *names], rows))


def _mark(connection: Connection, act: WithdrawalAct, ids: Sequence[int], row: int | None = None) -> None:
    about = {"row": row, "at": act.at, "actor": act.viewer.name, "reason": act.reason}
    connection.execute(insert(withdrawals), [{"submission_id": number, **about} for number in ids])


def _roll_up(stored: StoredCounts, found: Sequence[RowMapping]) -> frozenset[tuple[int, str]]:
    """Rolls up what is left under the keys of withdrawn returns; the result is that of `roll_up_returns`."""
    returns: list[Return] = []
    official: list[Return] = []
    codes = {unit: code for code, unit in stored.registry.ids.items()}
    for one in found:
        is_official = one["form"] in CODES
        version = one["form"], one["form_version"]
        given = Return(
            form=official_version(*version).form if is_official else stored.vocabulary.form_version(*version),
            unit=codes[one["unit_id"]],
            period=Period.parse(one["period"]) if one["period"] else None,
            sheet=one["sheet"],
            columns={},
            rows=(),
        )
        (official if is_official else returns).append(given)
    reshaped = rollup_writes.roll_up_returns(stored, returns)
    rollup_writes.roll_up_official_forms(stored, official)
    return reshaped


def _line_submissions(connection: Connection, what: LineWithdrawal) -> Sequence[RowMapping]:
    """The submissions of a register's workbook that still have lines in force."""
    table = _LINES[what.form]
    in_force = select(table.c.submission_id).where(table.c.superseded_at.is_(None))
    query = (
        select(submissions)
        .join(files, files.c.sha256 == submissions.c.sha256)
        .where(
            submissions.c.form == what.form,
            (files.c.sha256 == what.file) | (files.c.name == what.file),
            submissions.c.id.in_(in_force),
        )
    )
    found = connection.execute(query.order_by(submissions.c.id)).mappings().all()
    if not found:
        raise WithdrawalError(sentence("withdrawal.no_lines", file=what.file, form=what.form))
    return found


def _withdraw_lines(connection: Connection, act: WithdrawalAct, what: LineWithdrawal, one: RowMapping) -> _Done:
    table = _LINES[what.form]
    query = select(table).where(table.c.submission_id == one["id"], table.c.superseded_at.is_(None))
    lines = [line for line in connection.execute(query).mappings() if _is_meant(connection, what, line)]
    if not lines:
        raise WithdrawalError(sentence("withdrawal.no_lines", file=what.file, form=what.form))
    for line in lines:
        same = and_(table.c.submission_id == one["id"], table.c.row == line["row"])
        connection.execute(update(table).where(same).values(superseded_at=act.at))
        _mark(connection, act, [one["id"]], line["row"])
    if what.unit is None and what.indicator is None:
        _mark(connection, act, [one["id"]])
    earlier = [_superseded_by(connection, table, line) for line in lines] if what.restore else []
    copies: dict[int, int] = {}
    for before in filter(None, earlier):
        if before["submission_id"] not in copies:
            of_line = select(submissions).where(submissions.c.id == before["submission_id"])
            copies[before["submission_id"]] = _copy(connection, act, connection.execute(of_line).mappings().one())
        about = {"submission_id": copies[before["submission_id"]], "accepted_at": act.at, "superseded_at": None}
        connection.execute(insert(table).values({**before, **about}))
    return one, bool(copies)


def _is_meant(connection: Connection, what: LineWithdrawal, line: RowMapping) -> bool:
    unit = line["unit_id" if what.form == KH.code else "owner_id"]
    if what.unit is not None:
        code = connection.execute(select(units.c.code).where(units.c.id == unit)).scalar()
        if code != what.unit:
            return False
    return what.indicator is None or line["indicator" if what.form == KH.code else "task"] == what.indicator


def _superseded_by(connection: Connection, table: Table, line: RowMapping) -> RowMapping | None:
    """The line that another one superseded when it was accepted, unless it has been withdrawn since."""
    names = ("unit_id", "term", "indicator") if table is plans else ("task", "owner_id", "owner", "term")
    marked = select(withdrawals.c.id).where(
        withdrawals.c.submission_id == table.c.submission_id, withdrawals.c.row == table.c.row
    )
    query = select(table).where(
        *(table.c[name].is_(None) if line[name] is None else table.c[name] == line[name] for name in names),
        table.c.superseded_at == line["accepted_at"],
        table.c.submission_id != line["submission_id"],
        ~marked.exists(),
    )
    return connection.execute(query.order_by(table.c.submission_id.desc()).limit(1)).mappings().first()


def _withdraw_registry(stored: StoredCounts, act: WithdrawalAct) -> _Done:
    connection = stored.connection
    current = select(submissions).where(submissions.c.form == DM.code, submissions.c.superseded_at.is_(None))
    one = connection.execute(current).mappings().one_or_none()
    earlier = _versions_before(connection, one) if one else ()
    if one is None or not earlier:
        raise WithdrawalError(sentence("withdrawal.no_registry"))
    connection.execute(update(submissions).where(submissions.c.id == one["id"]).values(superseded_at=act.at))
    _mark(connection, act, [one["id"], earlier[0]["id"]])
    new = _copy(connection, act, earlier[0])
    for table in (unit_spells, successions):
        _copy_rows(connection, table, earlier[0]["id"], new)
    restored = replace(stored, registry=read_registry(connection, None))
    _require_units(stored, restored.registry)
    rollup_writes.roll_up_all(restored, stored.registry)
    return one, True


def _require_units(stored: StoredCounts, restored: Registry) -> None:
    """Units that hold returns may not vanish with a registry."""
    lost = {unit for code, unit in stored.registry.ids.items() if code not in restored.ids}
    holding = read_units_with_returns(stored.connection, stored.vocabulary, lost, None)
    named = [f"{spell.name} ({spell.code})" for unit in sorted(holding) if (spell := stored.registry.latest(unit))]
    if named:
        shown = ", ".join(named[:_NAMED]) + (", …" if len(named) > _NAMED else "")
        raise WithdrawalError(sentence("withdrawal.units_lost", number=len(named), names=shown))


def _record(
    stored: StoredCounts,
    act: WithdrawalAct,
    withdrawn: Sequence[RowMapping],
    result: Withdrawn,
    reshaped: frozenset[tuple[int, str]],
) -> None:
    """A receipt for each workbook and unit, by which its sender is told, and an entry of the log."""
    connection = stored.connection
    keys = [ReturnKey(one["form"], one["unit_id"], one["period"]) for one in withdrawn]
    changes = changes_of(stored, keys, reshaped).union(*(receipt_change(stored.registry, key.unit) for key in keys))
    told = dict.fromkeys((one["sha256"], one["unit_id"], one["period"]) for one in withdrawn)
    forms = {one["unit_id"]: code for one, (_, code, _) in zip(withdrawn, result.returns, strict=True)}
    for sha256, unit, period in told:
        held = [one for one in withdrawn if (one["sha256"], one["unit_id"], one["period"]) == (sha256, unit, period)]
        returns = [[one["form"], forms[unit], period] for one in held]
        finding = Finding(code="withdrawn", severity=Severity.WARNING, message=_told(act, held, period))
        name = connection.execute(select(files.c.name).where(files.c.sha256 == sha256)).scalar_one()
        connection.execute(
            insert(receipts).values(
                at=act.at,
                received_at=act.at,
                file_name=name,
                sha256=sha256,
                sender=act.viewer.name,
                sender_unit_id=unit if period else None,
                status="withdrawn",
                findings=[finding_as_json(finding)],
                returns=returns,
            )
        )
    audit.append(
        connection,
        at=act.at,
        actor=act.viewer.name,
        action=Action.WITHDRAWN,
        subject=", ".join(" ".join(filter(None, each)) for each in result.returns),
        details={
            "reason": act.reason,
            "returns": [list(each) for each in result.returns],
            "restored": result.restored,
            "contents": contents_accepted(connection, stored.vocabulary, act.at),
        },
        changes=changes,
    )


def _told(act: WithdrawalAct, held: Sequence[RowMapping], period: str) -> Text:
    forms = ", ".join(one["form"] for one in held)
    when = Period.parse(period).titles if period else Text("", "")
    return sentence(
        "withdrawal.told" if period else "withdrawal.told_register", forms=forms, period=when, reason=act.reason
    )
