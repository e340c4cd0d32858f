"""The least that reading takes, `python -m ... FOLDER`: unzips every sheet and finds its values, no more."""

from __future__ import annotations

import re
import sys
import zipfile
from pathlib import Path

_VALUE = re.compile(rb"<v>([^<]*)</v>")


def main(folder: Path) -> None:
    """Finds the values of every return of the folder."""
    for path in sorted(folder.glob("H*.xlsx")):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.startswith("xl/worksheets/"):
                    _VALUE.findall(archive.read(name))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
