"""The fixed tables; those of forms are in `data.tables.form_tables`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """A point in time: timezone-aware in Python, UTC in the database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Converts to UTC; SQLite stores it without a zone."""
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Converts to an aware datetime."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _unit(name: str = "unit_id", **options: Any) -> Column[int]:
    return Column(name, ForeignKey("units.id"), **options)


def _submission(**options: Any) -> Column[int]:
    return Column("submission_id", ForeignKey("submissions.id"), **options)


units = Table(
    "units", metadata, Column("id", Integer, primary_key=True), Column("code", String(64), nullable=False, unique=True)
)

files = Table(
    "files",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("stored_at", Instant, nullable=False),
)

# Plans and tasks are superseded line by line.
_SUPERSEDED_WHOLE = "superseded_at IS NULL AND form NOT IN ('KH', 'NV')"

submissions = Table(
    "submissions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", ForeignKey("files.sha256"), nullable=False, index=True),
    Column("form", String(8), nullable=False),
    Column("form_version", String(16), nullable=False),
    _unit(nullable=False),
    Column("period", String(16), nullable=False),
    Column("cumulative", Boolean, nullable=False),
    Column("sheet", Text, nullable=False),
    Column("columns", JSON, nullable=False),
    Column("row_count", Integer, nullable=False),
    Column("blank_count", Integer, nullable=False),
    Column("sender", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("accepted_at", Instant, nullable=False),
    Column("superseded_at", Instant),
    Index("ix_submissions_form_period_unit_id", "form", "period", "unit_id"),
    Index(
        "uq_submissions_current",
        "form",
        "period",
        "unit_id",
        unique=True,
        sqlite_where=text(_SUPERSEDED_WHOLE),
        postgresql_where=text(_SUPERSEDED_WHOLE),
    ),
)

# `row` is a line of plans or tasks; NULL: the submission as a whole.
withdrawals = Table(
    "withdrawals",
    metadata,
    Column("id", Integer, primary_key=True),
    _submission(nullable=False, index=True),
    Column("row", Integer),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

unit_spells = Table(
    "unit_spells",
    metadata,
    _submission(primary_key=True),
    Column("row", Integer, primary_key=True),
    _unit(nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    _unit("parent_id"),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("base_type", Text, nullable=False),
    Column("residential", Boolean, nullable=False),
)

successions = Table(
    "successions",
    metadata,
    _submission(primary_key=True),
    Column("row", Integer, primary_key=True),
    Column("date", Date, nullable=False),
    Column("decision", Text, nullable=False),
    Column("event", String(16), nullable=False),
    _unit("predecessor_id"),
    _unit("successor_id"),
    Column("share", String(32)),
)

plans = Table(
    "plans",
    metadata,
    _submission(primary_key=True),
    Column("row", Integer, primary_key=True),
    Column("cell", String(16), nullable=False),
    _unit(nullable=False),
    Column("term", String(16), nullable=False),
    Column("indicator", String(64), nullable=False),
    Column("value", String(64), nullable=False),
    Column("decision", Text, nullable=False),
    Column("decision_date", Date, nullable=False),
    Column("accepted_at", Instant, nullable=False),
    Column("superseded_at", Instant),
    Index("ix_plans_indicator_unit_id", "indicator", "unit_id"),
)

tasks = Table(
    "tasks",
    metadata,
    _submission(primary_key=True),
    Column("row", Integer, primary_key=True),
    Column("task", String(16), nullable=False),
    Column("clause", Text, nullable=False),
    Column("text", Text, nullable=False),
    _unit("owner_id"),
    Column("owner", Text, nullable=False),
    Column("co_owners", Text, nullable=False),
    Column("recurrence", String(16), nullable=False),
    Column("term", String(16), nullable=False),
    Column("due", Date),
    Column("evidence_number", Text, nullable=False),
    Column("evidence_date", Date),
    Column("evidence_file", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("successor", Text, nullable=False),
    Column("meetings", Integer),
    Column("firms", Integer),
    Column("proposals", Integer),
    Column("settled", Integer),
    Column("accepted_at", Instant, nullable=False),
    Column("superseded_at", Instant),
    Index("ix_tasks_task_owner_id", "task", "owner_id"),
)

follow_ups = Table(
    "follow_ups",
    metadata,
    Column("note", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    _unit(nullable=False, index=True),
    _unit("owner_id", nullable=False),
    Column("text", Text, nullable=False),
    Column("due", Date, nullable=False),
    Column("state", String(16), nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("superseded_at", Instant),
)

official_values = Table(
    "official_values",
    metadata,
    _submission(primary_key=True),
    Column("measure", String(64), primary_key=True),
    _unit(nullable=False),
    Column("period", String(16), nullable=False),
    Column("cell", String(32), nullable=False),
    Column("value", Integer),
    Column("not_applicable", Boolean, nullable=False),
    Index("ix_official_values_period_unit_id", "period", "unit_id"),
)

published_totals = Table(
    "published_totals",
    metadata,
    _submission(primary_key=True),
    Column("row", Integer, primary_key=True),
    _unit(nullable=False),
    Column("term", String(16), nullable=False),
    Column("total", Integer, nullable=False),
    Column("years", Integer, nullable=False),
    Column("source", Text, nullable=False),
)

# Every change is a row of its own, in force from `at` until the next version.
opened_periods = Table(
    "opened_periods",
    metadata,
    Column("period", String(16), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("announced_at", Instant),
    Column("forms", JSON, nullable=False),
    Column("due", Date),
    Column("unit_dues", JSON, nullable=False),
    Column("reason", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

admission_years = Table(
    "admission_years",
    metadata,
    Column("period", String(16), primary_key=True),
    _unit(primary_key=True),
    Column("frequency", String(8), primary_key=True),
    Column("admitted", Integer, nullable=False),
    Column("given", Integer, nullable=False),
)

receipts = Table(
    "receipts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("sender", Text, nullable=False),
    _unit("sender_unit_id"),
    Column("status", String(16), nullable=False),
    Column("findings", JSON, nullable=False),
    Column("returns", JSON, nullable=False),
)

# Uploads are kept for a day at most. Ids are never reused, because a page may still show one that is gone.
uploads = Table(
    "uploads",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", String(64), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("taking", String(16), nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("status", String(16)),
    Column("answer", JSON(none_as_null=True)),
    Column("attempts", Integer, nullable=False),
    Column("claim", String(32)),
    Column("claimed_until", Instant),
    Column("at", Instant, nullable=False),
    Column("answered_at", Instant),
    sqlite_autoincrement=True,
)

# Separate, so that a change of state does not rewrite the bytes, and the content can be deleted before the record.
upload_contents = Table(
    "upload_contents",
    metadata,
    Column("upload_id", ForeignKey("uploads.id"), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

mappings = Table(
    "mappings",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("form", String(8), nullable=False),
    Column("mapping", JSON, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

settings = Table(
    "settings",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("unit_code", String(64)),
    Column("password_hash", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    # Sessions begun under an earlier epoch are invalid.
    Column("epoch", Integer, nullable=False, server_default="0"),
)

# Names are stored hashed: people type passwords into the name field.
sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("of_whom", String(64), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("locked_until", Instant),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", ForeignKey("accounts.name"), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("secret_hash", String(64), nullable=False, unique=True),
    Column("scopes", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("used_at", Instant),
)

saved_views = Table(
    "saved_views",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", String(64), nullable=False),
    Column("title", String(80), nullable=False),
    Column("address", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index("uq_saved_views_account_title", "account", "title", unique=True),
)

# By the entries of the log: no form means anything, sender 0 all of them.
last_changes = Table(
    "last_changes",
    metadata,
    Column("form", String(16), primary_key=True),
    Column("sender_id", Integer, primary_key=True, autoincrement=False),
    Column("entry", Integer, nullable=False, index=True),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", String(32), nullable=False),
    Column("subject", Text, nullable=False),
    Column("details", JSON, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    # NULL for entries written before digest rules had names.
    Column("digest_rule", Integer, nullable=False, server_default="1"),
)
