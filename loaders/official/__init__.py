"""Official transposed forms: recognised, read, checked, written; a file covers one unit."""

from __future__ import annotations

from loaders.official.checks import check_official, check_official_across, check_official_stored, compare_with_cells
from loaders.official.heading import read_heading
from loaders.official.reading import ListedLine, OfficialTable, listed, read_official, to_official_return
from loaders.official.recognise import OfficialSheet, claims_official, recognise_official, unread_finding
from loaders.official.sheets import read_officials
from loaders.official.writing import Filled, official_workbook, totalled

__all__ = [
    "Filled",
    "ListedLine",
    "OfficialSheet",
    "OfficialTable",
    "check_official",
    "check_official_across",
    "check_official_stored",
    "claims_official",
    "compare_with_cells",
    "listed",
    "official_workbook",
    "read_heading",
    "read_official",
    "read_officials",
    "recognise_official",
    "to_official_return",
    "totalled",
    "unread_finding",
]
