"""Where a cell stands: a missing return is no lagging cell, and only cells that reported twice are compared."""

from __future__ import annotations

import pytest

from indicators.methods.reasons import ListChange, Reason, Standing, course, standing

NONE: tuple[Reason, ...] = ()
FEW = (Reason.FEW_MEMBERS,)
MISSING = (Reason.RETURN_MISSING,)
MISSING_TOO = (Reason.NO_ADMISSION, Reason.RETURN_MISSING)


@pytest.mark.parametrize(
    ("now", "before", "stands", "change"),
    [
        (FEW, NONE, Standing.LAGGING, ListChange.NEW),
        (FEW, FEW, Standing.LAGGING, ListChange.STILL),
        (NONE, FEW, Standing.RECOVERED, ListChange.RECOVERED),
        (NONE, NONE, None, None),
        (FEW, None, Standing.LAGGING, None),
        (FEW, MISSING, Standing.LAGGING, None),
        (FEW, MISSING_TOO, Standing.LAGGING, None),
        (NONE, MISSING, None, None),
        (NONE, MISSING_TOO, None, None),
        (NONE, None, None, None),
        (MISSING, NONE, Standing.MISSING, None),
        (MISSING, FEW, Standing.MISSING, None),
        (MISSING_TOO, FEW, Standing.MISSING, None),
        (MISSING, MISSING, Standing.MISSING, None),
        (MISSING, None, Standing.MISSING, None),
    ],
)
def test_standing_and_change(
    now: tuple[Reason, ...],
    before: tuple[Reason, ...] | None,
    stands: Standing | None,
    change: ListChange | None,
) -> None:
    assert (standing(now, before), course(now, before)) == (stands, change)
