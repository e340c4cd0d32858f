"""The store's writer: accepts and supersedes workbooks, records refusals, changes settings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from data.forms.builtin import BUILTIN
from data.forms.header_mappings import HeaderMapping
from data.forms.vocabulary import Vocabulary
from data.messages import sentence
from data.organisations.units import Registry
from data.periods import Period
from data.reading.known_changes import KnownChanges
from data.reading.queries import Reader
from data.reading.registries import RegistryCache
from data.returns import Finding, Outcome, OutcomeStatus, ParsedWorkbook, SourceFile, Withdrawal
from data.sums.disclosure import Disclosure
from data.sums.rollup_reads import StoredCounts, stored_counts
from data.tables import audit
from data.tables.audit import Action
from data.tables.engine import Connects, OpenTransaction, connect, migrate, writing
from data.tables.replica import Replica
from data.tables.schema import files, receipts, settings, submissions
from data.tables.standings import forget_standings
from data.tables.thresholds import NewThreshold, ThresholdError
from data.viewers import SYSTEM, Role, Viewer
from data.writing import acceptance, periods, withdrawals
from data.writing.acceptance import Delivery
from data.writing.mappings import store_mapping
from data.writing.periods import DueDay, PeriodChange
from data.writing.rebuilding import rebuild_stale
from data.writing.sample import store_sample_mark
from data.writing.standings import StandingRule, Standings
from data.writing.thresholds import change_threshold
from data.writing.versions import Overtaken, is_in_force, read_replaceable
from data.writing.withdrawals import WithdrawalAct, WithdrawalError, Withdrawn
from data.writing.workbooks import StoredWorkbook, require, store_workbook


def utc_now() -> datetime:
    """The default clock."""
    return datetime.now(UTC)


class Store:
    """The database, and the only writer of returns, registers, plans and settings.

    `rule` is that by which it keeps how cells stand; without one, what it writes has the standings forgotten.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Callable[[], datetime] = utc_now,
        vocabulary: Vocabulary = BUILTIN,
        *,
        rule: StandingRule | None = None,
        opens_periods: bool = False,
        replica: Replica | None = None,
    ) -> None:
        self.engine = engine
        self.replica = replica
        self.vocabulary = vocabulary
        self.rule = rule
        self._clock = clock
        self._opens_periods = opens_periods
        self._registries = RegistryCache()
        self._disclosure = Disclosure()
        self._changes = KnownChanges()

    @classmethod
    def open(
        cls,
        url: str,
        clock: Callable[[], datetime] = utc_now,
        vocabulary: Vocabulary = BUILTIN,
        *,
        read_url: str | None = None,
        rule: StandingRule | None = None,
    ) -> Store:
        """Opens the store, migrates its tables, and rebuilds sums by an earlier rule; a replica may be away.

        Raises:
            StoreUnavailable: the database does not respond.
            StoreIsNewer: a later version of the program has migrated its tables.
        """
        engine = connect(url)
        migrate(engine)
        rebuild_stale(engine, vocabulary, clock)
        return cls(engine, clock, vocabulary, rule=rule, replica=Replica(engine, read_url) if read_url else None)

    def of_past_series(self) -> Store:
        """The same store, which opens the period of whatever return the Board or an administrator has it accept."""
        return Store(self.engine, self._clock, self.vocabulary, rule=self.rule, opens_periods=True)

    def opens_periods_of(self, viewer: Viewer) -> bool:
        """Whether accepting a viewer's return opens its period."""
        return self._opens_periods and viewer.may_open_periods

    def now(self) -> datetime:
        """The current instant by this store's clock."""
        return self._clock()

    def close(self) -> None:
        """Closes all database connections."""
        self.engine.dispose()
        if self.replica:
            self.replica.close()

    def reader(self, viewer: Viewer, as_of: datetime | None = None, database: Connects | None = None) -> Reader:
        """A reader for a viewer, now or as of an instant; of the primary, unless another `database` is given."""
        known = self._registries, self._disclosure, self._changes
        return Reader(database or self.engine, self.vocabulary, viewer, as_of, *known)

    def stored(self, sha256: str, among: Collection[str] = ()) -> bool:
        """Whether what a workbook with these exact bytes gives is in force, from it or from another one `among` some.

        Bytes that were superseded or withdrawn are a new version when they come again.
        """
        with self.engine.connect() as connection:
            return is_in_force(connection, sha256, among)

    def kept(self, sha256: str) -> bool:
        """Whether a workbook with these exact bytes was ever accepted."""
        with self.engine.connect() as connection:
            return connection.execute(select(files.c.sha256).where(files.c.sha256 == sha256)).scalar() is not None

    def replaceable(self, workbook: ParsedWorkbook) -> frozenset[int]:
        """What is in force that accepting a workbook would replace, to be given to `accept`."""
        with self.engine.connect() as connection:
            return read_replaceable(connection, workbook)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever accepted."""
        with self.engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(submissions)).scalar_one() == 0

    @property
    def is_sample(self) -> bool:
        """Whether the store holds the sample province."""
        with self.engine.connect() as connection:
            return connection.execute(select(settings.c.value).where(settings.c.code == "sample")).scalar() == "1"

    def accept(
        self,
        workbook: ParsedWorkbook,
        *,
        viewer: Viewer,
        received_at: datetime | None = None,
        warnings: Sequence[Finding] = (),
        at: datetime | None = None,
        replacing: frozenset[int] | None = None,
    ) -> Outcome:
        """Accepts a validated workbook atomically: bytes, submissions, rows, sums and log.

        Supersedes returns of the same unit, period and form, the registry, and plans replaced by a later decision.
        `at` is the instant of acceptance (default: the clock); it never runs backwards. `replacing` is what was
        `replaceable` when the workbook was compared with it.

        Raises:
            OutOfScope: the viewer may not load returns, or not these.
            PeriodNotOpen: the period of a return is not open.
            Overtaken: something else is in force by now.
        """
        with writing(self.engine) as connection:
            if replacing is not None and replacing != read_replaceable(connection, workbook):
                raise Overtaken
            delivery = self._delivery(connection, workbook.source, viewer, received_at, at)
            if is_in_force(connection, workbook.source.sha256):
                # Another load of the same file came first.
                return Outcome(
                    file=workbook.source.name,
                    status=OutcomeStatus.ALREADY_STORED,
                    received_at=delivery.received_at,
                )
            if self.opens_periods_of(viewer):
                for opened in periods.open_for(connection, workbook, viewer, delivery.at):
                    self.standings(connection).forget(opened)
            made = self._store(connection, delivery, workbook)
            periods.require_open(connection, workbook)
            status = OutcomeStatus.SUPERSEDED if made.replaced else OutcomeStatus.ACCEPTED
            outcome = Outcome(
                file=workbook.source.name,
                status=status,
                findings=tuple(warnings),
                returns=acceptance.contents(workbook),
                received_at=delivery.received_at,
            )
            acceptance.record_receipt(
                connection, delivery, outcome, made.registry, self.vocabulary, changes=made.changes
            )
        return outcome

    @contextmanager
    def rehearse(self, change: ParsedWorkbook | Withdrawal | NewThreshold, *, viewer: Viewer) -> Iterator[Reader]:
        """A reader of the store as it would be after a change; nothing is kept of it, and other writers wait meanwhile.

        Raises:
            OutOfScope: the viewer may not make the change.
            WithdrawalError: there is nothing to withdraw or to restore.
        """
        with writing(self.engine) as connection:
            # Judging the few cells that are asked about is quicker than storing how all that change stand.
            forget_standings(connection)
            if isinstance(change, ParsedWorkbook):
                delivery = self._delivery(connection, change.source, viewer, None, None)
                self._store(connection, delivery, change)
            elif isinstance(change, NewThreshold):
                change_threshold(connection, self.vocabulary, change)
            else:
                require(viewer.may_withdraw, viewer)
                act = WithdrawalAct(viewer=viewer, at=self._instant(connection, None), reason="")
                stored = self._counts(connection, self._registries.get(connection, None))
                withdrawals.withdraw(stored, act, change)
            # Without the store's caches: they must not keep what is rolled back.
            yield Reader(OpenTransaction(connection), self.vocabulary, viewer)
            connection.rollback()

    def refuse(
        self,
        source: SourceFile,
        findings: Sequence[Finding],
        *,
        viewer: Viewer,
        received_at: datetime | None = None,
        at: datetime | None = None,
    ) -> Outcome:
        """Records a refusal, and nothing else of the file."""
        with writing(self.engine) as connection:
            delivery = self._delivery(connection, source, viewer, received_at, at)
            outcome = Outcome(
                file=source.name,
                status=OutcomeStatus.REFUSED,
                findings=tuple(findings),
                received_at=delivery.received_at,
            )
            registry = self._registries.get(connection, None)
            acceptance.record_receipt(connection, delivery, outcome, registry, self.vocabulary)
        return outcome

    def log(self, action: Action, *, viewer: Viewer, subject: str, details: Mapping[str, Any]) -> None:
        """Logs an action that changes no figure: sign-ins, exports, denials."""
        with writing(self.engine) as connection:
            audit.append(
                connection, at=self._clock(), actor=viewer.name, action=action, subject=subject, details=details
            )

    def mark_sample(self) -> None:
        """Marks the store as holding the sample province."""
        with writing(self.engine) as connection:
            store_sample_mark(connection, self._clock())

    def open_period(
        self, period: Period, *, viewer: Viewer, forms: Iterable[str] = (), due: DueDay | None = None, reason: str = ""
    ) -> None:
        """Opens a period for all forms of its frequency, or for some: their returns are accepted and due.

        Raises:
            OutOfScope: only the Board and administrators may.
            PeriodChangeError: it is open or closed, a form is unknown, or the due day is invalid.
        """
        with self._changing(period, viewer, reason) as (stored, change):
            periods.open_period(stored, change, forms, due)
            self.standings(stored.connection).forget(period)

    def close_period(self, period: Period, *, viewer: Viewer, reason: str = "") -> None:
        """Closes an open period: no return of it is accepted any more.

        Raises:
            OutOfScope: only the Board and administrators may.
            PeriodChangeError: it is not open.
        """
        with self._changing(period, viewer, reason) as (stored, change):
            periods.close_period(stored, change)

    def extend_period(self, period: Period, due: DueDay, *, viewer: Viewer, reason: str = "") -> None:
        """Sets a later due day of an open period, for all senders or for one.

        Raises:
            OutOfScope: only the Board and administrators may.
            PeriodChangeError: it is not open, the day is not later than the present one, or no such sender.
        """
        with self._changing(period, viewer, reason) as (stored, change):
            periods.extend_period(stored, change, due)

    def reopen_period(self, period: Period, *, viewer: Viewer, due: DueDay | None = None, reason: str = "") -> None:
        """Opens a closed period again.

        Raises:
            OutOfScope: only the Board and administrators may.
            PeriodChangeError: it is not closed, or the due day is invalid.
        """
        with self._changing(period, viewer, reason) as (stored, change):
            periods.reopen_period(stored, change, due)

    def cancel_period(self, period: Period, *, viewer: Viewer, reason: str = "") -> None:
        """Takes back the opening of a period that holds no return.

        Raises:
            OutOfScope: only the Board and administrators may.
            PeriodChangeError: it was not opened, or returns of it are in force.
        """
        with self._changing(period, viewer, reason) as (stored, change):
            periods.cancel_period(stored, change)
            self.standings(stored.connection).forget(period)

    @contextmanager
    def _changing(self, period: Period, viewer: Viewer, reason: str) -> Iterator[tuple[StoredCounts, PeriodChange]]:
        """The transaction of a change of a period by the Board."""
        require(viewer.may_open_periods, viewer)
        with writing(self.engine) as connection:
            at = self._instant(connection, None)
            change = PeriodChange(period=period, viewer=viewer, at=at, reason=reason)
            yield self._counts(connection, self._registries.get(connection, None)), change

    def set_threshold(self, code: str, value: str, *, viewer: Viewer, reason: str) -> None:
        """Changes a threshold with an audit entry, and rebuilds the counts that depend on it.

        Raises:
            OutOfScope: only an administrator may.
            ThresholdError: no such threshold, an invalid value, or no reason.
        """
        require(viewer.role is Role.ADMIN, viewer)
        changed = NewThreshold.parse(code, value)
        if not reason.strip():
            raise ThresholdError(sentence("threshold.reason", code=code))
        with writing(self.engine) as connection:
            at = self._instant(connection, None)
            change_threshold(connection, self.vocabulary, changed)
            details = {"value": str(changed.value), "reason": reason.strip()}
            audit.append(connection, at=at, actor=viewer.name, action=Action.THRESHOLD, subject=code, details=details)

    def withdraw(self, withdrawal: Withdrawal, *, viewer: Viewer, reason: str) -> Withdrawn:
        """Withdraws what is in force of a return, of a register or of its lines, as of now; as-of before, it stays.

        Raises:
            OutOfScope: only the Board and administrators may.
            WithdrawalError: there is nothing to withdraw or to restore, or no reason is given.
        """
        require(viewer.may_withdraw, viewer)
        if not reason.strip():
            raise WithdrawalError(sentence("withdrawal.reason"))
        with writing(self.engine) as connection:
            act = WithdrawalAct(viewer=viewer, at=self._instant(connection, None), reason=reason.strip())
            stored = self._counts(connection, self._registries.get(connection, None))
            withdrawn = withdrawals.withdraw(stored, act, withdrawal)
            self.standings(connection).follow(stored, withdrawn.returns, act.at)
            return withdrawn

    def save_mapping(self, mapping: HeaderMapping, *, viewer: Viewer) -> None:
        """Saves the mapping for a header, replacing an earlier one, with an audit entry.

        Raises:
            OutOfScope: the viewer may not load.
        """
        require(viewer.may_load, viewer)
        with writing(self.engine) as connection:
            store_mapping(connection, mapping, viewer, self._instant(connection, None))

    def _store(self, connection: Connection, delivery: Delivery, workbook: ParsedWorkbook) -> StoredWorkbook:
        stored = self._counts(connection, self._registries.get(connection, None))
        made = store_workbook(stored, delivery, workbook)
        self.standings(connection).follow(stored, acceptance.contents(workbook), delivery.at)
        return made

    def _instant(self, connection: Connection, at: datetime | None) -> datetime:
        # Clocks may run backwards; instants of acceptance may not.
        last = connection.execute(select(func.max(receipts.c.at))).scalar()
        now = at or self._clock()
        return now if last is None or now > last else last + timedelta(microseconds=1)

    def _delivery(
        self,
        connection: Connection,
        source: SourceFile,
        viewer: Viewer,
        received_at: datetime | None,
        at: datetime | None,
    ) -> Delivery:
        require(viewer.may_load, viewer)
        instant = self._instant(connection, at)
        return Delivery(source=source, viewer=viewer, received_at=received_at or instant, at=instant)

    def standings(self, connection: Connection) -> Standings:
        """How cells stand as stored, to be kept right within a transaction."""
        within = OpenTransaction(connection)
        return Standings(connection, self.rule, lambda: Reader(within, self.vocabulary, SYSTEM, None, self._registries))

    def _counts(self, connection: Connection, registry: Registry) -> StoredCounts:
        return stored_counts(connection, self.vocabulary, registry)
