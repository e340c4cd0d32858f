"""`python -m tests.benchmarks [NAME...]`: runs benchmarks, by default all, and writes their results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from tests.benchmarks import (
    callbacks,
    crowds,
    demo,
    exports,
    first_reads,
    ingest,
    memory,
    pages,
    past_reads,
    reads,
    rollup,
    serve,
)
from tests.benchmarks.processes import ROOT
from tests.benchmarks.report import RESULTS, Section, save

BENCHMARKS: Mapping[str, Callable[[Path, int], list[Section]]] = {
    "demo": demo.sections,
    "ingest": ingest.sections,
    "rollup": rollup.sections,
    "reads": reads.sections,
    "callbacks": callbacks.sections,
    "first-reads": first_reads.sections,
    "past-reads": past_reads.sections,
    "crowds": crowds.sections,
    "serve": serve.sections,
    "pages": pages.sections,
    "memory": memory.sections,
    "exports": exports.sections,
}


def main(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME...")] = None,
    rounds: Annotated[int, typer.Option(min=1)] = 5,
    results: Annotated[Path, typer.Option()] = RESULTS,
) -> None:
    """Runs the benchmarks of those names."""
    folder = ROOT / "var" / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or BENCHMARKS:
        found = BENCHMARKS[name](folder, rounds)
        save(found, results)
        for section in found:
            typer.echo(section.text)


if __name__ == "__main__":
    typer.run(main)
