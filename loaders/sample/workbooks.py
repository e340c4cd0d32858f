"""Writes the fictitious province's workbooks as real .xlsx files, in several processes, with their times of receipt."""

from __future__ import annotations

import csv
import gc
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from loaders.sample.province import Province
from loaders.sample.sheets import Draft, drafts
from loaders.templates.template import workbook

NOTE = "Số liệu minh hoạ"
RECEIVED = "received.csv"
_CHUNK = 4


@dataclass(frozen=True, slots=True)
class SampleFile:
    """A written workbook: its path, instant of receipt and sender."""

    path: Path
    received_at: datetime
    sender: str


def write(province: Province, folder: Path, workers: int | None = None) -> Iterator[SampleFile]:
    """Writes every workbook, then `received.csv` (file, instant); yields files as they are completed.

    `workers` is the number of processes, by default that of the machine's cores; 1 writes in this process.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files: list[SampleFile] = []
    for file in _in_parallel(province, folder, workers) if workers != 1 else _in_turn(province, folder):
        files.append(file)
        yield file
    with (folder / RECEIVED).open("w", encoding="utf-8", newline="") as target:
        rows = csv.writer(target)
        rows.writerow(("file", "instant"))
        rows.writerows((f.path.name, f.received_at.isoformat()) for f in sorted(files, key=lambda f: f.received_at))


def _in_turn(province: Province, folder: Path) -> Iterator[SampleFile]:
    return (_write_one(draft, folder) for draft in drafts(province))


def _in_parallel(province: Province, folder: Path, workers: int | None) -> Iterator[SampleFile]:
    count = len(drafts(province))
    with ProcessPoolExecutor(workers, initializer=_start, initargs=(province, folder)) as pool:
        futures: list[Future[list[SampleFile]]] = [
            pool.submit(_write_some, range(first, min(first + _CHUNK, count))) for first in range(0, count, _CHUNK)
        ]
        for future in as_completed(futures):
            yield from future.result()


_WORKER_INPUT: list[tuple[Sequence[Draft], Path]] = []  # the input of a worker process, passed once


def _start(province: Province, folder: Path) -> None:
    _WORKER_INPUT[:] = [(drafts(province), folder)]
    gc.freeze()  # keeps the collector from walking the province, which stays alive, over and over


def _write_some(places: Sequence[int]) -> list[SampleFile]:
    found, folder = _WORKER_INPUT[0]
    return [_write_one(found[place], folder) for place in places]


def _write_one(draft: Draft, folder: Path) -> SampleFile:
    path = folder / draft.name
    path.write_bytes(workbook(draft.sheets(), note=NOTE, written=draft.received_at.replace(tzinfo=None)))
    return SampleFile(path, draft.received_at, draft.sender)
