"""`python -m tests.second_reading FOLDER [PERIOD...]`: the second reading of a demonstration.

FOLDER is what `app.py demo --no-serve --data FOLDER` leaves behind: workbooks and a store. A period of the full
province takes minutes, down to its base organisations.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from data.writing.store import Store
from tests.second_reading.comparison import DISTRICTS, DOWN_TO_BASES, Comparison, Readings
from tests.second_reading.known import Known, arrivals


def main(folder: Path, periods: Sequence[str]) -> int:
    """Compares some periods, or all, of the latest instant; returns 1 if anything differs."""
    known, found = Known(arrivals(folder / "sample")), Comparison()
    every = {period.code for period in (*known.opened, *known.history)}
    chosen = periods or sorted(every | {code[:4] for code in every})
    with closing(Store.open(f"sqlite:///{(folder / 'store.sqlite').as_posix()}")) as store:
        readings = Readings.of(store, known, found)
        for code in chosen:
            readings.compare_values([code], DOWN_TO_BASES)
            sys.stdout.write(f"{code}: {found.fields} fields, {len(found.differences)} differences\n")
            sys.stdout.flush()
        years = [int(code) for code in chosen if code.isdigit()]
        quarters = [code for code in chosen if "Q" in code]
        readings.compare_means([(year, year) for year in years])
        readings.compare_pace(quarters, DISTRICTS)
        readings.compare_tasks(quarters)
        readings.compare_cells(quarters)
    sys.stdout.writelines(f"{each}\n" for each in found.differences[:100])
    sys.stdout.write(f"{found.fields} fields compared, {len(found.differences)} differences\n")
    return 1 if found.differences else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
