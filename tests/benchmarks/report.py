"""Results as Markdown: a section for each benchmark, with the machine and the versions that they are of."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median

import psutil

from tests.benchmarks.rounds import Measured, percentile_95, ratios

RESULTS = Path(__file__).with_name("RESULTS.md")
_HEADING = "## "
_GOAL = re.compile(
    r"^- (?P<what>.+): (?P<bound>at (?:most|least) .+), measured (?P<is>.+), (?P<share>.+) of it: "
    r"(?P<verdict>(?:not )?reached)\."
)
_ABOUT = """\
# Results

Written by `make bench` and `make bench-growth`. Each contender runs once a round, in changing order; ratios are taken
within a round. Where memory is given a contender is a whole process. The peak of one that starts others is taken in a
run of its own: the greatest sum of the proportional set sizes of all of them, looked at every 20 ms, or the kernel's
high-water mark of one of them if that is more; that of one that starts none is its high-water mark. Where calls are
given it is a function in a process that is warm.
"""
_CPU = Path("/proc/cpuinfo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What was to be reached: at most (or, with `floor`, at least) a figure of something.

    `limit` says what keeps it from being reached; it is printed only where it is not.
    """

    what: str
    at_most: float = 0
    reached: float
    unit: str = ""
    floor: float | None = None
    limit: str = ""

    @property
    def is_reached(self) -> bool:
        """Whether the measured figure keeps to the bound."""
        return self.reached <= self.at_most if self.floor is None else self.reached >= self.floor

    @property
    def line(self) -> str:
        """As a line of the report."""
        most, bound = ("at most", self.at_most) if self.floor is None else ("at least", self.floor)
        goal, measured = f"{bound:g} {self.unit}".strip(), f"{self.reached:.3g} {self.unit}".strip()
        share = f"{self.reached / bound:.2f}" if bound else "all"
        verdict = "reached." if self.is_reached else f"not reached. {self.limit}".strip()
        return f"- {self.what}: {most} {goal}, measured {measured}, {share} of it: {verdict}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The results of one benchmark; `libraries` are the packages whose versions matter to it."""

    name: str
    title: str
    about: str
    table: str
    goals: Sequence[Goal] = ()
    libraries: Sequence[str] = ()

    @property
    def text(self) -> str:
        """As Markdown."""
        versions = ", ".join(f"{name} {_version(name)}" for name in self.libraries)
        of = f"{datetime.now(UTC):%Y-%m-%d}; {machine()}; Python {platform.python_version()}; {versions}."
        goals = "\n".join(goal.line for goal in self.goals)
        parts = (f"{_HEADING}{self.name}: {self.title}", self.about, self.table, goals, of)
        return "\n\n".join(part for part in parts if part) + "\n"


def machine() -> str:
    """Processor, cores, memory and system."""
    lines = _CPU.read_text(encoding="utf-8").splitlines() if _CPU.exists() else []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    memory = psutil.virtual_memory().total / 1e9
    name = model or platform.processor() or platform.machine()
    return f"{name}, {psutil.cpu_count()} cores, {memory:.0f} GB, {platform.system()}"


def comparison(measured: Measured, baseline: str) -> str:
    """A table with a line for each contender: time, its ratio to the baseline's, memory and processor time."""
    if not any(series.usage for series in measured.values()):
        return _calls(measured, baseline)
    rows = []
    for name, series in measured.items():
        shares = ratios(series, measured[baseline])
        usage = series.usage
        rows.append(
            (
                name,
                _spread(series.seconds, "s"),
                "1" if name == baseline else _spread(shares),
                f"{usage.memory / 1e6:.0f} MB" if usage else "",
                f"{usage.processor:.1f} s" if usage else "",
            )
        )
    return table(("", "median (range)", f"of {baseline}", "peak memory", "processor time"), rows)


def _calls(measured: Measured, baseline: str) -> str:
    rows = []
    for name, series in measured.items():
        shares = "1" if name == baseline else f"{median(ratios(series, measured[baseline])):.3g}"
        times = [f"{1000 * at:.3g} ms" for at in (median(series.seconds), percentile_95(series.seconds))]
        low, high = 1000 * min(series.seconds), 1000 * max(series.seconds)
        rows.append((name, *times, f"{low:.3g}-{high:.3g} ms", shares, str(len(series.seconds))))
    return table(("", "median", "95 of 100 below", "range", f"of {baseline}", "calls"), rows)


def table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = (names, ["---"] * len(names), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def save(sections: Iterable[Section], path: Path = RESULTS) -> None:
    """Writes sections into the results in place of those of the same name; the others stay."""
    known = dict(_saved(path.read_text(encoding="utf-8"))) if path.exists() else {}
    known |= {section.name: section.text for section in sections}
    path.write_text("\n".join([_ABOUT, goals_reached(known), *known.values()]), encoding="utf-8")


def goals_reached(known: Mapping[str, str]) -> str:
    """A table of the goals of all sections, from their texts."""
    lines = [(name, _GOAL.match(line)) for name, text in known.items() for line in text.splitlines()]
    rows = [(name, *found.group("what", "bound", "is", "share", "verdict")) for name, found in lines if found]
    return table(("measured in", "goal", "", "measured", "of it", ""), rows) + "\n"


def _saved(text: str) -> Mapping[str, str]:
    _, *sections = text.split(f"\n{_HEADING}")
    return {section.partition(":")[0]: f"{_HEADING}{section.strip()}\n" for section in sections}


def _spread(values: Sequence[float], unit: str = "") -> str:
    low, high = min(values), max(values)
    return f"{median(values):.3g} {unit}".strip() + f" ({low:.3g}-{high:.3g})"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"
