"""Times of receipt: one instant for all files, or a table of files and instants."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from data.language import UserError
from data.office_time import localised
from loaders.messages import sentence

Received = datetime | Mapping[str, datetime] | None


class ReceivedError(UserError, ValueError):
    """A table of receipt times that cannot be read; the message says where and what to write."""


def parse_instant(text: str) -> datetime:
    """An ISO 8601 instant; without an offset it is Vietnamese local time.

    Raises:
        ValueError: the text is not an instant.
    """
    return localised(datetime.fromisoformat(text.strip()))


def read_received(path: Path) -> dict[str, datetime]:
    """Receipt times by file name, from a CSV of file and instant; a header line is skipped.

    Raises:
        ReceivedError: a line is not a file and an instant, or the file is not text.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (UnicodeDecodeError, OSError):
        raise ReceivedError(sentence("received_not_a_table", file=path.name)) from None
    found = {}
    for number, cells in enumerate(csv.reader(lines), start=1):
        if not cells or (number == 1 and cells[-1].strip().lower() in {"instant", "thời điểm"}):
            continue
        if len(cells) != 2:
            raise ReceivedError(sentence("received_not_a_table", file=path.name))
        name, written = cells
        try:
            found[name.strip()] = parse_instant(written)
        except ValueError:
            about = {"file": path.name, "line": number, "shown": written}
            raise ReceivedError(sentence("received_not_an_instant", **about)) from None
    return found


def received_at(received: Received, path: Path) -> datetime | None:
    """The receipt time of a file, looked up by its path as given, else by its name."""
    if not isinstance(received, Mapping):
        return received
    return received.get(str(path)) or received.get(path.as_posix()) or received.get(path.name)
