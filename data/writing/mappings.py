"""Saves how the columns of a header map to a form's, within the store's transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert

from data.forms.header_mappings import HeaderMapping
from data.tables import audit
from data.tables.audit import Action
from data.tables.schema import mappings
from data.viewers import Viewer


def store_mapping(connection: Connection, mapping: HeaderMapping, viewer: Viewer, at: datetime) -> None:
    """Saves the mapping for a header, replacing an earlier one, and logs it."""
    saved = {
        "columns": dict(mapping.columns),
        "header_rows": list(mapping.header_rows) if mapping.header_rows else None,
    }
    about = {"fingerprint": mapping.fingerprint, "form": mapping.form}
    connection.execute(delete(mappings).where(mappings.c.fingerprint == mapping.fingerprint))
    connection.execute(insert(mappings).values(**about, mapping=saved, actor=viewer.name, at=at))
    audit.append(
        connection,
        at=at,
        actor=viewer.name,
        action=Action.MAPPING,
        subject=mapping.fingerprint,
        details={"form": mapping.form, **saved},
    )
