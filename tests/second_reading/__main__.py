"""`python -m tests.second_reading FOLDER`: the second reading of a demonstration, its workbooks and its store.

FOLDER is what `app.py demo --no-serve --data FOLDER` leaves behind.
"""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

from data.writing.store import Store
from tests.second_reading.comparison import Comparison, Readings
from tests.second_reading.known import Known, arrivals


def main(folder: Path) -> int:
    """Compares everything of the latest instant; returns 1 if anything differs."""
    known, found = Known(arrivals(folder / "workbooks")), Comparison()
    years = sorted({period.year for period in (*known.opened, *known.history)})
    with closing(Store.open(f"sqlite:///{(folder / 'store.sqlite').as_posix()}")) as store:
        readings = Readings.of(store, known, found)
        for period in sorted({period.code for period in (*known.opened, *known.history)} | set(map(str, years))):
            readings.compare_values([period])
            sys.stdout.write(f"{period}: {found.fields} fields, {len(found.differences)} differences\n")
            sys.stdout.flush()
        quarters = [period.code for period in known.opened if period.per_year == 4]
        readings.compare_means([(years[0], years[-1]), *((year, year) for year in years)])
        readings.compare_pace(quarters)
        readings.compare_tasks(quarters)
        readings.compare_cells(quarters)
    sys.stdout.writelines(f"{each}\n" for each in found.differences[:100])
    sys.stdout.write(f"{found.fields} fields compared, {len(found.differences)} differences\n")
    return 1 if found.differences else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
