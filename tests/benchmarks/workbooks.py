"""The workbooks of the loading benchmarks: one quarter of a simulated province of any size."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from data.periods import Period
from loaders.sample import FULL, Province, SampleScale, province
from loaders.sample.scale import BaseGroup
from loaders.sample.sheets import REGISTRY_PREFIX, drafts
from loaders.templates.template import ReturnSheet, Sheet, workbook

PERIOD = "2020-Q3"
REGISTRY = f"{REGISTRY_PREFIX}units.xlsx"
_VALUES_OF_FULL = 349_000  # in a quarter of the full province


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many workbooks, and how many values they hold together."""

    workbooks: int = 64
    values: int = 2_200_000

    @property
    def scale(self) -> SampleScale:
        """The province that sends as much in a quarter."""
        factor = self.values / _VALUES_OF_FULL
        figures = FULL.calibration

        def sized(number: int) -> int:
            return max(1, round(number * factor))

        def group(given: BaseGroup) -> BaseGroup:
            return BaseGroup(bases=sized(given.bases), single=sized(given.single), cells=sized(given.cells))

        return replace(
            FULL,
            territorial=self.workbooks - self.workbooks // 3,
            attached=self.workbooks // 3,
            communes=sized(FULL.communes),
            village_cells=sized(FULL.village_cells),
            office_cells=sized(FULL.office_cells),
            agencies=group(FULL.agencies),
            enterprises=group(FULL.enterprises),
            sections=sized(FULL.sections),
            calibration=replace(
                figures,
                members_first=sized(figures.members_first),
                members_last=sized(figures.members_last),
                admitted=sized(figures.admitted),
            ),
            history=(1997, 2018),
            yearly=(2019, 2019),
            latest=Period.parse(PERIOD),
            missing=0,
            late=0,
            corrected=0,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbooks:
    """Workbooks on disk: the registry and the codes in it, the returns, and how many values these hold."""

    folder: Path
    registry: Path
    units: Sequence[str]
    returns: Sequence[Path]
    values: int


def make(size: Size, folder: Path) -> Workbooks:
    """Writes the workbooks unless they exist."""
    place = folder / f"{size.workbooks}-{size.values}"
    listed = place / "made.json"
    if not listed.exists():
        place.mkdir(parents=True, exist_ok=True)
        simulated = province(size.scale)
        about = {"values": _write(simulated, place), "units": sorted(simulated.registry.ids)}
        listed.write_text(json.dumps(about), encoding="utf-8")
    about = json.loads(listed.read_text(encoding="utf-8"))
    return Workbooks(
        folder=place,
        registry=place / REGISTRY,
        units=about["units"],
        returns=[place / name for name in sorted(about["values"])],
        values=sum(about["values"].values()),
    )


def _write(simulated: Province, folder: Path) -> dict[str, int]:
    """Writes the latest registry and the last quarter's returns; returns the number of values in each return."""
    counts: dict[str, int] = {}
    for draft in drafts(simulated):
        if draft.name.startswith(REGISTRY_PREFIX):  # the last of them stays
            (folder / REGISTRY).write_bytes(workbook(draft.sheets()))
        elif PERIOD in draft.name:
            sheets = draft.sheets()
            (folder / draft.name).write_bytes(workbook(sheets))
            counts[draft.name] = sum(map(_values, sheets))
    return counts


def _values(sheet: Sheet) -> int:
    if not isinstance(sheet, ReturnSheet):
        return 0
    return sum(value is not None for row in sheet.values.values() for value in row)
