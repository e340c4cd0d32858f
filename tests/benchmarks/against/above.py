"""Which units stand above which: what summing by groups needs to know beforehand."""

from __future__ import annotations

import sqlite3

_SPELLS = "SELECT unit_id, parent_id, kind FROM unit_spells WHERE valid_to IS NULL AND submission_id = "
_REGISTRY = "(SELECT id FROM submissions WHERE form = 'DM' AND superseded_at IS NULL)"
_ABOVE = """
CREATE TEMPORARY TABLE above AS
WITH RECURSIVE
    up (unit_id, above_id) AS (
        SELECT unit_id, unit_id FROM spells
        UNION ALL
        SELECT up.unit_id, s.parent_id FROM up JOIN spells s ON s.unit_id = up.above_id WHERE s.parent_id IS NOT NULL
    )
SELECT up.unit_id, up.above_id FROM up JOIN spells s ON s.unit_id = up.above_id WHERE s.kind <> 'cell'
"""


def find_above(connection: sqlite3.Connection) -> None:
    """Makes the table `above`: each unit of today with itself and all above it, plain cells left out."""
    connection.execute("CREATE TEMPORARY TABLE spells AS " + _SPELLS + _REGISTRY)
    connection.execute("CREATE INDEX spells_unit ON spells (unit_id)")
    connection.execute(_ABOVE)
