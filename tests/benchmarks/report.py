"""Results as Markdown: a section for each benchmark, with the machine and the versions that they are of."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from tests.benchmarks.rounds import Measured, middle, ratios

RESULTS = Path(__file__).with_name("RESULTS.md")
_HEADING = "## "
_CPU = Path("/proc/cpuinfo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What was to be reached: at most a figure of something."""

    what: str
    at_most: float
    reached: float

    @property
    def line(self) -> str:
        """As a line of the report."""
        verdict = "held" if self.reached <= self.at_most else "not held"
        return f"- {self.what}: at most {self.at_most:g}, measured {self.reached:.3g}: {verdict}."


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
    """A table with a line for each contender: seconds, their ratio to the baseline's, memory, processor time."""
    rows = []
    for name, series in measured.items():
        shares = ratios(series, measured[baseline])
        taken = series.taken
        rows.append(
            (
                name,
                _spread(series.seconds, "s"),
                "1" if name == baseline else _spread(shares),
                f"{taken.memory / 1e6:.0f} MB" if taken else "",
                f"{taken.processor:.1f} s" if taken else "",
            )
        )
    return table(("", "median (range)", f"of {baseline}", "peak memory", "processor time"), rows)


def table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = (names, ["---"] * len(names), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def keep(sections: Iterable[Section], path: Path = RESULTS) -> None:
    """Writes sections into the results in place of those of the same name; the others stay."""
    known = dict(_kept(path.read_text(encoding="utf-8"))) if path.exists() else {}
    known |= {section.name: section.text for section in sections}
    about = (
        "# Results\n\nWritten by `make bench`. Each contender is a whole process and runs once a round, in changing "
        "order; ratios are\ntaken within a round. Peak memory is taken in a run of its own: the greatest sum of the "
        "proportional set sizes of a\nprocess and all below it, looked at every 20 ms, or the kernel's high-water "
        "mark of one of them if that is more.\n"
    )
    path.write_text("\n".join([about, *known.values()]), encoding="utf-8")


def _kept(text: str) -> Mapping[str, str]:
    _, *sections = text.split(f"\n{_HEADING}")
    return {section.partition(":")[0]: f"{_HEADING}{section.strip()}\n" for section in sections}


def _spread(values: Sequence[float], unit: str = "") -> str:
    low, high = min(values), max(values)
    return f"{middle(values):.3g} {unit}".strip() + f" ({low:.3g}-{high:.3g})"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"
